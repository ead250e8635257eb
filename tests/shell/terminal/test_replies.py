"""What answers a question: a letter or a word of it, and nothing else."""

import pytest

from auditql.shell.session.events import Reply
from auditql.shell.terminal.replies import choices, reply_of

ALL = (Reply.YES, Reply.NO, Reply.LIMIT)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        *[(line, Reply.YES) for line in ("y", "Y", "yes", " YES \n")],
        *[(line, Reply.NO) for line in ("", "  ", "n", "no")],
        *[(line, Reply.LIMIT) for line in ("l", "limit", "limit 1000")],
        *[(line, None) for line in ("ye", "year = 1", "nope", "limit 5", "action")],
    ],
)
def test_a_whole_line_answers(line: str, reply: Reply | None) -> None:
    """What only begins as one does is none."""
    assert reply is reply_of(line, ALL)


def test_what_makes_no_sense_is_no_reply() -> None:
    """Only what was offered."""
    assert None is reply_of("l", (Reply.YES, Reply.NO))


@pytest.mark.parametrize(
    ("replies", "words"),
    [(ALL, "yes, no or limit"), (ALL[:2], "yes or no"), (ALL[:1], "yes")],
)
def test_the_choices_in_words(replies: tuple[Reply, ...], words: str) -> None:
    """As they are said to whoever answered otherwise."""
    assert words == choices(replies)
