"""What `import auditql` promises, and that it is what the code gives."""

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import auditql

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000


@pytest.mark.parametrize("name", auditql.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """A name that is promised can be had, and completion shows it."""
    assert getattr(auditql, name) is not None
    assert name in dir(auditql)


def test_every_public_name_says_what_it_is() -> None:
    """A promised function, class or module has a docstring."""
    silent = [
        name
        for name in auditql.__all__
        if name != "__version__" and not getattr(auditql, name).__doc__
    ]
    assert [] == silent


def test_a_name_that_is_not_promised_is_an_attribute_error() -> None:
    """The lazy module fails as any module does."""
    with pytest.raises(AttributeError, match="no attribute 'compil'"):
        _ = auditql.compil


def test_the_version_is_the_projects() -> None:
    """The constant, kept for speed, says what pyproject.toml says."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    assert declared["version"] == auditql.__version__


def test_compile_gives_ordered_parameter_pairs() -> None:
    """The example of the package: one exact request with a page as small as asked."""
    plan = auditql.compile("action = login limit 20", now=NOW)
    assert (
        ("filter[action]", "login"),
        ("sort", "-created_at"),
        ("page[size]", "20"),
    ) == plan.requests[0].params
    assert plan.residual is None
    assert plan.exact


def test_a_request_has_a_url_below_any_base() -> None:
    """Brackets are percent-encoded, a slash behind the base does not double."""
    plan = auditql.compile("action = login limit 20", now=NOW)
    assert (
        "https://acme.zendesk.com/api/v2/audit_logs"
        "?filter%5Baction%5D=login&sort=-created_at&page%5Bsize%5D=20"
    ) == plan.requests[0].url("https://acme.zendesk.com/")


def test_a_plan_matches_records_given_as_mappings_or_records() -> None:
    """`matches` checks the whole filter, on a dict and on a Record."""
    plan = auditql.compile("action = login and actor_id = 7", now=NOW)
    raw = {"id": 1, "created_at": NOW, "action": "login", "actor_id": 7}
    assert plan.matches(raw)
    assert plan.matches(auditql.Record.from_json(raw))
    assert not plan.matches(raw | {"actor_id": 8})


def test_compile_raises_with_every_diagnostic() -> None:
    """One QueryError holds all errors, in the order of the text."""
    with pytest.raises(auditql.QueryError) as caught:
        auditql.compile("acton = login and actor_nme = 'x'", now=NOW)
    assert ["acton", "actor_nme"] == [
        caught.value.text[d.span.start : d.span.end]
        for d in caught.value.diagnostics
        if d.span is not None
    ]


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        "2026-03-10T13:00:00+01:00",
        NOW_S,
        datetime(2026, 3, 10, 12, tzinfo=UTC),
        datetime(2026, 3, 10, 7, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_now_may_be_given_in_every_form(now: datetime | str | int) -> None:
    """Text, whole seconds and aware datetimes name the same moment."""
    plan = auditql.compile("created_at >= -1h", now=now)
    assert NOW_S == plan.query.now_s


@pytest.mark.parametrize(
    "now",
    ["2026-03-10T12:00:00", "noon", "", datetime(2026, 3, 10), -1, 2**60],  # noqa: DTZ001
)
def test_now_without_a_zone_or_out_of_range_is_refused(
    now: datetime | str | int,
) -> None:
    """A moment that could be read in two ways, or none, is no moment."""
    with pytest.raises(auditql.ConfigurationError, match="now "):
        auditql.compile("created_at >= -1h", now=now)


def test_parameters_are_values_and_never_text_of_a_query() -> None:
    """A value that looks like a query stays a value."""
    plan = auditql.compile(
        "source_type = :t limit 5", params={"t": "x' or action = login"}, now=NOW
    )
    assert ("filter[source_type]", "x' or action = login") in plan.requests[0].params


def test_format_gives_the_canonical_text() -> None:
    """`format` says the same in canonical form."""
    assert "action = login limit 5" == auditql.format("ACTION=login LIMIT 5").strip()


def test_a_saved_query_compiles_like_its_text(tmp_path: Path) -> None:
    """What `load` gives, `compile` takes."""
    file = tmp_path / "logins.aql"
    file.write_text("-- Who came in?\nparam n = 5;\naction = login limit :n\n")
    saved = auditql.load(file)
    plan = auditql.compile(saved, now=NOW)
    assert auditql.compile(saved.text, now=NOW).requests == plan.requests
    assert ("page[size]", "9") in auditql.compile(
        saved, params={"n": 9}, now=NOW
    ).requests[0].params


def test_every_error_is_an_auditql_error() -> None:
    """One `except` clause catches the whole tree."""
    tree = [
        getattr(auditql, name)
        for name in auditql.__all__
        if isinstance(getattr(auditql, name), type)
        and issubclass(getattr(auditql, name), Exception)
    ]
    assert len(tree) == 12
    assert all(issubclass(kind, auditql.AuditQLError) for kind in tree)


def test_a_program_can_name_its_own_credential() -> None:
    """The kinds of credential are public, and none shows what it holds."""
    secret = auditql.Secret("canary-0123456789")
    for credential in (
        auditql.Bearer(secret),
        auditql.ApiToken("ada@example.com", secret),
        auditql.ClientCredentials("client", secret),
    ):
        client = auditql.Client(subdomain="acme", credential=credential)
        assert credential is client.connection.credential
        assert "canary" not in repr(credential)
        client.close()
