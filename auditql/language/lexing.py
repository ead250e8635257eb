"""The lexer of a kept grammar table: one scanner a parser state, made when met.

In: the terminals and what each state of the parser accepts. Out: what lark's own
contextual lexer gives. Lark prepares the scanners of all 255 states, of which a
query meets a dozen; they are a third of the time that a kept table takes to load.
"""

from collections.abc import Collection, Mapping
from copy import copy
from functools import cached_property

from lark.common import LexerConf
from lark.lexer import AbstractBasicLexer, BasicLexer, ContextualLexer


class LazyLexer(ContextualLexer):
    """Lark's contextual lexer, whose scanners are made when they are met."""

    def __init__(
        self,
        conf: LexerConf,
        states: Mapping[int, Collection[str]],
        always_accept: Collection[str] = (),
    ) -> None:
        """Take the terminals, which were checked when the table was built."""
        self._conf = copy(conf)
        self._conf.skip_validation = True
        self.lexers = _Scanners(self._conf, states, always_accept)

    @cached_property
    def root_lexer(self) -> AbstractBasicLexer:  # type: ignore[override] # made when asked for
        """The lexer of all terminals, for what no state can read."""
        return BasicLexer(self._conf)


class _Scanners(dict[int, AbstractBasicLexer]):
    """The scanner of each state; states that accept the same share one."""

    def __init__(
        self,
        conf: LexerConf,
        states: Mapping[int, Collection[str]],
        always_accept: Collection[str],
    ) -> None:
        super().__init__()
        self._conf = conf
        self._states = states
        self._always = frozenset(conf.ignore) | frozenset(always_accept)
        self._made: dict[frozenset[str], AbstractBasicLexer] = {}

    def __missing__(self, state: int) -> AbstractBasicLexer:
        accepts = self._always.union(self._states[state])
        made = self._made.get(accepts)
        if made is None:
            known = self._conf.terminals_by_name
            conf = copy(self._conf)
            conf.terminals = [known[name] for name in accepts if name in known]
            made = self._made[accepts] = BasicLexer(conf)
        self[state] = made
        return made
