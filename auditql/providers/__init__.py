"""Where records come from: one folder a provider, none imports another."""
