"""From files to named queries: `.aql` files, their names and parameters."""
