"""Lines and values are the same however the bytes of a file are cut."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence

from exports import ONE, TIME, arriving, cut, line
from hypothesis import given
from hypothesis import strategies as st

from auditql.providers.files.batch import Batch
from auditql.providers.files.blocks import blocks
from auditql.providers.files.json_values import JsonValues


@given(
    st.lists(st.sampled_from([b"", b"a", b"bb", b"\r", b"c" * 9]), max_size=9),
    st.lists(st.integers(0, 99), max_size=9),
    st.booleans(),
)
def test_blocks_hold_the_lines_at_their_places(
    lines: Sequence[bytes], places: Sequence[int], ends: bool
) -> None:
    """However the bytes are cut; too long a line leaves a block that says so."""

    async def all_() -> list[tuple[int, bytes]]:
        found = []
        async for block in blocks(arriving(cut(content, places)), most_line=8):
            if block.is_long:
                assert b"" == block.content
                found.append((block.start, b"c" * 9))
            start = block.start
            for one in block.content.split(b"\n")[:-1]:
                found.append((start, one))
                start += len(one) + 1
        return found

    content = b"\n".join(lines) + (b"\n" if ends else b"")
    expected, place = [], 0
    for one in content.removesuffix(b"\n").split(b"\n") if content else []:
        expected.append((place, one))
        place += len(one) + 1
    found = asyncio.run(all_())
    kept = [e for e in expected if e in found]
    # A long line that came whole with its end is given as it is.
    assert kept == found
    assert [e for e in expected if len(e[1]) < 9] == [e for e in found if len(e[1]) < 9]
    assert len(expected) == len(found)


def test_no_more_is_held_of_a_line_than_is_allowed() -> None:
    """A gigabyte without an end leaves one block that says so."""
    piece = b"x" * 262_144

    async def endless() -> AsyncGenerator[bytes, None]:
        for _ in range(4096):
            yield piece
        yield b"\n" + line(ONE).encode()

    async def all_() -> list[tuple[bool, int]]:
        found = blocks(endless(), most_line=1_000_000)
        return [(block.is_long, len(block.content)) async for block in found]

    assert [(True, 0), (False, len(line(ONE)))] == asyncio.run(all_())


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.builds(dict, values.map(lambda v: {"id": 1, "created_at": TIME, "v": v}))
    ),
    st.lists(st.integers(0, 9999), max_size=9),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_values_are_found_however_the_bytes_are_cut(
    raws: Sequence[object], places: Sequence[int], indent: int | None, is_array: bool
) -> None:
    """In an array or one behind another."""
    text = json.dumps(raws, indent=indent, ensure_ascii=False)
    if not is_array:
        text = "".join(json.dumps(raw, indent=indent) for raw in raws)

    async def all_() -> list[Batch]:
        pieces = cut(text.encode("utf-8", "surrogatepass"), places)
        found = JsonValues("x", lambda line, why: None).batches(arriving(pieces))
        return [batch async for batch in found]

    assert raws == [r.raw for batch in asyncio.run(all_()) for r in batch.records]
