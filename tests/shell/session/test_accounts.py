"""Which account answers: a profile, another one, the demo, or none that can."""

from sessions import BASE_URL, NOW_S, Bench, bench, newest_first, of, records

from auditql.errors import ConfigurationError
from auditql.runtime.profiles.forms import Profile
from auditql.shell.session.accounts import Transported, demo
from auditql.shell.session.events import Failed, Rows, Switched
from auditql.shell.session.session import Session


def test_profile_switches_and_stays_where_it_cannot() -> None:
    """Another account answers; one that is none leaves the one before."""
    one, two = Bench(records(20, seed=1)), Bench(records(20, seed=2))

    def accounts(picked: str | None) -> Transported:
        if picked == "gone":
            raise ConfigurationError("there is no profile `gone`")
        wire = two.wire if picked == "other" else one.wire
        return Transported(f"http://127.0.0.1:{2 if picked else 1}", wire)

    with bench(accounts=accounts) as b:
        assert newest_first(one.all)[:3] == b.rows("limit 3")
        assert "asking http://127.0.0.1:1" in b.said("\\profile")
        (switched,) = of(b.events("\\profile other"), Switched)
        assert "http://127.0.0.1:2" == switched.account
        assert newest_first(two.all)[:3] == b.rows("limit 3")
        assert "there is no profile `gone`" in b.said("\\profile gone")
        assert newest_first(two.all)[:3] == b.rows("limit 3")


def test_the_demo_answers_without_an_account() -> None:
    """And has one account only."""
    session = Session(accounts=demo(NOW_S))
    session.state.clock = lambda: float(NOW_S)
    events = list(session.feed("limit 3"))
    assert 3 == sum(len(e.rows) for e in of(events, Rows))
    (failed,) = of(session.feed("\\profile acme"), Failed)
    assert "this is the demo" in failed.message
    session.close()


def test_what_a_profile_says_holds_from_the_start() -> None:
    """Zone, format and limit, also of the profile that is switched to."""
    wire = Bench(records(60)).wire

    class Named(Transported):
        name = ""

        @property
        def profile(self) -> Profile:
            is_other = self.name == "other"
            return Profile(
                self.name,
                tz="Asia/Tokyo" if is_other else "Europe/Berlin",
                format="jsonl" if is_other else "csv",
                limit=20 if is_other else 10,
            )

    def accounts(picked: str | None) -> Transported:
        made = Named(BASE_URL, wire)
        made_name = picked or "first"
        return type("One", (Named,), {"name": made_name})(made.base_url, wire)

    with bench(accounts=accounts) as b:
        assert [] == list(b.session.start())
        state = b.session.state
        assert ("Europe/Berlin", "csv", 10) == (state.zone, state.format, state.limit)
        assert 10 == len(b.rows("order by -created_at"))
        b.said("\\profile other")
        assert ("Asia/Tokyo", "jsonl", 20) == (state.zone, state.format, state.limit)


def test_a_configuration_that_is_wrong_is_said_and_the_session_works() -> None:
    """At the start, and when somebody is to be asked; commands work."""

    def accounts(_picked: str | None) -> Transported:
        raise ConfigurationError("config.toml, line 3: no such key")

    with bench(accounts=accounts) as b:
        (failed,) = b.session.start()
        assert "error: config.toml, line 3: no such key" == failed.shown
        said = b.said("limit 1")
        assert "line 3" in said
        assert "\\resume" not in said  # nothing has started that could go on
        assert "error[unknown-field]" in b.said("actoin = login")
        assert "ip_address" in b.said("\\d")
