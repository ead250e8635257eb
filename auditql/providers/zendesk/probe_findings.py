"""What a probe asks of an account, and the form of what it finds.

In: nothing. Out: the table of questions, in the order in which they are told.
The first rows are those of the capability table; nothing is asked or judged
here.
"""

from enum import Enum, unique

from auditql.catalog.forms import form


@unique
class Status(Enum):
    """How far a question is settled."""

    OBSERVED = "observed"
    """The documents leave it open, and records have settled it."""
    DOCUMENTED = "as documented"
    UNSEEN = "not observable here"
    """The account holds nothing that could tell, or it was not asked."""
    AGAINST = "against what plans rely on"


@form
class Question:
    """One thing to find out.

    Attributes:
        name: for programs.
        about: the field, or the part of the API.
        asks: the question in words.
    """

    name: str
    about: str
    asks: str


@form
class Verdict:
    """What one question came to.

    Attributes:
        status: how far it is settled.
        answer: in a few words; None where there is none.
        evidence: one line: what was seen, or why nothing could be.
    """

    status: Status
    answer: str | None
    evidence: str


@form
class Finding:
    """A question with its verdict.

    Attributes:
        question: what was asked.
        verdict: what it came to.
        requests: sent for it, those sent again included.
    """

    question: Question
    verdict: Verdict
    requests: int


_SEVERAL = "several values at once"

QUESTIONS = (
    Question("action", "action", _SEVERAL),
    Question("actor_id", "actor_id", _SEVERAL),
    Question("ip_address", "ip_address", _SEVERAL),
    Question("source_type", "source_type", _SEVERAL),
    Question("source_id", "source_id", f"{_SEVERAL}, beside source_type"),
    Question("source_id_alone", "source_id", "without source_type"),
    Question("range_start", "created_at", "the start of a range"),
    Question("range_end", "created_at", "the end of a range"),
    Question("range_future", "created_at", "an end in the future"),
    Question("id", "id", "one record by its id"),
    Question("ids_descending", "order", "ids of one second, newest first"),
    Question("ids_ascending", "order", "ids of one second, oldest first"),
    Question("sort", "order", "sort by another field (actor_id)"),
    Question("count", "paging", "count of a small closed range"),
    Question("page_size", "paging", "page[size] over 100"),
    Question("offset_depth", "paging", "offset pages beyond 10,000 records"),
    Question("cursor", "paging", "the same cursor asked twice"),
    Question("rate_headers", "rate limit", "headers that tell it"),
    Question("rate_window", "rate limit", "how it refills"),
    Question("lateness", "time", "age of the newest record shown"),
    Question("clock", "time", "this machine's clock"),
)
"""In the order in which they are told: fields first, then the rest."""


def unseen(why: str) -> Verdict:
    """The verdict where nothing could be seen."""
    return Verdict(Status.UNSEEN, None, why)
