"""How far a text reads, and what may come next at each place between its tokens.

In: a text, mostly the one of the last call and a letter more. Out: its tokens up
to the first that does not fit, and behind each the state of the parser, of which
can be asked what it accepts. The states of the last few texts are kept: what two
texts have in common is read once.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from auditql.catalog import limits
from auditql.catalog.forms import form
from auditql.language.grammar import begin
from auditql.language.so_far import SoFar, with_token
from auditql.language.stacks import Leaf, Value, accepted, moved, roles, start_state

_CLOSED = frozenset({"LPAR", "RPAR", "COMMA", "VBAR", "SEMICOLON"})
"""Tokens that end where they end, whatever stands behind them."""

_NEVER = limits.TEXT_BYTES + 1
_KEPT = 8  # texts whose states are kept


@form
class Mark:
    """A place behind a token: the token, and the stacks of the parser there.

    Attributes:
        leaf: the token before; None at the start of the text.
        states: what was read, as numbers of the parser.
        values: the same as rules and tokens, the last on top.
        so_far: what the statement has said.
    """

    leaf: Leaf | None
    states: tuple[int, ...]
    values: tuple[Value, ...]
    so_far: SoFar

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return 0 if self.leaf is None else self.leaf.end

    @property
    def accepts(self) -> frozenset[str]:
        """The kinds of token that may come next; `$END` where the text may end."""
        return accepted(self.states)

    def with_a(self, kind: str) -> "tuple[Value, ...] | None":
        """The values if a token of a kind came next; None where it may not."""
        stacks = moved(self.states, self.values, Leaf(kind, "", -1))
        return None if stacks is None else stacks[1]

    def roles(self, kind: str) -> frozenset[str]:
        """What a token of a kind would be.

        The rules that it ends, as `value:text`, and the kinds of token that may
        stand right behind it.
        """
        return roles(self.states, kind)


@form
class Reading:
    """What was read of a text.

    Attributes:
        text: the text.
        marks: the places behind its tokens in order, the start first.
        unfit: the token that does not fit, behind the last mark; None where all of
            the text was read.
    """

    text: str
    marks: Sequence[Mark]
    unfit: Leaf | None


def _root() -> Mark:
    return Mark(None, (start_state(),), (), SoFar())


@form
class _Kept:
    """A reading, and how much of the text each of its marks depends on."""

    reading: Reading
    needs: Sequence[int]


_kept: list[_Kept] = []


def read(text: str) -> Reading:
    """Read a text as far as it goes, from where the last texts differ from it."""
    best, marks = _start_of(text)
    begun = len(marks)
    unfit: Leaf | None = None
    previous = marks[-1]
    for leaf in _leaves(text, marks):
        stacks = moved(previous.states, previous.values, leaf)
        if stacks is None or len(marks) > limits.TOKENS:
            unfit = leaf
            break
        kind = "" if previous.leaf is None else previous.leaf.kind
        said = with_token(previous.so_far, kind, leaf.kind, leaf.text, leaf.start)
        previous = Mark(leaf, *stacks, said)
        marks.append(previous)
    made = Reading(text, marks, unfit)
    needs = [*best[: max(begun - 1, 0)]]
    needs += _needs(made, len(needs))
    _kept.insert(0, _Kept(made, needs))
    del _kept[_KEPT:]
    return made


def forget() -> None:
    """Keep nothing of the texts that were read."""
    _kept.clear()


def _start_of(text: str) -> tuple[Sequence[int], list[Mark]]:
    """The marks that hold for a text too, of the kept one that has most in common."""
    found: tuple[Sequence[int], list[Mark]] = ((0,), [_root()])
    for kept in tuple(_kept):
        common = _common(kept.reading.text, text)
        count = bisect_right(kept.needs, common)
        if count > len(found[1]):
            found = kept.needs, list(kept.reading.marks[:count])
    return found


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _needs(made: Reading, begun: int) -> list[int]:
    """How long a text must be the same for each mark from one on to hold.

    A token's end depends on what is glued to it, and over a blank on the next
    letter: `1, 2` is a run of numbers unless `days` follows.
    """
    found: list[int] = []
    marks = made.marks
    following = _NEVER if made.unfit is None else made.unfit.start + 1
    glued_need = _NEVER
    starts = _NEVER if made.unfit is None else made.unfit.start
    for mark in reversed(marks[begun:]):
        leaf = mark.leaf
        if leaf is None:
            need = 0
        elif leaf.kind in _CLOSED:
            need = leaf.end
        elif starts == leaf.end:
            need = glued_need
        elif made.text[leaf.end : leaf.end + 1].isspace():
            need = following
        else:
            need = glued_need
        found.append(need)
        if leaf is not None:
            following, glued_need, starts = leaf.start + 1, need, leaf.start
    found.reverse()
    for index in range(len(found) - 2, -1, -1):  # a mark holds where a later one does
        found[index] = min(found[index], found[index + 1])
    return found


class _Position:
    """What the lexer asks of the parser: its state."""

    def __init__(self, states: Sequence[int]) -> None:
        self.position = states[-1]


def _leaves(text: str, marks: Sequence[Mark]) -> Iterator[Leaf]:
    """The tokens behind the last mark, each read with what the last then accepts."""
    body = " " + text[1:] if text.startswith("\ufeff") else text
    thread = begin(body, "script").lexer_thread
    thread.state.line_ctr.char_pos = marks[-1].end  # type: ignore[attr-defined] # of lark
    place = _Position(marks[-1].states)
    for token in thread.lex(place):
        yield Leaf(token.type, str(token), token.start_pos or 0)
        place.position = marks[-1].states[-1]
