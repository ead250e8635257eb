"""The stacks of the parser, moved by its own table, with nothing built of what is read.

In: the stacks at a place and a token. Out: the stacks behind it, what may come
there, what it would be. Values are rules by name and tokens, never changed, so
that any number of places can share them.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from auditql.catalog.forms import form
from auditql.language.grammar import begin, load


class Leaf(NamedTuple):
    """A token that was read: its kind, its text, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


class Rule(NamedTuple):
    """A rule that was read: its name, the rule it is one way of, and its parts."""

    name: str
    of: str
    parts: tuple["Rule | Leaf", ...]


Value = Rule | Leaf


class _Symbol(Protocol):
    @property
    def name(self) -> str: ...


class _LarkRule(Protocol):
    @property
    def origin(self) -> _Symbol: ...
    @property
    def expansion(self) -> Sequence[object]: ...
    @property
    def alias(self) -> str | None: ...


Actions = Mapping[str, tuple[object, int | _LarkRule]]


@form
class _Table:
    """The parser's table: what to do in each state with each token or rule."""

    states: Mapping[int, Actions]
    start: int
    end: int


@cache
def _table() -> _Table:
    conf = begin("", "script").parser_state.parse_conf  # type: ignore[attr-defined] # of lark
    return _Table(conf.states, conf.start_state, conf.end_state)


def start_state() -> int:
    """The parser's state at the start of a text."""
    return _table().start


def moved(
    states: Sequence[int], values: Sequence[Value], leaf: Leaf
) -> tuple[tuple[int, ...], tuple[Value, ...]] | None:
    """The stacks with a token more; None where it does not fit."""
    table = _table()
    stack, made = list(states), list(values)
    while True:
        action = table.states[stack[-1]].get(leaf.kind)
        if action is None:
            return None
        to = action[1]
        if isinstance(to, int):
            return (*stack, to), (*made, leaf)
        size = len(to.expansion)
        parts: tuple[Value, ...] = ()
        if size:
            parts = tuple(made[-size:])
            del stack[-size:], made[-size:]
        goes = table.states[stack[-1]][to.origin.name][1]
        assert isinstance(goes, int)
        stack.append(goes)
        if leaf.kind == "$END" and goes == table.end:
            return tuple(stack), tuple(made)
        made.append(Rule(to.alias or to.origin.name, to.origin.name, parts))


@lru_cache(4096)
def accepted(states: tuple[int, ...]) -> frozenset[str]:
    """The kinds of token that may come next; `$END` where the text may end."""
    kinds = (kind for kind in _table().states[states[-1]] if kind.isupper())
    return frozenset(k for k in kinds if _after(states, k) is not None)


@lru_cache(4096)
def _after(states: tuple[int, ...], kind: str) -> tuple[int, ...] | None:
    """The states behind a token of a kind."""
    values = [Leaf("", "", -1)] * (len(states) - 1)
    stacks = moved(states, values, Leaf(kind, "", -1))
    return None if stacks is None else stacks[0]


@lru_cache(4096)
def roles(states: tuple[int, ...], kind: str) -> frozenset[str]:
    """What a token of a kind would be.

    The rules that it ends, as `value:text`, and the kinds of token that may
    stand right behind it.
    """
    after = _after(states, kind)
    if after is None:
        return frozenset()
    found = set()
    for terminal, (_, to) in _table().states[after[-1]].items():
        if isinstance(to, int):
            found |= {terminal} if terminal.isupper() else set()
        else:
            found.add(f"{to.origin.name}:{to.alias or to.origin.name}")
    return frozenset(found)


@cache
def pattern_of(terminal: str) -> re.Pattern[str]:
    """How a kind of token is written."""
    return re.compile(load().get_terminal(terminal).pattern.to_regexp())


@cache
def keyword_texts() -> frozenset[str]:
    """Every keyword, in lower case."""
    found = (t.pattern for t in load().terminals if t.pattern.type == "str")
    return frozenset(p.value.lower() for p in found if p.value.isalpha())
