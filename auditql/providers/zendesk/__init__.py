"""Zendesk's audit-log API: what it can filter, its requests, its pages."""
