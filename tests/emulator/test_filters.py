"""What each filter lets through, and what is refused."""

import pytest

from auditql.emulator import Emulator, Settings
from auditql.emulator.errors import RANGE_FORMAT
from auditql.emulator.settings import SourceIdRule, Unknown

RANGE = "filter[created_at][]=2026-01-01T00:00:{}Z"


@pytest.fixture
def account(record) -> list[dict]:
    """Six records, one a second, rising."""
    return [
        record(1, 1, action="login", source_id=1, ip_address=None),
        record(2, 2, action="create", actor_id=8, source_type="rule"),
        record(3, 3, action="destroy", actor_id=-1, ip_address="2001:DB8::1"),
        record(4, 4, source_type="zendesk/app_market/app", ip_address="2001:db8::1"),
        record(5, 5, actor_id=9, source_id=None),
        {"id": 6, "created_at": "2026-01-01T00:00:06Z"},
    ]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("filter[action]=login", [1]),
        ("filter[action]=LOGIN", []),
        ("filter[action]=", []),
        ("filter[action]=never", []),
        ("filter[action][]=login&filter[action][]=create", [1, 2]),
        ("filter[action][]=login&filter[action][]=login", [1]),
        ("filter[action]=login&filter[action]=create", [2]),
        ("filter[action][]=login&filter[action]=create", [2]),
        ("filter[action]", [1, 2, 3, 4, 5, 6]),
        ("filter[actor_id]=8", [2]),
        ("filter[actor_id]=-1", [3]),
        ("filter[actor_id]=08", [2]),
        ("filter[actor_id][]=8&filter[actor_id][]=9", [2, 5]),
        ("filter[actor_id]=7&filter[action]=update", [4]),
        ("filter[source_type]=rule", [2]),
        ("filter[source_type]=zendesk/app_market/app", [4]),
        ("filter[source_type]=zendesk%2Fapp_market%2Fapp", [4]),
        ("filter[source_type]=nobody/knows", []),
        ("filter[source_type]=user&filter[source_id]=70", [3]),
        ("filter[source_type][]=user&filter[source_id][]=1&filter[source_id][]=70",
         [1, 3]),
        ("filter[ip_address]=192.0.2.1", [2, 5]),
        ("filter[ip_address]=192.0.2.0/24", []),
        ("filter[ip_address]=2001:db8::1", [4]),
        ("filter[ip_address]=2001:DB8::1", [3]),
        ("filter%5Baction%5D%5B%5D=login", [1]),
    ],
)  # fmt: skip
def test_a_filter_lets_through_exactly(ask, account, query, ids) -> None:
    """Values of a field are alternatives, fields combine, text is exact."""
    reply = ask(Emulator(account), f"page[size]=100&sort=created_at&{query}")
    assert reply.status == 200
    assert ids == reply.ids


@pytest.mark.parametrize(
    ("start_included", "end_included", "ids"),
    [
        (True, True, [2, 3, 4]),
        (True, False, [2, 3]),
        (False, True, [3, 4]),
        (False, False, [3]),
    ],
)
def test_the_four_readings_of_a_range(
    ask, account, start_included, end_included, ids
) -> None:
    """The page does not say whether the ends belong to the range."""
    settings = Settings(start_included=start_included, end_included=end_included)
    query = f"page[size]=9&sort=created_at&{RANGE.format('02')}&{RANGE.format('04')}"
    assert ids == ask(Emulator(account, settings), query).ids


@pytest.mark.parametrize(
    ("start", "end", "ids"),
    [("04", "02", []), ("03", "03", [3]), ("06", "59", [6]), ("00", "01", [1])],
)
def test_a_range_may_be_empty(ask, account, start, end, ids) -> None:
    """A range that runs backwards holds nothing and is no error."""
    query = f"page[size]=9&{RANGE.format(start)}&{RANGE.format(end)}"
    assert ids == ask(Emulator(account), query).ids


