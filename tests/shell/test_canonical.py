"""The canonical form of a file: nothing of it is lost, and it stays as it is."""

from hypothesis import example, given
from hypothesis import strategies as st

from auditql.errors import ConfigurationError
from auditql.language.comments import comments, description
from auditql.language.parser import parse
from auditql.shell.canonical import canonical

STATEMENTS = (
    "param since = -7d",
    "param  who=( 1,2 , x )",
    "tz 'Europe/Berlin'",
    "let @a = ( id=1 or  actor_name='a;b -- c' )",
    "ACTION=login ORDER BY created_at desc LIMIT 5",
    "(id = 2) | count by action",
    "'/* no comment */'",
    "",
)
GAPS = (
    *(" ", "\n", "\r\n", "\n\n", "\t", " -- one\n", "\n# two\r\n", " /* three */ "),
    *("\n/* four\n   lines */\n", " /* five */ -- six\n", "\r"),
    "\n-- seven\n\n-- eight\n  -- nine\n",
)


@example([(" -- one\n", ""), (" -- one\n", STATEMENTS[0])])
@given(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(STATEMENTS))))
def test_a_file_in_canonical_form_says_the_same_and_stays_so(
    parts: list[tuple[str, str]],
) -> None:
    """Statements, comments in their order and the description are those of before."""
    text = ";".join(gap + statement for gap, statement in parts) + "\n"
    made = canonical(text, "x.aql")
    assert parse(text).statements == parse(made).statements
    assert said(text) == said(made)
    assert description(text) == description(made)
    assert made == canonical(made, "x.aql")
    assert "\r" not in made


def said(text: str) -> list[str]:
    return ["\n".join(text[c.start : c.end].split()) for c in comments(text)]


@given(st.sampled_from(GAPS), st.sampled_from(["id", "=", "in", "(1", "2)", "or @x"]))
def test_a_comment_inside_of_a_statement_is_never_lost(gap: str, before: str) -> None:
    """It is refused, or it is in what comes out."""
    text = "let @x = id = 3;\nid in (1 , 2) or @x limit 3"
    text = text.replace(before, gap + before)
    try:
        made = canonical(text, "x.aql")
    except ConfigurationError:
        return
    assert said(text) == said(made)
