"""What holds for every test: hypothesis minds meaning, not the machine's speed."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # for the package beside this file

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

FULL_S = 900
"""What a test of the full tier may take where it does not say so itself."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of the full tier, which are many in one, their own time."""
    for item in items:
        if item.get_closest_marker("full") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(FULL_S))
    items.sort(key=_allowed_s, reverse=True)


def _allowed_s(item: pytest.Item) -> float:
    """What a test may take, so that long ones begin first and none is left alone."""
    marker = item.get_closest_marker("timeout")
    is_long = item.get_closest_marker("full") and marker and marker.args
    return float(marker.args[0]) if is_long else 0.0
