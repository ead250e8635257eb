"""Habits of search boxes and scripts: `field:value`, `.field`, `/re/`, `log*`, a file.

In: the place where the parser stopped. Out: a Diagnostic where the habit is
recognised, else None. Each function knows one habit.
"""

import re

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind
from auditql.catalog.other_names import meant_by
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language.mending import apart, quoted
from auditql.language.misread import like_pattern
from auditql.language.syntax_place import Place

_COLON = re.compile(
    r"([^\W\d]\w*): ?([<>]=?)?"
    r"""('[^'\\\n]*+'|"[^"\\\n]*+"|[^\s(),;|'"]++)?"""
)
_WORD = re.compile(r"[^\W\d][\w.]*(?:[-/][\w.]+)*|-?\d+|-\d+(?:mo|[smhdwy])")
_TIME = re.compile(
    r"\d{4}-\d\d(?:-\d\d\S*)?|today|yesterday|now|-\d+(?:mo|[smhdwy])", re.I
)
_PATTERN = re.compile(r"/((?:[^/\\\s]|\\.)+)/([a-z]*)(?![\w/])")
_WILD = re.compile(r"[\w.*-]{0,99}\*[\w.*-]{0,99}(?=[\s(),;|]|$)")
_FILE = re.compile(r"\s*+(?:auditql\s+(?:query\s+)?)?([\w./~-]+\.aql)\s*+")
_NETWORK = re.compile(r"((?:\d{1,3}\.){1,3})\*(?:\.\*){0,2}")
_SHORT = 60


def colon(place: Place) -> Diagnostic | None:
    """`action:login`, `actor:"John Doe"`: a test as search boxes write it."""
    if place.is_end:
        return None
    glued = str(place.token)[:1] == ":" and place.before_type == "WORD"
    if glued and place.is_glued and "COMPARATOR" in place.accepts:
        start = place.last_span.start
    elif place.token.type == "WORD" and place.test_is_whole:
        start = place.at.start
    else:
        return None
    match = _COLON.match(place.text, start)
    if match is None:
        return None
    name, sign, value = match.groups()
    span = Span(*match.span())
    fields = [name.lower()] if name.lower() in BY_NAME else []
    number = (value or "").lstrip("-").isdecimal()
    fields += meant_by(name, number=number) or nearest(name, BY_NAME)
    written = _test(fields[0], sign or "=", value) if fields and value else None
    is_short = written is not None and len(written) <= _SHORT
    joined = "and " if place.test_is_whole else ""
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a test is written with an operator, not with `:`",
        span,
        "as in a search box",
        f"write `{joined}{written}`"
        if is_short
        else "write it like `action = login`; `auditql fields` lists the fields",
        fix=Fix(span, f"{joined}{written}") if written is not None else None,
    )


def _test(field: str, sign: str, value: str) -> str | None:
    """The test of a field that a search box writes with a colon; None for no sense."""
    kind = BY_NAME[field].kind
    is_quoted = value[0] in "'\""
    if "*" in value and kind in (Kind.TEXT, Kind.WORD) and sign == "=":
        plain = value.strip("'\"")
        return f"{field} like {quoted(like_pattern(plain))}"
    good = True
    match kind:
        case Kind.INTEGER:
            good = value.lstrip("-").isdecimal() and value.isascii()
        case Kind.TIME:
            good = _TIME.fullmatch(value.strip("'\"")) is not None
        case Kind.TEXT | Kind.WORD:
            if not is_quoted and not _WORD.fullmatch(value):
                value = quoted(value)
        case Kind.ADDRESS | Kind.WEEKDAY:
            pass
        case Kind.LIST:
            good = False
    return f"{field} {sign} {value}" if good else None


def leading_dot(place: Place) -> Diagnostic | None:
    """`.action = login`: a field as a script for JSON names it."""
    match = re.compile(r"\.([^\W\d]\w*)").match(place.text, place.at.start)
    if place.token.type != "JUNK" or match is None or "NOT" not in place.accepts:
        return None
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a field is named without a dot",
        Span(*match.span()),
        "begins with a dot",
        f"write `{match[1]}`" if match[1].lower() in BY_NAME else None,
        fix=Fix(Span(match.start(), match.start() + 1), ""),
    )


def slashes(place: Place) -> Diagnostic | None:
    """`~ /bob/i`: a pattern between slashes."""
    match = _PATTERN.match(place.text, place.at.start)
    sign = str(place.last)
    known = sign in ("~", "~*", "!~", "!~*", "=", "!=")
    if place.token.type != "JUNK" or match is None or not known:
        return None
    pattern = match[1].replace("\\/", "/")
    if set(match[2]) - set("igmu") or place.kind() not in (Kind.TEXT, Kind.WORD, None):
        return None
    negated = "!" if sign[0] == "!" else ""
    folded = "*" if "i" in match[2] or sign.endswith("*") else ""
    written = f"{negated}~{folded} {quoted(pattern)}"
    span = Span(place.last_span.start, match.end())
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a pattern stands in quotes, not between slashes",
        Span(*match.span()),
        "between slashes",
        f"write `{written}`" if len(written) <= _SHORT else "write it in quotes",
        fix=Fix(span, written),
    )


def wildcard(place: Place) -> Diagnostic | None:
    """`action = log*`: a wildcard of a shell."""
    start = place.at.start
    sign = place.last
    if place.before_type in ("WORD", "INTEGER") and place.is_glued:
        start = place.last_span.start
        sign = place.before[-2] if len(place.before) > 1 else None
    match = _WILD.match(place.text, start)
    if place.token.type != "JUNK" or match is None or match.end() <= place.at.start:
        return None
    network = _NETWORK.fullmatch(match[0])
    if place.kind() is Kind.ADDRESS and network and sign is not None:
        return _network(place, sign.start_pos or 0, str(sign), network)
    is_text = place.kind() in (Kind.TEXT, Kind.WORD, None)
    if str(sign) not in ("=", "!=") or not is_text or sign is None:
        return None
    word = "like" if str(sign) == "=" else "not like"
    written = f"{word} {quoted(like_pattern(match[0]))}"
    span = Span(sign.start_pos or 0, match.end())
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        f"`{sign}` has no wildcards",
        Span(*match.span()),
        "`*` is a wildcard of other tools",
        f"write `{written}`",
        fix=Fix(span, apart(written, span, place.text)),
    )


def _network(
    place: Place, start: int, sign: str, match: re.Match[str]
) -> Diagnostic | None:
    """`10.0.0.*`: the network that a star stands for."""
    parts = match[1].rstrip(".").split(".")
    if sign not in ("=", "!=") or any(int(part) > 255 for part in parts):
        return None
    network = ".".join([*parts, "0", "0", "0"][:4]) + f"/{8 * len(parts)}"
    written = f"{'in' if sign == '=' else 'not in'} {network}"
    end = place.at.start + len(place.token)
    span = Span(start, end)
    return Diagnostic(
        Code.BAD_NETWORK,
        f"`{match[0]}` is no address and no network",
        Span(end - len(match[0]), end),
        "`*` is a wildcard of other tools",
        f"write `{written}`",
        fix=Fix(span, apart(written, span, place.text)),
    )


def name_of_a_file(place: Place) -> Diagnostic | None:
    """`roles.aql`: the name of a file where its text is wanted."""
    match = _FILE.fullmatch(place.text)
    if match is None:
        return None
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "this is the name of a file, no query",
        Span(*match.span(1)),
        "a file's name",
        f"to run what it holds, `auditql query - < {match[1]}`",
    )
