"""What the session knows, in the forms that completion and the live check read.

In: a session. Out: a Known and a Context of now. The Context is kept while nothing
of it changes, so that an answer about the same text is not worked out again.
"""

from __future__ import annotations

from auditql.shell.completion.known import Known
from auditql.shell.live.forms import Context
from auditql.shell.session.session import Session

_STEP_S = 10  # seconds for which what is said of relative times may lag


class Knowledge:
    """The session as it is read at every key."""

    def __init__(self, session: Session) -> None:
        """Read from this session."""
        self._session = session

    def known(self) -> Known:
        """What completion may offer."""
        return self._session.known()

    def context(self) -> Context:
        """What the live check needs to know."""
        state = self._session.state
        now_s = self._session.now_s()
        definitions = state.definitions.all()
        return Context(
            zone=state.zone or "UTC",
            now_s=now_s - now_s % _STEP_S,
            limit=state.limit,
            is_exact=state.exact,
            values=self._values(),
            definitions=tuple((one.name, one.text) for one in definitions),
            commands=self._session.commands(),
            densities=tuple(state.densities.items()),
            covered=state.covered,
            asks_api=state.asks_api,
        )

    def _values(self) -> tuple[tuple[str, object], ...]:
        """The values that were set, as the grammar reads what was written."""
        from auditql.language.parameters import written

        values = self._session.state.values
        return tuple((name, written(text)) for name, text in values.items())
