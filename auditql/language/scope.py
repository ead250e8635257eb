"""What the resolver knows while it works, and what it has found wrong.

In: the text, the frozen now, the zone, parameter values. Out: diagnostics, in
the order they were found. The one object that a resolution changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Severity, Span
from auditql.language import syntax
from auditql.language.clock import Clock
from auditql.language.query import Filter

Binding = syntax.Value | tuple[syntax.Item, ...]
"""What a parameter stands for: a value or a list, as syntax."""

MOST_TERMS = 20_000
"""Most tests of a filter after its names are put in; chains of `let` grow fast."""


@dataclass(slots=True, eq=False, repr=False)  # methods that nobody calls take time
class Scope:
    """The state of one resolution.

    Attributes:
        text: the text that spans point into.
        clock: the frozen now and the zone.
        given: parameters by name, as bound from outside.
        defaults: parameters by name, as `param` statements bind them; None
            for one that must be given.
        filters: checked filters by the name that `let` gives them.
        defining: the name that a `let` is about to give.
        used: names of the parameters that were asked for.
        diagnostics: found so far.
        terms: tests resolved so far.
    """

    text: str
    clock: Clock
    zone: str
    given: Mapping[str, Binding]
    defaults: dict[str, Binding | None] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    defining: str | None = None
    used: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    terms: int = 0
    seen: set[tuple[Code, Span | None]] = field(default_factory=set)

    def error(
        self,
        code: Code,
        message: str,
        span: Span | None,
        label: str = "",
        help_: str | None = None,
        *,
        fix: Fix | None = None,
        expected: Sequence[str] = (),
    ) -> None:
        """Note an error; the same fault at the same place is noted once."""
        self._note(code, message, span, label, help_, fix, expected, Severity.ERROR)

    def warn(
        self,
        code: Code,
        message: str,
        span: Span | None,
        label: str = "",
        help_: str | None = None,
        *,
        fix: Fix | None = None,
    ) -> None:
        """Note a warning; the same one at the same place is noted once."""
        self._note(code, message, span, label, help_, fix, (), Severity.WARNING)

    def _note(
        self,
        code: Code,
        message: str,
        span: Span | None,
        label: str,
        help_: str | None,
        fix: Fix | None,
        expected: Sequence[str],
        severity: Severity,
    ) -> None:
        if (code, span) in self.seen:
            return
        self.seen.add((code, span))
        self.diagnostics.append(
            Diagnostic(
                code, message, span, label, help_, tuple(expected), fix, severity
            )
        )

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far is an error."""
        return any(d.is_error for d in self.diagnostics)

    def written(self, span: Span) -> str:
        """The text at a place, as written."""
        return self.text[span.start : span.end]

    def bound(self, parameter: syntax.Parameter) -> Binding | None:
        """What a parameter stands for; None, and an error, where it is unbound."""
        name = parameter.name
        self.used.add(name)
        found = self.given.get(name)
        if found is None:
            found = self.defaults.get(name)
        if found is None:
            self.error(
                Code.UNBOUND_PARAMETER,
                f"the parameter `{name}` has no value",
                parameter.span,
                "not given",
                f"give it with `-p {name}=…`, or a default with `param {name} = …;`",
            )
        return found

    def bound_value(self, parameter: syntax.Parameter) -> syntax.Value | None:
        """The one value that a parameter stands for; None and an error for a list."""
        bound = self.bound(parameter)
        if not isinstance(bound, tuple):
            return bound
        self.error(
            Code.LIST_AS_VALUE,
            f"`:{parameter.name}` is a list; one value is needed",
            parameter.span,
            "a list",
            "lists stand behind `in`",
        )
        return None
