"""The one place that prints: what goes where, and what a broken stream means."""

import io
import os
from collections.abc import Iterator

import pytest

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Span
from auditql.errors import OutputError
from auditql.shell.color import Color
from auditql.shell.exits import ClosedPipe
from auditql.shell.output import Output
from auditql.shell.verbs import help_text


@pytest.fixture
def broken_pipe() -> Iterator[io.TextIOWrapper]:
    """A stream whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield stream


def test_data_is_written_as_it_is() -> None:
    """Formats take care of their own text; nothing is added or changed."""
    stdout = io.StringIO()
    Output(stdout, None).data("a\x1b[31mb\n")
    assert "a\x1b[31mb\n" == stdout.getvalue()


def test_narration_shows_controls_instead_of_sending_them() -> None:
    """A text of a stranger does nothing to the terminal."""
    stderr = io.StringIO()
    Output(None, stderr).note("a\x1b[31mb\u202ec\nd")
    assert "a^[[31mb<U+202E>c\nd\n" == stderr.getvalue()


def test_an_error_has_the_shape_of_a_diagnostic() -> None:
    """One heading, and the help under it."""
    stderr = io.StringIO()
    Output(None, stderr).error("no such thing", "write another")
    assert "error: no such thing\n  = help: write another\n" == stderr.getvalue()


def test_diagnostics_are_narration() -> None:
    """They go to standard error with the line they stand in."""
    stdout, stderr = io.StringIO(), io.StringIO()
    found = Diagnostic(Code.UNKNOWN_FIELD, "there is no field `x`", Span(0, 1))
    Output(stdout, stderr).diagnostics([found], "x = 1")
    assert "" == stdout.getvalue()
    assert "error[unknown-field]: there is no field `x`" in stderr.getvalue()
    assert "x = 1" in stderr.getvalue()


def test_nothing_is_said_where_nothing_was_found() -> None:
    """No diagnostics are no line, not an empty one."""
    stderr = io.StringIO()
    Output(None, stderr).diagnostics([], "x = 1")
    assert "" == stderr.getvalue()


def test_colour_stands_around_headings_alone() -> None:
    """Only what a heading says up to its colon is coloured."""
    stderr = io.StringIO()
    output = Output(None, stderr)
    output.color = Color.ALWAYS
    output.error("no error: at all")
    assert "\x1b[1;31merror:\x1b[0m no error: at all\n" == stderr.getvalue()


def test_a_reader_that_has_gone_is_a_closed_pipe(
    broken_pipe: io.TextIOWrapper,
) -> None:
    """The first failure says so; later flushes and the end of the process do not."""
    output = Output(broken_pipe, None)
    output.data("row\n")
    with pytest.raises(ClosedPipe):
        output.flush()
    output.flush()
    broken_pipe.flush()


def test_a_full_disk_is_an_output_error() -> None:
    """The system's words are passed on."""
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        output = Output(full, None)
        output.data("row\n")
        with pytest.raises(OutputError, match="No space left on device"):
            output.flush()


def test_what_was_lost_is_told_in_the_same_words_again(
    broken_pipe: io.TextIOWrapper,
) -> None:
    """The first reason is the reason, not that nothing more is written."""
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        output = Output(full, None)
        output.data("row\n")
        with pytest.raises(OutputError):
            output.flush()
        with pytest.raises(OutputError, match="No space left on device"):
            output.data("another\n")
    output = Output(broken_pipe, None)
    output.data("row\n")
    with pytest.raises(ClosedPipe):
        output.flush()
    with pytest.raises(ClosedPipe):
        output.data("another\n")


def test_data_without_a_standard_output_is_an_output_error() -> None:
    """A stream that was closed before the start takes nothing."""
    with pytest.raises(OutputError, match="standard output is closed"):
        Output(None, None).data("row\n")


def test_narration_that_nobody_hears_is_no_fault(
    broken_pipe: io.TextIOWrapper,
) -> None:
    """The answer still counts when standard error has gone."""
    stdout = io.StringIO()
    output = Output(stdout, broken_pipe)
    output.note("first")
    output.note("second")
    output.data("row\n")
    assert "row\n" == stdout.getvalue()
    Output(stdout, None).note("nobody")


def test_the_help_fits_one_screen() -> None:
    """A terminal of 24 lines and 80 columns shows it all, and a prompt below."""
    lines = help_text().splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80


def test_a_reader_that_has_gone_is_noticed_before_there_is_a_row() -> None:
    """A pipe that nobody reads is closed; a file and a text have no reader."""
    ours, theirs = os.pipe()
    with open(theirs, "w", encoding="utf-8") as stream:  # noqa: PTH123
        output = Output(stream, None)
        output.check_reader()
        os.close(ours)
        with pytest.raises(ClosedPipe):
            output.check_reader()
    Output(io.StringIO(), None).check_reader()
    with open(os.devnull, "w", encoding="utf-8") as stream:  # noqa: PTH123
        Output(stream, None).check_reader()
