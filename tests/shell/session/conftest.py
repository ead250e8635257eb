"""Lets the modules here import each other, and the loop whose clock jumps."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "simulation")]
