"""Where the user's settings and saved queries are.

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

    return _whole(platformdirs.user_config_dir("auditql", appauthor=False))


def data_folder() -> Path:
    """The folder that saved queries are below; it need not exist."""
    import platformdirs

    return _whole(platformdirs.user_data_dir("auditql", appauthor=False))


def state_folder() -> Path:
    """The folder that history and estimates are below; it need not exist."""
    import platformdirs

    return _whole(platformdirs.user_state_dir("auditql", appauthor=False))


def _whole(path: str) -> Path:
    """The path; nowhere for one that depends on where the program is started."""
    found = Path(path)
    return found if found.is_absolute() else _NOWHERE


def config_path() -> Path:
    """The file of profiles."""
    return folder() / CONFIG_NAME
