"""An engine's answer to a statement is the naive one, row by row, in order.

SQLite is asked in the small tier. Shares of what is refused are bounds, so that an
engine cannot pass by refusing: `changed…` is drawn in one of ten texts, and SQLite
has no regular expressions and no networks.
"""

import asked
import machines
import questions


def test_sqlite_answers_as_the_naive_reading_does() -> None:
    """Equal rows in equal order; at most 40 of 100 questions are refused."""
    outcome = asked.ask(machines.Sqlite(questions.records()), range(400))
    assert [] == outcome.differences, outcome.said
    assert outcome.counts["refused"] + outcome.counts["failed"] <= 160, outcome.why
    assert outcome.counts["telling"] >= 150
