"""What the session defines, put before a text that is checked.

In: a tree and a context. Out: the statements that it is resolved with, and the text
that all of their places point into. A definition stands behind the text, far away,
so that places in the text stay what they are.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditql.catalog.forms import form
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.mentions import parameters_in
from auditql.language.parser import parse
from auditql.shell.live.forms import Context
from auditql.shell.live.reading import LONG

FAR = LONG
"""Where definitions stand: behind every text that is planned while it is typed."""

_NAME = re.compile(r"[@:][^\W\d]\w*")
_KEPT = 128  # statements


@form
class Whole:
    """A text with what the session adds.

    Attributes:
        script: the definitions that it needs, then its own statements.
        text: what places point into; those from FAR on are the session's.
        given: values of the parameters that it uses.
    """

    script: syntax.Script
    text: str
    given: Mapping[str, object]


def whole(script: syntax.Script, text: str, context: Context) -> Whole | None:
    """A text with the definitions and values of the session.

    None where all of it together is longer than a text may be.
    """
    added: list[syntax.Statement] = []
    body = text
    for statement in _needed(script, text, dict(context.definitions)):
        body = body.ljust(FAR)
        parsed = _parsed(statement, len(body))
        if not parsed:
            return None
        added += parsed
        body += statement + "\n"
    statements = (*added, *script.statements)
    given = {n: v for n, v in context.values if n in body}
    if given:
        known = parameters_in(statements)
        given = {name: value for name, value in given.items() if name in known}
    made = syntax.Script(statements, warnings=script.warnings)
    return Whole(made, body, given)


def _needed(
    script: syntax.Script, text: str, known: Mapping[str, str]
) -> tuple[str, ...]:
    """The definitions that a text may mean, each behind those that it uses itself.

    Names in strings and comments are among them; what nobody uses is harmless.
    """
    found = _NAME.findall(text)
    if not known or not found:
        return ()
    own = set(_own(script))
    needed: dict[str, str] = {}
    ahead = [(name, False) for name in reversed(found)]
    entered: set[str] = set()
    while ahead:
        name, is_left = ahead.pop()
        if is_left:
            needed[name] = known[name]
        elif name in known and name not in own and name not in entered:
            entered.add(name)
            ahead.append((name, True))
            ahead += [(used, False) for used in _NAME.findall(known[name])]
    return tuple(needed.values())


def _own(script: syntax.Script) -> Iterator[str]:
    """The names that a text defines itself."""
    for statement in script.statements:
        match statement:
            case syntax.Let(name):
                yield f"@{name}"
            case syntax.Param(name):
                yield f":{name}"
            case _:
                pass


@lru_cache(maxsize=_KEPT)
def _parsed(statement: str, start: int) -> tuple[syntax.Statement, ...]:
    """A statement whose places begin at `start`; none where it is no statement."""
    try:
        return parse(" " * start + statement).statements
    except QueryError:
        return ()
