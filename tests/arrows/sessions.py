"""What a session offers and says while somebody types."""

from arrows.cases import NOW, Case, auditql_now
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.completion import (
    Choice,
    Command,
    Known,
    SavedName,
    Seen,
    Takes,
    complete,
)
from auditql.shell.live.bar import toolbar
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context, State
from auditql.shell.live.highlighting import highlight
from auditql.shell.live.styles import Style


def check_complete(case: Case) -> None:
    """What completes at the `¦` of `query`, which is the cursor.

    `items`: all texts, best first; `first`: those at the start; `has` and `lacks`
    some of them; `margins` and `shown`: of some texts; `replaces`: what stands where
    they are put in. `seen` gives counts of values by field; `names`, `parameters`,
    `queries` (their parameters) and `commands` (what they take) what is known.
    """
    before, behind = case["query"].split("¦")
    found = complete(before + behind, len(before), known(case))
    texts = [item.text for item in found.items]
    if "items" in case:
        assert case["items"] == texts
    if "first" in case:
        assert case["first"] == texts[: len(case["first"])]
    assert [] == [text for text in case.get("has", []) if text not in texts], texts
    assert [] == [text for text in case.get("lacks", []) if text in texts]
    items = {item.text: item for item in found.items}
    for text, margin in case.get("margins", {}).items():
        assert margin == items[text].margin
    for text, shown in case.get("shown", {}).items():
        assert shown == items[text].shown
    if "replaces" in case:
        assert case["replaces"] == (before + behind)[found.start : found.end]


def known(case: Case) -> Known:
    """What a session would know."""
    seen = Seen()
    for name, counts in case.get("seen", {}).items():
        for value, count in counts.items():
            seen.note(name, value, count)
    return Known(
        auditql_now(case.get("now", NOW)),
        case.get("tz", "UTC"),
        seen,
        case.get("names", {}),
        case.get("parameters", {}),
        tuple(
            SavedName(name, "", {p: d or None for p, d in parameters.items()})
            for name, parameters in case.get("queries", {}).items()
        ),
        tuple(
            Command(name, "", "", Takes[takes.upper()], (Choice("csv"), Choice("json")))
            for name, takes in case.get("commands", {}).items()
        ),
        CAPABILITIES,
    )


def check_live(case: Case) -> None:
    """`query` as it is typed: `state`, `bar` and `pieces`; `warns` and `fixed`.

    `bar` is the toolbar of `width` columns, 100 unless said, in ASCII with `ascii`;
    `pieces` are `style:text`, blanks left out. The session: `tz`, `now`, `with`,
    `limit`, `defined` (name to statement), `densities`, `commands` (name to help).
    """
    context = Context(
        case.get("tz", "UTC"),
        auditql_now(case.get("now", NOW)),
        limit=case.get("limit"),
        values=tuple(case.get("with", {}).items()),
        definitions=tuple(case.get("defined", {}).items()),
        densities=tuple(case.get("densities", {}).items()),
        commands=tuple(
            Command(name, help=help_)
            for name, help_ in case.get("commands", {}).items()
        ),
    )
    live = check(case["query"], context)
    if "state" in case:
        assert State[case["state"]] is live.state, live
    if "bar" in case:
        pieces = toolbar(
            live, case.get("width", 100), is_ascii=case.get("ascii", False)
        )
        assert case["bar"] == "".join(piece for _, piece in pieces)
    if "warns" in case:
        assert case["warns"] == [d.code.value for d in live.warnings]
    if "fixed" in case:
        assert live.fault is not None
        assert live.fault.fix is not None
        assert case["fixed"] == live.fault.fix.apply(case["query"])
    if "pieces" in case:
        assert case["pieces"] == [
            f"{style}:{piece}"
            for style, piece in highlight(case["query"])
            if style is not Style.BLANK
        ]
