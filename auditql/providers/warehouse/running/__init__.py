"""Statements run where the records are: any SQLAlchemy URL, and Spark."""
