"""Lets the modules beside this one, and the drawn records, be imported by name."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE))
sys.path.insert(1, str(HERE.parent.parent / "properties"))
