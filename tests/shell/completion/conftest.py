"""Lets the tests here draw queries as the property tests do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "properties"))
