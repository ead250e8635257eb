"""The check of a text that is typed says what running it would say."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditql
from auditql.errors import QueryError
from auditql.language.parser import read as read_text
from auditql.plan.plan import Plan
from auditql.providers.files.source import FilesSource
from auditql.shell.live import checking, reading
from auditql.shell.live.checking import check
from auditql.shell.live.definitions import FAR
from auditql.shell.live.forms import Context, State
from auditql.shell.live.highlighting import highlight

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000
CONTEXT = Context("UTC", NOW_S)
TYPED = """
    action = login and ( ) , | count by @a :p 'x ' let param ; tz \\explain
    limit 5 created_at >= -7d in between hour(created_at) /* --
"""
CASES = Path(__file__).parents[2] / "cases"


def written(*arrows: str) -> list[str]:
    """The texts of the cases of some arrows that need nothing beside them."""
    return [
        case["query"]
        for arrow in arrows
        for path in sorted((CASES / arrow).glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        if not {"with", "tz", "now"} & set(case) and len(case["query"]) < 2_000
    ]


def compiled(text: str) -> Plan | QueryError:
    """The plan of a text, or why it has none."""
    try:
        return auditql.compile(text, now=NOW)
    except QueryError as error:
        return error


def test_it_says_what_compiling_says() -> None:
    """For every text of the cases: the same first error, or the same warnings."""
    texts = written("diagnostics", "requests", "explain")
    assert 400 < len(texts)
    met = set()
    for text in texts:
        live = check(text, CONTEXT)
        met.add(live.state)
        found = compiled(text)
        codes = [d.code for d in found.diagnostics]
        if live.state is State.WRONG:
            assert isinstance(found, QueryError)
            assert live.fault is not None
            first = next(d for d in found.diagnostics if d.is_error)
            assert first.fix == live.fault.fix
            assert codes == [d.code for d in live.diagnostics], text
        elif live.state is State.COMPLETE and isinstance(found, Plan):
            assert sorted(c.value for c in codes) == sorted(
                d.code.value for d in live.warnings
            )
        elif live.state is State.COMPLETE:  # definitions, or several queries
            assert live.facts is not None
            assert 1 != live.facts.queries, text
        elif live.state is State.INCOMPLETE:
            assert isinstance(found, QueryError), text
    assert {State.WRONG, State.COMPLETE, State.INCOMPLETE} <= met


def test_every_beginning_of_a_query_goes_on_or_is_whole() -> None:
    """Cut behind any of its tokens, a sound text is never wrong by its form."""
    for text in written("format", "parse"):
        for token in read_text(text).tokens:
            begun = read_text(text[: token.end_pos])
            assert begun.misfit is None or begun.is_unfinished, text[: token.end_pos]


@given(
    st.one_of(
        st.text(st.characters(), max_size=60),
        st.lists(
            st.sampled_from(TYPED.split()),
            max_size=12,
        ).map(" ".join),
    )
)
@settings(max_examples=400, deadline=None)
def test_any_text_has_a_state(text: str) -> None:
    """Nothing that is typed raises; what runs and what goes on are never one."""
    context = Context(
        "Europe/Berlin",
        NOW_S,
        limit=100,
        values=(("p", 7),),
        definitions=(("@a", "let @a = actor_id = :p"),),
    )
    live = check(text, context)
    assert not (live.runs and live.adds_line)
    assert live.fault is None or live.state in (State.WRONG, State.COMMAND)
    if live.state is State.WRONG:
        assert live.fault is not None
        assert any(d.is_error for d in live.diagnostics)
    if live.state is State.COMPLETE:
        assert not any(d.is_error for d in live.diagnostics)


def test_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking it again, or colouring it, reads nothing anew."""
    reads = []

    def counted(text: str) -> object:
        reads.append(text)
        return read_text(text)

    monkeypatch.setattr(reading, "read", counted)
    reading.reading_of.cache_clear()
    checking._checked.cache_clear()
    text = "action = login and actor_id = 77"
    for now_s in (NOW_S, NOW_S + 1, NOW_S):
        assert State.COMPLETE is check(text, Context("UTC", now_s)).state
    highlight(text)
    assert [text] == reads


def test_every_fault_is_kept() -> None:
    """The bar says the first; all of them can be asked for."""
    live = check("actr_id = 7 and action = logni", CONTEXT)
    assert ["unknown-field", "unknown-value"] == [
        d.code.value for d in live.diagnostics
    ]


def test_a_long_text_is_checked_when_it_runs() -> None:
    """Its form is checked, what it means is not; a wrong one is wrong."""
    long = f"actor_id in ({', '.join(['7'] * (FAR // 3))})"
    live = check(long, CONTEXT)
    assert (State.COMPLETE, None) == (live.state, live.facts)
    assert State.INCOMPLETE is check(long + " and", CONTEXT).state
    assert State.WRONG is check("(" * 300_000, CONTEXT).state


def test_long_definitions_are_checked_when_they_run() -> None:
    """Names that do not fit beside each other are never said to be unknown."""
    numbers = ", ".join(str(7_000_000_000 + n) for n in range(9_000))
    lets = tuple((f"@{n}", f"let @{n} = actor_id in ({numbers})") for n in "abc")
    live = check("@a or @b or @c", Context("UTC", NOW_S, definitions=lets))
    assert (State.COMPLETE, None) == (live.state, live.facts)
    assert () == tuple(live.diagnostics)
    one = check("@a limit 5", Context("UTC", NOW_S, definitions=lets))
    assert one.facts is not None


def test_a_value_is_found_however_it_is_asked_for() -> None:
    """Blanks of any kind may stand before a declared name."""
    context = Context("UTC", NOW_S, values=(("who", 7),))
    for text in ("param\twho;\nactor_id = :who", "param /* x */who; actor_id = :who"):
        assert State.COMPLETE is check(text, context).state


def test_files_cost_no_request() -> None:
    """Over files nothing is asked, and all is checked here."""
    live = check("action = login", Context("UTC", NOW_S, source=FilesSource(("a",))))
    assert live.facts is not None
    assert not live.facts.is_remote
    assert ("action =",) == tuple(here.long for here in live.facts.here)


def test_equal_contexts_are_one() -> None:
    """A context with what has no hash can be looked up; another now is another."""
    one = Context("UTC", NOW_S, values=(("p", [1, 2]),))
    assert one == Context("UTC", NOW_S, values=(("p", [1, 2]),))
    assert hash(one) == hash(Context("UTC", NOW_S, values=(("p", [1, 2]),)))
    assert one != Context("UTC", NOW_S + 1, values=(("p", [1, 2]),))
    assert State.COMPLETE is check("actor_id in :p", one).state


def test_definitions_are_those_of_the_session() -> None:
    """A name has the meaning that compiling both texts together gives it."""
    let = "let @x = source_type = user and source_label like 'a%'"
    live = check("@x limit 5", Context("UTC", NOW_S, definitions=(("@x", let),)))
    plan = auditql.compile(f"{let}; @x limit 5", now=NOW)
    assert live.facts is not None
    assert ("source_type",) == live.facts.api
    assert plan.residual == "source_label like 'a%'"
    assert ("source_label like",) == tuple(here.long for here in live.facts.here)
