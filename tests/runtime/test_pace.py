"""How fast an account is asked: by argument, by its profile, or as ever."""

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.connection import Connection
from auditql.runtime.pace import Pace, pace_of
from auditql.runtime.profiles import keys
from auditql.shell import arguments

ORIGIN = of_base_url("http://127.0.0.1:9")
PLAIN = Connection(ORIGIN, NoCredential())
CHOSEN = Connection(ORIGIN, NoCredential(), rate_share=0.5, concurrency=3)


@pytest.mark.parametrize(
    ("connection", "concurrency", "share", "pace"),
    [
        (PLAIN, None, None, Pace(8, 0.8)),
        (CHOSEN, None, None, Pace(3, 0.5)),
        (CHOSEN, 1, 1.0, Pace(1, 1.0)),
    ],
)
def test_an_argument_stands_before_the_profile(
    connection, concurrency, share, pace
) -> None:
    """Eight requests at once and four fifths of the limit, unless it is said."""
    assert pace == pace_of(connection, concurrency, share)


@pytest.mark.parametrize(
    ("connection", "concurrency", "most"),
    [(PLAIN, None, 1), (CHOSEN, None, 1), (PLAIN, 8, 8), (CHOSEN, 2, 2)],
)
def test_a_bounded_number_of_requests_is_spent_by_one_cursor(
    connection, concurrency, most
) -> None:
    """Unless more are asked for beside the bound."""
    pace = pace_of(connection, concurrency, None, is_bounded=True)
    assert most == pace.concurrency


@pytest.mark.parametrize(
    ("concurrency", "share"), [(0, None), (-1, None), (None, 0.0), (None, 1.1)]
)
def test_no_pace_is_refused(concurrency, share) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="concurrency is at least 1"):
        pace_of(PLAIN, concurrency, share)


def test_a_command_line_takes_as_many_as_a_profile() -> None:
    """The same bound in both."""
    assert keys.MOST_CONCURRENT == arguments.MOST_CONCURRENT
