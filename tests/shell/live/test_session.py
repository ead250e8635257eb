"""Two roads: what is said while a text is typed, and what the session makes of it."""

import pytest

from auditql.errors import QueryError
from auditql.language.parameters import from_text
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context, State
from auditql.shell.session.compiling import compiled
from auditql.shell.session.state import State as SessionState

NOW_S = 1_773_144_000
DEFINED = (
    "param who = 7",
    "let @role = source_type = user and actor_id = :who",
    "let @both = @role and action in (create, destroy)",
    "param since = -7d",
    "param who = 8",
    "let @role = source_type = group",
)


def session() -> SessionState:
    """A session that has defined all of it, and set one value."""
    state = SessionState(clock=lambda: float(NOW_S))
    for text in DEFINED:
        state.definitions.keep(compiled(text, state).definitions)
    state.values["set"] = "(1, 2)"
    return state


def context_of(state: SessionState) -> Context:
    """What the check is told of a session; it cuts nothing."""
    return Context(
        state.zone or "UTC",
        NOW_S,
        values=tuple((n, from_text(v)) for n, v in state.values.items()),
        definitions=tuple((d.name, d.text) for d in state.definitions.all()),
    )


@pytest.mark.parametrize(
    "text",
    [
        "@role",
        "@both and created_at >= :since",
        "@both | count",
        "actor_id = :who limit 5",
        "actor_id in :set limit 5",
        "actor_id = :set limit 5",
        "actor_name = :who",
        "actor_name = :missing",
        "@missing",
        "let @role = @both; @role",
        "let @mine = @both; @mine limit 5",
        "param who = 'x'; actor_id = :who",
        "param who = 'x'; @both",
        "param set = 7; actor_id = :set limit 5",
        "param fresh; actor_id = :fresh",
        "let @role = action = login",
        "action = login -- @role :set",
        "actor_name = ':who' and @role limit 5",
        "action = logni and actor_id = :who",
        "tz 'Europe/Berlin'; created_at = 2026-03-29T02:30",
        "@both; @role; action = login limit 5",
        "hour(created_at) = 3 and @role",
    ],
)
def test_both_say_the_same(text: str) -> None:
    """The same requests and residual, or the same errors."""
    state = session()
    live = check(text, context_of(state))
    try:
        made = compiled(text, state)
    except QueryError as error:
        wrong = [d.code.value for d in error.diagnostics if d.is_error]
        assert State.WRONG is live.state
        assert wrong == [d.code.value for d in live.diagnostics if d.is_error]
    else:
        assert State.COMPLETE is live.state, live.fault
        assert live.facts is not None
        assert len(made.plans) == live.facts.queries
        able = {name for p in made.plans for s in p.scans for name in s.box.sets}
        assert able == set(live.facts.api) - {"created_at"}
        residual = [p for p in made.plans if p.residual is not None]
        assert bool(residual) is bool(live.facts.here)
