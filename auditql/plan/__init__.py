"""From a checked query to a plan: what the API is asked, what is checked here."""
