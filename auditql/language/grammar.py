"""The parser made from the grammar files, its table kept between runs.

In: `grammar/*.lark` beside the package or one level up. Out: a Lark parser
that builds the tree while it parses. Building the LALR table takes most of a
start, so it is kept as JSON in the user's cache directory: never as a pickle,
which would run whatever somebody put there. A table that is not exactly the
one that was written for this grammar and these versions is built again.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import lark

from auditql.language.lexing import LazyLexer
from auditql.language.tree import builders

STARTS = ("script", "value", "default")
_FORMAT = 1
_NAMES = ("auditql.lark", "lexical.lark")


class Lexing(Protocol):
    """What gives the tokens of a text, one after the other."""

    def lex(self, parser_state: object) -> Iterator[lark.Token]:
        """The tokens, each read with what the parser's state accepts."""


class Parsing(Protocol):
    """A parser at work on one text, fed token by token.

    What is used of lark's interactive parser, with its types.
    """

    @property
    def lexer_thread(self) -> Lexing:
        """Where the tokens come from."""

    @property
    def parser_state(self) -> object:
        """What was read so far."""

    def feed_token(self, token: lark.Token) -> object:
        """Read one token, or raise UnexpectedToken."""

    def feed_eof(self, last_token: lark.Token) -> object:
        """Read the end of the text; the finished result."""

    def accepts(self) -> set[str]:
        """Names of the terminals that may come next."""


class WholeWords:
    """Lets every parser state see words and junk, so that `andy` is no `and`.

    A contextual lexer tries only what may come; in a state that takes `and`
    but no word it would cut `andy` in two. Parentheses are seen everywhere for
    a smaller reason: states that differ in them alone then share one scanner,
    and each scanner is a regular expression to compile at every start.
    """

    always_accept = ("WORD", "JUNK", "LPAR", "RPAR")

    def process(self, stream: Iterator[lark.Token]) -> Iterator[lark.Token]:
        """The tokens as they come."""
        return stream


def directory() -> Path:
    """Where the grammar files are: in the installed package or one level up.

    Raises:
        FileNotFoundError: the installation lacks its grammar.
    """
    package = Path(__file__).parent.parent
    for place in (package / "grammar", package.parent / "grammar"):
        if (place / _NAMES[0]).is_file():
            return place
    raise FileNotFoundError("the grammar files of auditql are missing")


def fingerprint() -> str:
    """The SHA-256 of the grammar files: where it is another, so is the language."""
    return hashlib.sha256(_text()).hexdigest()


def _text() -> bytes:
    return b"\0".join((directory() / name).read_bytes() for name in _NAMES)


def build(*, strict: bool = False) -> lark.Lark:
    """The parser built from the grammar files; `strict` refuses any collision."""
    return lark.Lark.open(
        str(directory() / _NAMES[0]),
        strict=strict,
        parser="lalr",
        lexer="contextual",
        postlex=WholeWords(),
        start=list(STARTS),
        maybe_placeholders=False,
        propagate_positions=False,
        transformer=builders(),
    )


def begin(text: str, start: str) -> Parsing:
    """A parser that begins to read a text from one of the start rules."""
    return load().parse_interactive(text, start=start)


@cache
def load() -> lark.Lark:
    """The parser, from the kept table where there is a sound one."""
    text = _text()
    versions = f"{_FORMAT} {lark.__version__} {sys.version_info[:2]}"
    key = hashlib.sha256(versions.encode() + b"\0" + text).hexdigest()
    path = _cache_path(key)
    if path is not None:
        kept = _read(path)
        if kept is not None:
            try:
                return _revive(kept)
            except Exception:  # noqa: S110 - whatever is wrong with it, build it anew
                pass
    made = build()
    if path is not None:
        _write(path, _dump(made))
    return made


# --- the kept table -------------------------------------------------------


def _dump(made: lark.Lark) -> str:
    data, memo = made.memo_serialize([lark.lexer.TerminalDef, lark.grammar.Rule])
    data["options"] = {
        k: v for k, v in data["options"].items() if k not in ("postlex", "transformer")
    }
    body = json.dumps({"data": data, "memo": memo}, default=_plain, sort_keys=True)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f"{digest}\n{body}"


def _plain(value: object) -> object:
    """JSON for what lark leaves as it is in its own serialisation."""
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _numbered(table: dict[str, object]) -> dict[int, object]:
    """JSON turns the keys of a table into text; here they are numbers again."""
    return {int(k): v for k, v in table.items()}


def _revive(text: str) -> lark.Lark:
    digest, _, body = text.partition("\n")
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise ValueError("the kept table is damaged")
    kept = json.loads(body)
    data = kept["data"]
    table = data["parser"]["parser"]
    table["tokens"] = _numbered(table["tokens"])
    table["states"] = {
        int(state): {int(token): tuple(action) for token, action in actions.items()}
        for state, actions in table["states"].items()
    }
    data["options"] |= {"postlex": None, "transformer": None}
    made = lark.Lark.__new__(lark.Lark)
    return made._load(  # noqa: SLF001 - as lark's own stand-alone parsers do
        {"data": data, "memo": _numbered(kept["memo"])},
        postlex=WholeWords(),
        transformer=builders(),
        _plugins={"ContextualLexer": LazyLexer},
    )


def _cache_path(key: str) -> Path | None:
    """The file of the kept table, or None where there is no home for it."""
    try:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("auditql", appauthor=False))
        return folder / f"grammar-{key[:32]}.json"
    except (OSError, RuntimeError):
        return None


_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_MOST_BYTES = 10_000_000  # a table has about 300 kB


def _read(path: Path) -> str | None:
    """The kept text, if it is a file that only this user can have written."""
    try:
        handle = os.open(path, _FLAGS)
        with os.fdopen(handle, encoding="utf-8") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o022:
                return None
            if status.st_size > _MOST_BYTES:
                return None
            if hasattr(os, "getuid") and status.st_uid != os.getuid():
                return None
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def _write(path: Path, text: str) -> None:
    """Keep the text; a cache that cannot be written is no fault of a query."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)  # 0600 by its contract
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
    except OSError:
        return
