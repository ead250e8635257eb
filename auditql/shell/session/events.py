"""What a session tells while it works: one frozen form for each kind of event.

In: nothing. Out: the forms. `shown` of each is what a terminal may print as it
stands: no character of it acts on a terminal. Nothing is printed here.
"""

from enum import Enum

from auditql.catalog.forms import form
from auditql.diagnostics.model import Diagnostic
from auditql.diagnostics.render import render_text
from auditql.diagnostics.safe_text import safe_text
from auditql.results.formats import Row


def rows_are(number: int) -> str:
    """`1 row is`, `1,200 rows are`."""
    return "1 row is" if number == 1 else f"{number:,} rows are"


class Reply(Enum):
    """What may be said to a Confirm."""

    YES = "yes"
    NO = "no"
    LIMIT = "limit 1000"


@form
class Rows:
    """Rows of an answer as they come, laid out.

    Attributes:
        rows: as received; empty where only text was held back.
        text: what is to be printed of these and of those held back before; may be
            empty, for a table is written when its widths are known.
        is_data: the format is one for programs: it is never paged.
    """

    rows: tuple[Row, ...]
    text: str
    is_data: bool

    @property
    def shown(self) -> str:
        """The text; every format made it harmless."""
        return self.text


@form
class Text:
    """Words that were asked for, of one line or many."""

    text: str

    @property
    def shown(self) -> str:
        """The words, harmless."""
        return safe_text(self.text, keep_newlines=True)


@form
class Note:
    """Something to be known of an answer or a setting."""

    text: str

    @property
    def shown(self) -> str:
        """The words, harmless."""
        return f"note: {safe_text(self.text, keep_newlines=True)}"


@form
class Warned:
    """What gives reason to warn.

    Attributes:
        message: where it is of no text; else empty.
        diagnostics: what is to be said of a text.
        of: the text that their spans point into.
        name: of the file that it was read from; None for none.
    """

    message: str
    diagnostics: tuple[Diagnostic, ...] = ()
    of: str = ""
    name: str | None = None

    @property
    def shown(self) -> str:
        """All of it, with carets."""
        if self.diagnostics:
            return render_text(self.diagnostics, self.of, self.name).rstrip("\n")
        return f"warning: {safe_text(self.message, keep_newlines=True)}"


@form
class Progress:
    """How far a read is, on one line; None takes the line away."""

    line: str | None

    @property
    def shown(self) -> str:
        """The line."""
        return "" if self.line is None else safe_text(self.line)


@form
class Confirm:
    """A question: `Session.reply` answers it before the next event is taken.

    Without a reply it is NO.

    Attributes:
        requests: so many are expected; where nothing is known, were made.
        words: the question.
        replies: those that make sense.
    """

    requests: int
    words: str
    replies: tuple[Reply, ...]

    @property
    def shown(self) -> str:
        """The question with its replies."""
        choices = " / ".join(reply.value for reply in self.replies)
        return f"{safe_text(self.words)} ({choices})"


@form
class Failed:
    """It could not be done; the session goes on.

    Attributes:
        message: what is wrong; empty where diagnostics say it.
        help: what to do; None where nothing helps.
        diagnostics: what is wrong with a text.
        of: the text that their spans point into.
        text: what was typed, kept for editing.
        name: of the file that `of` was read from; None for what was typed.
    """

    message: str
    help: str | None
    diagnostics: tuple[Diagnostic, ...]
    of: str
    text: str
    name: str | None = None

    @property
    def shown(self) -> str:
        """The error in the shape that errors have everywhere."""
        if self.diagnostics:
            return render_text(self.diagnostics, self.of, self.name).rstrip("\n")
        words = f"error: {safe_text(self.message, keep_newlines=True)}"
        if self.help is None:
            return words
        return f"{words}\n  = help: {safe_text(self.help, keep_newlines=True)}"


@form
class Interrupted:
    """Ctrl-C ended it.

    Attributes:
        rows: so many are out and kept for `last`; None where there is no answer.
        goes_on: `resume` has the rest.
        unshown: so many of them are not on the screen.
    """

    rows: int | None
    goes_on: bool
    unshown: int = 0

    @property
    def shown(self) -> str:
        r"""`interrupted: 1,200 rows are kept as partial; \resume goes on`."""
        if self.rows is None:
            return "interrupted"
        more = "; \\resume goes on" if self.goes_on else ""
        if self.unshown:
            more = f"; \\last shows {self.unshown:,} more of them{more}"
        return f"interrupted: {rows_are(self.rows)} kept as partial{more}"


@form
class Finished:
    """An answer is out, as far as it is shown.

    Attributes:
        line: `37 rows · 4,100 read · 41 requests · …`; None where it is not wanted.
        seconds: it took.
        has_more: `more` shows the next rows.
    """

    line: str | None
    seconds: float
    has_more: bool

    @property
    def shown(self) -> str:
        """The line."""
        return safe_text(self.line, keep_newlines=True) if self.line else ""


@form
class EditText:
    """The terminal opens an editor with this text, and feeds what comes of it."""

    text: str

    @property
    def shown(self) -> str:
        """Nothing: the editor shows it."""
        return ""


@form
class ShowHistory:
    """The terminal shows what was typed; the argument narrows it, and may be empty."""

    argument: str

    @property
    def shown(self) -> str:
        """Nothing: the terminal knows its history."""
        return ""


@form
class ShowKeys:
    """The terminal shows the keys in force."""

    @property
    def shown(self) -> str:
        """Nothing: the terminal knows its keys."""
        return ""


@form
class Switched:
    """Another account is asked from now on; history is kept for each.

    Attributes:
        profile: its name; None where the environment names the account.
        account: where it is asked.
    """

    profile: str | None
    account: str

    @property
    def shown(self) -> str:
        """Who is asked now."""
        name = "the environment" if self.profile is None else self.profile
        return f"asking {safe_text(self.account)} ({safe_text(name)})"


@form
class Quit:
    """The person wants to leave."""

    @property
    def shown(self) -> str:
        """Nothing."""
        return ""


Event = (
    Rows
    | Text
    | Note
    | Warned
    | Progress
    | Confirm
    | Failed
    | Interrupted
    | Finished
    | EditText
    | ShowHistory
    | ShowKeys
    | Switched
    | Quit
)
