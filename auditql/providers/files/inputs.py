"""The bytes of one file or of standard input, once from the beginning.

In: a path, or `-`. Out: its bytes in pieces, decompressed where they begin as
gzip does, whatever the name says. What cannot be read to its end is an error,
never a short file.
"""

import asyncio
import hashlib
import os
import stat
import zlib
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from threading import Thread
from types import TracebackType

from auditql.errors import ConfigurationError, RunError

STANDARD_INPUT = "-"
PIECE = 256 * 1024
"""Bytes that are read at once, and most that a piece has."""

_READING = os.O_RDONLY | os.O_CLOEXEC
_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class Input:
    """One open file; used as `with Input(path) as input:`, and read once.

    Attributes:
        name: for messages.
        descriptor: of the file.
        is_file: a regular file, which can be read again.
        is_packed: it is compressed; known once the first piece was read.
    """

    def __init__(
        self, path: str, *, is_hashed: bool = False, may_wait: bool = True
    ) -> None:
        """Open it.

        Args:
            path: of the file; `-` is standard input.
            is_hashed: its SHA-256 will be asked for.
            may_wait: there is an event loop that goes on while a pipe is silent.

        Raises:
            ConfigurationError: it cannot be opened, or is a directory.
        """
        self._may_wait = may_wait
        self._is_ours = path != STANDARD_INPUT
        self.name = path if self._is_ours else "standard input"
        self.is_packed = False
        self._hash = hashlib.sha256() if is_hashed else None
        self._size = 0
        self.descriptor = -1 if self._is_ours else 0
        self._is_awaited = False
        try:
            if self._is_ours and may_wait:
                # Opening a pipe waits for its writer.
                self._is_awaited = stat.S_ISFIFO(Path(path).stat().st_mode)
            if self._is_ours and not self._is_awaited:
                self.descriptor = os.open(path, _READING)
            whose = path if self._is_awaited else self.descriptor
            self._status = os.stat(whose)  # noqa: PTH116 - of what is open
        except (OSError, ValueError) as error:  # ValueError: NUL in the name
            raise _failure(self.name, error) from error
        self.is_file = stat.S_ISREG(self._status.st_mode)
        if stat.S_ISDIR(self._status.st_mode):
            self.close()
            raise ConfigurationError(
                f"{self.name} is a directory; name each file in it"
            )

    def __enter__(self) -> "Input":
        """The input itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._is_ours and self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    @property
    def sha256(self) -> str:
        """Of the bytes that were read, as they stand in the file."""
        assert self._hash is not None, "nobody said that it will be asked for"
        return self._hash.hexdigest()

    @property
    def size(self) -> int:
        """How many bytes were read."""
        return self._size

    def check_same(self) -> None:
        """Make sure that nobody wrote into the file since it was opened.

        Raises:
            RunError: somebody did.
        """
        now, then = os.fstat(self.descriptor), self._status
        if (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            raise changed(self.name)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The bytes, decompressed; no piece is empty.

        Raises:
            ConfigurationError: the file cannot be read to its end.
        """
        start = b""
        while len(start) < len(_MAGIC) and (piece := await self._read()):
            start += piece
        self.is_packed = start.startswith(_MAGIC)
        unpack = _Unpacking(self.name) if self.is_packed else None
        piece = start
        while piece:
            if unpack is None:
                yield piece
            else:
                for part in unpack.parts(piece):
                    yield part
            piece = await self._read()
        if unpack is not None:
            unpack.check_end()

    async def _read(self) -> bytes:
        """The next bytes of the file; none at its end."""
        if self._is_awaited:
            self._is_awaited = False
            self.descriptor = await _opened(self.name)
        if self.is_file or not self._may_wait:
            await asyncio.sleep(0)  # others get their turn, and a Ctrl-C is seen
        else:
            await _readable(self.descriptor)
        try:
            piece = os.read(self.descriptor, PIECE)
        except OSError as error:
            raise _failure(self.name, error) from error
        self._size += len(piece)
        if self._hash is not None:
            self._hash.update(piece)
        return piece


class _Unpacking:
    """Decompresses what may be several gzip files, one behind another."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpack = zlib.decompressobj(_GZIP)

    def parts(self, piece: bytes) -> Iterator[bytes]:
        """What a piece of the file holds, no more at once than a piece has."""
        while piece:
            if self._unpack.eof:
                piece = piece.lstrip(b"\0")  # tapes are filled up with them
                if not piece:
                    return
                self._unpack = zlib.decompressobj(_GZIP)
            try:
                part = self._unpack.decompress(piece, PIECE)
            except zlib.error:
                raise ConfigurationError(
                    f"{self._name} cannot be read: its compression is broken"
                ) from None
            if part:
                yield part
            piece = self._unpack.unconsumed_tail or self._unpack.unused_data

    def check_end(self) -> None:
        """Refuse a file that ends in the middle."""
        if not self._unpack.eof:
            raise ConfigurationError(
                f"{self._name} cannot be read: its compression is cut off"
            )


async def _opened(path: str) -> int:
    """The descriptor of a pipe, once somebody writes into it; a Ctrl-C ends the wait.

    Raises:
        ConfigurationError: it cannot be opened.
    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[int] = loop.create_future()

    def come(descriptor: int, error: OSError | None) -> None:
        if not ready.cancelled():
            if error is None:
                ready.set_result(descriptor)
            else:
                ready.set_exception(_failure(path, error))
        elif error is None:
            os.close(descriptor)

    def wait() -> None:
        descriptor, failure = -1, None
        try:
            descriptor = os.open(path, _READING)
        except OSError as error:
            failure = error
        try:
            loop.call_soon_threadsafe(come, descriptor, failure)
        except RuntimeError:  # the run is over
            if failure is None:
                os.close(descriptor)

    # Nobody may ever come: a thread that the process does not wait for at its end.
    Thread(target=wait, daemon=True).start()
    return await ready


async def _readable(descriptor: int) -> None:
    """Wait until a pipe or terminal has something; a Ctrl-C ends the wait."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def come() -> None:
        if not ready.done():
            ready.set_result(None)

    try:
        loop.add_reader(descriptor, come)
    except (OSError, NotImplementedError):  # what is always ready: /dev/null, a disk
        await asyncio.sleep(0)
        return
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def changed(name: str) -> RunError:
    """What is wrong with a file that is written while it is read: rows may be out."""
    return RunError(f"{name} was changed while it was read; run the query again")


def _failure(name: str, error: OSError | ValueError) -> ConfigurationError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return ConfigurationError(f"{name} cannot be read: {why}")
