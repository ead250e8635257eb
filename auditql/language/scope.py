"""What the resolver knows while it works, and what it has found wrong.

In: the text, the frozen now, the zone, parameter values. Out: diagnostics, in
the order they were found. The one object that a resolution changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Severity, Span
from auditql.language import syntax
from auditql.language.clock import Clock
from auditql.language.query import Filter
from auditql.language.uses import Use, assumed

Binding = syntax.Value | tuple[syntax.Item, ...]
"""What a parameter stands for: a value or a list, as syntax."""

_SHOWN = 40  # characters of a value that are shown

MOST_TERMS = 20_000
"""Most tests of a filter after its names are put in; chains of `let` grow fast."""


def _is_no_text(bound: Binding) -> TypeGuard[syntax.Value]:
    """Whether it is one value that is neither text nor a word, as `today` may be."""
    match bound:
        case tuple() | syntax.Text() | syntax.Word() | syntax.Anchor(_, ()):
            return False
        case _:
            return True


@dataclass(slots=True, eq=False, repr=False)  # methods that nobody calls take time
class Scope:
    """The state of one resolution.

    Attributes:
        text: the text that spans point into.
        clock: the frozen now and the zone.
        given: parameters by name, as bound from outside.
        texts: those among them that somebody wrote, as written.
        defaults: parameters by name, as `param` statements bind them; None
            for one that must be given.
        filters: checked filters by the name that `let` gives them.
        defining: the name that a `let` is about to give.
        declared: where `param` statements give those names.
        uses: of each parameter that was asked for, every one.
        assumes: a parameter without a value gets one of the kind it needs.
        diagnostics: found so far.
        terms: tests resolved so far.
    """

    text: str
    clock: Clock
    zone: str
    given: Mapping[str, Binding]
    texts: Mapping[str, str] = field(default_factory=dict)
    defaults: dict[str, Binding | None] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    defining: str | None = None
    declared: dict[str, Span] = field(default_factory=dict)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    assumes: bool = False
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
        if span is not None and self.text.startswith(":", span.start):
            label, help_, fix = self._of_value(span, label, help_, fix)
        self.diagnostics.append(
            Diagnostic(
                code, message, span, label, help_, tuple(expected), fix, severity
            )
        )

    def _of_value(
        self, span: Span, label: str, help_: str | None, fix: Fix | None
    ) -> tuple[str, str | None, Fix | None]:
        """What to say at a parameter's place: what it stands for.

        No fix of the text mends a value that does not stand in it.
        """
        name = self.written(span)[1:]
        value = self.given.get(name)
        origin = "given"
        if value is None:
            value, origin = self.defaults.get(name), "by default"
        if value is None:
            return label, help_, fix
        from auditql.language.printer import format_value

        shown = format_value(value)
        if fix is not None and fix.span == span:
            quote = '"' if "'" in fix.text else ""
            help_ = f"give it like `-p {name}={quote}{fix.text}{quote}`"
        if len(shown) > _SHOWN:
            shown = shown[: _SHOWN - 1] + "…"
        return f"{origin} {shown}: {label}", help_, None

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far is an error."""
        return any(d.is_error for d in self.diagnostics)

    def written(self, span: Span) -> str:
        """The text at a place, as written."""
        return self.text[span.start : span.end]

    def said(self, value: syntax.Value) -> str:
        """A value as it is written, or its canonical text where a parameter stands."""
        written = self.written(value.span)
        if not written.startswith(":"):
            return written
        from auditql.language.printer import format_value

        return format_value(value)

    def stands_for(self, value: syntax.Value) -> str:
        """The value in words: of a parameter what it is bound to, cut where long."""
        shown = self.written(value.span)
        if isinstance(value, syntax.Parameter):
            found = self.given.get(value.name, self.defaults.get(value.name))
            if found is not None:
                from auditql.language.printer import format_value

                shown = format_value(found)
        return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"

    def bound(
        self,
        parameter: syntax.Parameter,
        kind: Kind,
        *,
        takes_list: bool = False,
        is_count: bool = False,
    ) -> Binding | None:
        """What a parameter stands for; None, and an error, where it is unbound.

        Args:
            parameter: where it stands.
            kind: what its value must be there.
            takes_list: it may be a list.
            is_count: it is the number of a clause.
        """
        name = parameter.name
        use = Use(kind, parameter.span, takes_list, is_count)
        self.uses.setdefault(name, []).append(use)
        found = self.given.get(name)
        if found is None:
            found = self.defaults.get(name)
        elif kind.is_text and name in self.texts and _is_no_text(found):
            found = syntax.Text(self.texts[name], found.span)
        if found is None and self.assumes:
            return assumed(use)
        if found is None:
            declared = self.declared.get(name)
            self.error(
                Code.UNBOUND_PARAMETER,
                f"the parameter `{name}` has no value",
                declared or parameter.span,
                "declared here, without a default" if declared else "not given",
                f"give it with `-p {name}=…`, or a default with `param {name} = …;`",
            )
        return found

    def bound_value(
        self, parameter: syntax.Parameter, kind: Kind
    ) -> syntax.Value | None:
        """The one value that a parameter stands for; None and an error for a list."""
        bound = self.bound(parameter, kind)
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
