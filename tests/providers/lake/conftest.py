"""Lakes need DuckDB: without it their tests are skipped, or fail where it is named."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

_NEEDED = "duckdb" in os.environ.get("AUDITQL_ENGINES", "")


@pytest.fixture(autouse=True)
def duckdb_is_there() -> None:
    """DuckDB is installed."""
    if find_spec("duckdb") is None:
        assert not _NEEDED, "AUDITQL_ENGINES names duckdb, and it is not installed"
        pytest.skip("DuckDB is not installed: pip install 'auditql[duckdb]'")
