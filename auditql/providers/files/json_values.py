"""JSON values one behind another to records: an array, pages, objects.

In: pieces of a file. Out: its records. Values may stand behind one another with or
without white space; an array gives what it holds, a page of the API its records.
No more than one value is held. JSON that is broken has no next value to go on
with, so it is an error; a value that is no record is told and left out.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from encodings.utf_8_sig import IncrementalDecoder as Utf8

from auditql.catalog.strict_json import BadJson, EndsEarly, first
from auditql.errors import ConfigurationError
from auditql.providers.files.batch import Batch, record, says_more, unfolded
from auditql.providers.files.blocks import MOST_LINE
from auditql.providers.files.json_lines import Bad

MOST_VALUE = MOST_LINE
"""Longest value that is read, in characters: a page of the API may be one."""

_SPACE = " \t\r\n"


class JsonValues:
    """Reads one file."""

    def __init__(self, name: str, bad: Bad, most: int = MOST_VALUE) -> None:
        """Read nothing yet.

        Args:
            name: of the file.
            bad: is told of values that are no record.
            most: characters of the longest value that is read.
        """
        self._name = name
        self._bad = bad
        self._most = most
        self._text = ""
        self._place = 0
        self._line = 1
        self._is_in_array = False
        self._wants_comma = False
        self._is_empty = True

    async def batches(
        self, pieces: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[Batch, None]:
        """The records of a file.

        Raises:
            ConfigurationError: it is broken.
        """
        decoder = Utf8()
        held: list[str] = []
        size = 0
        async with aclosing(pieces):
            async for piece in pieces:
                held.append(self._decoded(decoder, piece))
                size += len(held[-1])
                if size >= len(self._text):
                    self._text += "".join(held)
                    # What is not whole is looked at again when it has doubled.
                    held, size = [], 0
                    for batch in self._values(is_all=False):
                        yield batch
                    if len(self._text) > self._most:
                        raise self._broken(f"holds more than {self._most:,} characters")
        self._text += "".join(held) + self._decoded(decoder, b"", is_all=True)
        for batch in self._values(is_all=True):
            yield batch
        if self._is_in_array:
            raise self._broken("is cut off: the array is not closed")

    def _decoded(
        self,
        decoder: Utf8,
        piece: bytes,
        *,
        is_all: bool = False,
    ) -> str:
        try:
            return decoder.decode(piece, is_all)
        except UnicodeDecodeError:
            raise self._broken("is not UTF-8") from None

    def _values(self, *, is_all: bool) -> Iterator[Batch]:
        """The records of all values that are whole; the rest of the text stays."""
        while self._begins():
            try:
                value, end = first(self._text, self._place)
            except BadJson as error:
                raise self._broken(str(error)) from None
            except EndsEarly:
                if is_all:
                    raise self._broken("is broken JSON, or is cut off") from None
                break
            if end == len(self._text) and not is_all:
                break  # a number may go on
            yield self._batch(value)
            self._line += self._text.count("\n", self._place, end)
            self._place = end
            self._wants_comma = self._is_in_array
        self._text, self._place = self._text[self._place :], 0

    def _begins(self) -> bool:
        """Go to where a value begins; False where the text ends before."""
        text = self._text
        while self._place < len(text):
            sign = text[self._place]
            if sign in _SPACE:
                self._line += sign == "\n"
            elif sign == "[" and not self._is_in_array:
                self._is_in_array, self._wants_comma = True, False
                self._is_empty = True
            elif sign == "]" and self._is_in_array and self._may_close():
                self._is_in_array = self._wants_comma = False
            elif sign == "," and self._wants_comma:
                self._wants_comma, self._is_empty = False, False
            elif self._wants_comma:
                raise self._broken("is broken JSON: a comma is missing")
            else:
                return True
            self._place += 1
        return False

    def _may_close(self) -> bool:
        return self._wants_comma or self._is_empty

    def _batch(self, value: object) -> Batch:
        found = []
        raws = unfolded(value)
        for raw in raws:
            made = record(raw)
            if isinstance(made, str):
                self._bad(self._line, made)
            else:
                found.append(made)
        return Batch(found, len(found), more=says_more(value))

    def _broken(self, why: str) -> ConfigurationError:
        return ConfigurationError(f"{self._name}:{self._line}: {why}")
