"""Where the user's settings are.

In: the user's home, as the system says. Out: paths; nothing is read or made.
"""

from pathlib import Path

CONFIG_NAME = "config.toml"

_NOWHERE = Path("/nonexistent/auditql")


def folder() -> Path:
    """The folder that settings and stored secrets are in; it need not exist.

    Whoever has no home has none: a path that is not whole would be looked for
    wherever the program is started, which is not theirs.
    """
    import platformdirs

    found = Path(platformdirs.user_config_dir("auditql", appauthor=False))
    return found if found.is_absolute() else _NOWHERE


def config_path() -> Path:
    """The file of profiles."""
    return folder() / CONFIG_NAME
