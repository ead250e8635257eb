"""History in a table: a query as the SQL of the engine that holds it."""
