"""Lets the tests here import the simulation's loop by name."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "simulation"))