@pytest.mark.parametrize(
    "query",
    [
        "filter[created_at]=2026-01-01T00:00:00Z",
        "filter[created_at]=2026-01-01T00:00:00Z&filter[created_at]=2026-01-02T00:00:00Z",
        "filter[created_at]=2026-01-01T00:00:00Z,2026-01-02T00:00:00Z",
        "filter[created_at][]=2026-01-01T00:00:00Z",
        "&".join([RANGE.format("01")] * 3),
        f"{RANGE.format('01')}&filter[created_at][]=2026-01-02",
        f"{RANGE.format('01')}&filter[created_at][]=2026-02-30T00:00:00Z",
        f"{RANGE.format('01')}&filter[created_at][]=2026-01-02T00:00:00%2B00:00",
        f"{RANGE.format('01')}&filter[created_at][]=2026-01-02T00:00:00.5Z",
        f"{RANGE.format('01')}&filter[created_at][]",
        f"{RANGE.format('01')}&filter[created_at][][x]=1",
        "filter[created_at][start]=2026-01-01T00:00:00Z",
    ],
)
@pytest.mark.parametrize("paging", ["page[size]=1", "per_page=1"])
def test_a_range_is_exactly_two_times(ask, account, query, paging) -> None:
    """All else is a 400 with the body that the service sends."""
    reply = ask(Emulator(account), f"{paging}&{query}")
    assert reply.status == 400
    assert reply.body == {"error": "InvalidValue", "description": RANGE_FORMAT}
    assert RANGE_FORMAT == (
        "Invalid filter[created_at] specified; format is "
        "?filter[created_at][]=YYYY-MM-DDTHH:MM:SSZ"
        "&filter[created_at][]=YYYY-MM-DDTHH:MM:SSZ"
    )


@pytest.mark.parametrize(
    "query",
    [
        "filter[actor_id]=seven",
        "filter[actor_id]=7.0",
        "filter[actor_id]=",
        "filter[actor_id][]=7&filter[actor_id][]=x",
        "filter[actor_id]=99999999999999999999",
        "filter[action][x]=login",
        "filter[action][][x]=login",
        "filter[actor_name]=Ada",
        "filter=login",
        "filter[]=login",
        "colour=red",
        "filter[action][]",
    ],
)
def test_what_no_page_mentions_is_refused(ask, account, query) -> None:
    """A client that invents filters must be found out."""
    reply = ask(Emulator(account), f"page[size]=1&{query}")
    assert reply.status == 400
    assert reply.body["error"] == "InvalidValue"


@pytest.mark.parametrize("query", ["filter[actor_name]=Ada", "colour=red"])
def test_what_no_page_mentions_can_be_ignored(ask, account, query) -> None:
    """The real service may well drop what it does not know."""
    emulator = Emulator(account, Settings(unknown=Unknown.IGNORE))
    assert ask(emulator, f"page[size]=9&{query}").ids == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("rule", "status", "ids"),
    [
        (SourceIdRule.REFUSE, 400, None),
        (SourceIdRule.IGNORE, 200, [6, 5, 4, 3, 2, 1]),
        (SourceIdRule.HONOUR, 200, [1]),
    ],
)
def test_source_id_without_its_type(ask, account, rule, status, ids) -> None:
    """The page requires the type; what happens without it is a setting."""
    emulator = Emulator(account, Settings(source_id_rule=rule))
    reply = ask(emulator, "page[size]=9&filter[source_id]=1")
    assert status == reply.status
    assert ids == (reply.ids if status == 200 else None)


@pytest.mark.parametrize(
    "query",
    ["filter[action]=a&filter[action][]=b", "filter=1&filter[action]=a", "a=%zz"],
)
def test_a_malformed_mix_is_the_frameworks_400(ask, account, query) -> None:
    """Rack cannot read it, and Rails answers for it."""
    reply = ask(Emulator(account), query)
    assert reply.status == 400
    assert reply.body == {"status": 400, "error": "Bad Request"}
