"""Names and parameters that a session defines last, and are values, never text."""

from sessions import NOW_S, bench, of

from auditql.shell.completion.known import Takes
from auditql.shell.session.events import Failed


def test_names_and_parameters_last() -> None:
    """Defined once, used later, defined anew, forgotten."""
    with bench() as b:
        said = b.said("param since = -7d; let @recent = created_at >= :since")
        assert ":since, @recent will be known" in said
        week = b.rows("@recent limit 400")
        b.said("\\set since -2d")
        days = b.rows("@recent limit 400")
        assert 0 < len(days) < len(week)
        said = b.said("\\params")
        assert "let @recent = created_at >= :since" in said
        assert ":since = -2d" in said
        b.said("\\set since")
        assert "error[" in b.said("@recent limit 400")
        b.said("param since = -7d")
        assert week == b.rows("@recent limit 400")
        b.said("let @recent = created_at >= -1d")
        assert len(b.rows("@recent limit 400")) < len(days)


def test_a_value_is_never_query_text() -> None:
    """What would be a condition is one text."""
    with bench() as b:
        b.said("\\set who x' or action = login or actor_name = 'y")
        assert [] == b.rows("actor_name = :who limit 5")
        assert "is no name of a parameter" in b.said("\\set a-b 1")


def test_a_mistake_points_into_what_was_typed() -> None:
    """Not into the definitions that stand before it, and the text is kept."""
    with bench() as b:
        b.said("let @logins = action = login; let @mine = @logins and actor_id = 7")
        (failed,) = of(b.events("@mine and actor_nam = 'x'"), Failed)
        assert "@mine and actor_nam = 'x'" == failed.text == failed.of
        (fault,) = failed.diagnostics
        assert "actor_nam" == failed.of[fault.span.start : fault.span.end]
        assert "  1 | @mine and actor_nam = 'x'" in failed.shown


def test_a_definition_that_is_wrong_is_not_kept() -> None:
    """And neither is anything else of its text."""
    with bench() as b:
        b.said("let @a = action = login; let @b = actoin = login")
        assert "none is known yet" in b.said("\\params")


def test_known_is_what_completion_offers() -> None:
    """Names, parameters, commands with their words, saved queries."""
    with bench() as b:
        b.said("let @logins = action = login; param since = -7d; param who")
        b.said("\\set since -2d")
        b.said("\\tz Europe/Berlin")
        known = b.session.known()
        assert {"logins": "action = login"} == dict(known.names)
        assert {"since": "-2d", "who": None} == dict(known.parameters)
        assert ("Europe/Berlin", NOW_S) == (known.zone, known.now_s)
        (format_,) = [c for c in known.commands if c.name == "format"]
        assert Takes.WORDS is format_.takes
        assert "jsonl" in [w.text for w in format_.words]
        assert "two-factor" in [q.name for q in known.queries]
        assert "action" in known.capabilities
