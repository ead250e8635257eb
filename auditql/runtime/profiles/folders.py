"""Where the user's settings are.

In: the user's home, as the system says. Out: paths; nothing is read or made.
"""

from pathlib import Path

CONFIG_NAME = "config.toml"


def folder() -> Path:
    """The folder that settings and stored secrets are in; it need not exist."""
    import platformdirs

    return Path(platformdirs.user_config_dir("auditql", appauthor=False))


def config_path() -> Path:
    """The file of profiles."""
    return folder() / CONFIG_NAME
