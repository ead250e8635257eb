"""Which characters a terminal shows, by what its environment says.

In: the environment. Out: whether block characters and other signs beyond ASCII are
shown. Nothing is loaded for it: a prompt is drawn by what it says.
"""

from collections.abc import Mapping

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def has_blocks(environment: Mapping[str, str], *, coerced: bool) -> bool:
    """Whether a terminal shows block characters.

    Args:
        environment: of the process.
        coerced: Python found no locale of UTF-8 and took one for itself; it says so
            in LC_CTYPE, which is then not what the person said.
    """
    if environment.get("TERM") == "dumb":
        return False
    said = environment.get("LC_CTYPE", "")
    if coerced and said in _COERCED:
        said = ""
    locale = environment.get("LC_ALL") or said or environment.get("LANG", "")
    return locale.lower().replace("-", "").endswith("utf8")
