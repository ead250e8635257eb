"""What `param` and `let` define for a session, put before the texts that use it.

In: texts as they are typed. Out: the definitions that a text needs, in an order
in which each stands behind what it uses. A definition of a name takes the place
of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from auditql.catalog.forms import form

if TYPE_CHECKING:
    from auditql.language.syntax import Script


@form
class Definition:
    """One `param` or `let`.

    Attributes:
        name: `@name` or `:name`.
        text: as it was written, without the `;`.
        uses: the names that it uses.
    """

    name: str
    text: str
    uses: frozenset[str]


class Definitions:
    """The definitions of a session, by name."""

    def __init__(self) -> None:
        """Define nothing."""
        self._known: dict[str, Definition] = {}

    def keep(self, found: Mapping[str, Definition]) -> None:
        """Let these hold from now on."""
        self._known |= found

    def forget(self, name: str) -> bool:
        """Let a name be unknown; gives whether it was known."""
        return self._known.pop(name, None) is not None

    def all(self) -> tuple[Definition, ...]:
        """Every definition, in the order in which it was made first."""
        return tuple(self._known.values())

    def before(self, script: Script, text: str) -> str:
        """The text to put before one, so that it knows what it uses.

        Args:
            script: of the text.
            text: may define names itself, which then are its own.
        """
        own = defined(script, text)
        wanted = set(used(script))
        for definition in own.values():
            wanted |= definition.uses
        needed: dict[str, Definition] = {}
        for name in sorted(wanted):
            self._collect(name, needed, own)
        return "".join(f"{one.text};\n" for one in needed.values())

    def _collect(
        self,
        name: str,
        needed: dict[str, Definition],
        own: Mapping[str, Definition],
        above: tuple[str, ...] = (),
    ) -> None:
        """Put a definition behind those that it uses."""
        definition = self._known.get(name)
        if definition is None or name in own or name in needed or name in above:
            return
        for used_name in sorted(definition.uses):
            self._collect(used_name, needed, own, (*above, name))
        needed[name] = definition


def defined(script: Script, text: str) -> dict[str, Definition]:
    """What a text defines, by name."""
    from auditql.language import syntax

    found = {}
    for statement in script.statements:
        match statement:
            case syntax.Param(name=name):
                name = f":{name}"
            case syntax.Let(name=name):
                name = f"@{name}"
            case _:
                continue
        written = text[statement.span.start : statement.span.end]
        uses = frozenset(used(statement)) - {name}
        found[name] = Definition(name, written, uses)
    return found


def used(node: object) -> Iterator[str]:
    """The names that a node uses: `@name`, `:name`."""
    from auditql.language import syntax
    from auditql.language.mentions import mentions

    for mention in mentions(node):
        match mention:
            case syntax.Parameter(name=name):
                yield f":{name}"
            case syntax.Reference(name=name):
                yield f"@{name}"
            case syntax.Param():
                continue  # it is made here, not used
