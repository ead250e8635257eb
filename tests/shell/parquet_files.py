"""Files of Parquet that others than auditql would make."""

from pathlib import Path


def table(path: Path, columns: str) -> None:
    """A file of Parquet with one row of these columns."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
