"""Whether a configuration holds what others may not see.

In: the bytes of the file, which need be neither text nor TOML. Out: yes or no. What
looks like a secret counts as one, in a comment too: a file too many that must be
private is no loss.
"""

import re
import tomllib

from auditql.runtime.profiles import keys

_NAMES = "|".join(map(re.escape, keys.SECRETS))
_NAMED = re.compile(rf"""(?i)\b(?:\w*_)?(?:{_NAMES})["']?\s*[=:]""")
_USER = re.compile(r"""://[^\s/"']*@""")
_SENT = re.compile(r"(?i)\b(?:bearer|basic)\s+\S")
_RUN = re.compile(r"[A-Za-z0-9_+=~-]{24,}")
_LETTERS_AND_DIGITS = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])")


def holds_secret(content: bytes) -> bool:
    """Whether a secret, or what looks like one, is in a configuration.

    A key that is named like one, a user in an address, what is sent as one, and a run
    of 24 letters and digits and more: tokens are no shorter.
    """
    text = content.decode("utf-8", "replace")
    if any(pattern.search(text) for pattern in (_NAMED, _USER, _SENT)):
        return True
    if any(_LETTERS_AND_DIGITS.match(run) for run in _RUN.findall(text)):
        return True
    try:
        return _has_key(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False


def _has_key(table: object) -> bool:
    """Whether a key says so that is written in another way, with escapes."""
    match table:
        case dict():
            return any(k in keys.SECRETS or _has_key(v) for k, v in table.items())
        case list():
            return any(map(_has_key, table))
        case _:
            return False
