"""Commands that take a query are known to the colours, too."""

from auditql.shell.completion.known import Takes
from auditql.shell.live.command_lines import QUERY_COMMANDS, split
from auditql.shell.session.registry import commands


def test_commands_that_take_a_query_are_those_of_the_session() -> None:
    """By each of their names."""
    named = {
        name
        for one in commands().values()
        for name in (one.name, one.long)
        if one.takes is Takes.QUERY and name is not None
    }
    assert named == QUERY_COMMANDS


def test_the_parts_of_a_command_are_its_text() -> None:
    """Blanks before it, the word, the rest; a query has none of them."""
    line = split("  \\format csv\n")
    assert line is not None
    assert ("  ", "\\format", " csv\n") == (line.indent, line.word, line.rest)
    assert "format" == line.name
    assert None is split("action = login \\format")
