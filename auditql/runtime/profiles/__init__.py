"""Named accounts: what a person sets for them, and the secrets kept for them."""
