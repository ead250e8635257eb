"""Query strings as Rack reads them, which is how the real service does.

In: a raw query string. Out: nested parameters, or `UnreadableQueryError` where
Rack would raise. The last of several plain keys wins, `x[]` accumulates,
`x[y]` nests. What a parameter means is not decided here.
"""

import re
from typing import TypeAlias
from urllib.parse import unquote_plus

Param: TypeAlias = "str | list[Param] | dict[str, Param] | None"
"""A parameter: a text, a key without `=`, several in order, or nested."""

Params: TypeAlias = dict[str, Param]

DEPTH_LIMIT = 32
"""Nesting that Rack 3 accepts before it refuses the request."""

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class UnreadableQueryError(ValueError):
    """The query string is one that the framework answers with 400."""


def split_pairs(query: str) -> tuple[tuple[str, str], ...]:
    """The parameters in the order sent, unescaped, repeats kept.

    Never fails: what cannot be decoded is replaced, since this is for looking.
    """
    pairs = []
    for part in query.split("&"):
        if part:
            key, _, value = part.partition("=")
            pairs.append((unquote_plus(key), unquote_plus(value)))
    return tuple(pairs)


def parse_query(query: str) -> Params:
    """The nested parameters of a query string, by Rack's rules.

    Raises:
        UnreadableQueryError: on a broken escape, on bytes that are no UTF-8,
            on a name used both as a list and as something else, and on
            nesting deeper than `DEPTH_LIMIT`.
    """
    params: Params = {}
    for part in query.split("&"):
        key, equals, value = part.lstrip(" ").partition("=")
        if key:
            _store(params, unescape(key), unescape(value) if equals else None, 0)
    return params


def unescape(text: str) -> str:
    """A key or a value as it was before it was escaped.

    Raises:
        UnreadableQueryError: on a broken escape, on bytes that are no UTF-8.
    """
    if "%" not in text:
        return text.replace("+", " ")
    if _BAD_ESCAPE.search(text):
        raise UnreadableQueryError(f"invalid %-encoding in {text!r}")
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableQueryError(f"no UTF-8 in {text!r}") from error


def _store(params: Params, name: str, value: Param, depth: int) -> None:
    """Put `value` where `name` says, creating lists and nests on the way."""
    if depth >= DEPTH_LIMIT:
        raise UnreadableQueryError("parameters nested too deeply")
    key, rest = _split_name(name, depth)
    if not rest:
        params[key] = value
    elif rest == "[":
        params[name] = value
    elif rest.startswith("[]"):
        _append(params, key, rest, value, depth)
    else:
        _store(_nest_at(params, key), rest, value, depth + 1)


def _split_name(name: str, depth: int) -> tuple[str, str]:
    """The first key of a name, and what follows it."""
    if depth == 0:
        # A bracket in first place does not open a nest.
        bracket = name.find("[", 1)
        return (name, "") if bracket < 0 else (name[:bracket], name[bracket:])
    if name.startswith("[]"):
        return "[]", name[2:]
    closing = name.find("]", 1)
    if name.startswith("[") and closing > 0:
        return name[1:closing], name[closing + 1 :]
    return name, ""


def _append(params: Params, key: str, rest: str, value: Param, depth: int) -> None:
    """Handle `key[]`, and `key[][child]`, a list of nests."""
    if params.get(key) is None:  # a key without `=` gives way
        params[key] = []
    items = params[key]
    if not isinstance(items, list):
        raise UnreadableQueryError(f"expected a list at {key!r}")
    child = rest[2:]
    if child in {"", "[]"}:
        items.append([value] if child else value)
        return
    if child.startswith("[") and child.endswith("]") and _is_flat(child[1:-1]):
        child = child[1:-1]
    # A nest goes on being filled until one of its keys comes a second time.
    last = items[-1] if items else None
    if isinstance(last, dict) and not _has(last, child):
        _store(last, child, value, depth + 1)
        return
    nest: Params = {}
    _store(nest, child, value, depth + 1)
    items.append(nest)


def _is_flat(name: str) -> bool:
    return bool(name) and "[" not in name and "]" not in name


def _has(nest: Params, name: str) -> bool:
    """Whether a nest already holds what `a[b][c]` names."""
    if "[]" in name:
        return False
    here: Param = nest
    for key in re.split(r"[\[\]]+", name):
        if key:
            if not isinstance(here, dict) or key not in here:
                return False
            here = here[key]
    return True


def _nest_at(params: Params, key: str) -> Params:
    if params.get(key) is None:
        params[key] = {}
    nest = params[key]
    if not isinstance(nest, dict):
        raise UnreadableQueryError(f"expected a nest at {key!r}")
    return nest
