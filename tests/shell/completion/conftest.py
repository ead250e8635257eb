"""Lets the tests here share a module, and draw queries as the property tests do."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "properties")]
