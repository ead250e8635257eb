"""Relations of a statement: what is computed once and named often.

In: rows, keys of groups. Out: relations by name, and the cells of their columns.
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from auditql.catalog.kinds import Kind
from auditql.language.query import Column, Given
from auditql.providers.warehouse.cells import Cell, shown
from auditql.providers.warehouse.nodes import Node, named, number
from auditql.providers.warehouse.operands import Operands
from auditql.providers.warehouse.rows import Key, Names, Rows, of, relation


class Relations:
    """Makes relations.

    Attributes:
        made: names and statements, each of those before it.
    """

    def __init__(self, operands: Operands) -> None:
        """Begin with none."""
        self.made: list[tuple[str, exp.Query]] = []
        self._operands = operands

    def add(self, made: exp.Query) -> str:
        """The name of a new relation."""
        word = f"s{len(self.made) + 1}"
        self.made.append((word, made))
        return word

    def keyed(
        self,
        keys: Sequence[Given],
        rows: Rows,
        more: Sequence[tuple[str, Node]] = (),
        spelled: Sequence[int] = (),
    ) -> tuple[str, list[str], list[str]]:
        """A relation of keys and more columns: its name, theirs, those of the rest.

        Addresses are in their one spelling there, among the rest those that `spelled`
        names by their places.
        """
        names = Names()
        values = [self._operands.key(given.source, rows) for given in keys]
        words = [names.take(given.column.name) for given in keys]
        others = [names.take(word) for word, _ in more]
        picked = [(w, v.node) for w, v in zip(words, values, strict=True)]
        picked += [(w, node) for w, (_, node) in zip(others, more, strict=True)]
        addresses = [
            word
            for word, given in zip(words, keys, strict=True)
            if given.source.kind is Kind.ADDRESS
        ]
        addresses += [others[place] for place in spelled]
        made = self.add(rows.select(picked or [("one", number(1))]))
        if addresses:
            made = self._spelled(made, (*words, *others), addresses, names)
        return made, words, others

    def _spelled(
        self, made: str, words: Sequence[str], addresses: Sequence[str], names: Names
    ) -> str:
        """A relation in which columns of addresses are in their one spelling."""
        steps = self._operands.addresses.steps
        latest = {word: word for word in addresses}
        for step in steps[:-1]:
            following = {word: names.take("address") for word in addresses}
            picked = [(w, of(w, made)) for w in words]
            picked += [
                (following[w], step(of(w, made), of(latest[w], made)))
                for w in addresses
            ]
            made, latest = self.over(made, picked), following
        last = steps[-1]
        picked = [
            (w, last(of(w, made), of(latest[w], made)) if w in latest else of(w, made))
            for w in words
        ]
        return self.over(made, picked)

    def over(self, made: str, picked: Sequence[tuple[str, Node]]) -> str:
        """A relation of columns of another."""
        select = exp.Select(expressions=[named(node, w) for w, node in picked])
        return self.add(select.from_(relation(made), copy=False))

    def key_cells(
        self, keys: Sequence[Given], before: Rows, words: Sequence[str], word: str
    ) -> dict[str, Cell]:
        """The cells of keys that have become columns of a relation."""
        made = {}
        for given, inner in zip(keys, words, strict=True):
            source = given.source
            of_column = source if isinstance(source, Column) else source.column
            cell = before.cell(of_column)
            way = shown(source, cell)
            bounded = cell.bounded and isinstance(source, Column)
            made[given.column.name] = Cell(
                of(inner, word), way, cell.nullable, None, bounded
            )
        return made

    def key_order(
        self,
        keys: Sequence[Given],
        cells: dict[str, Cell],
        digits: Mapping[str, Node],
    ) -> tuple[Key, ...]:
        """The ascending order of keys, missing last.

        Args:
            keys: in order.
            cells: what they are now.
            digits: by the name of a key that is an address, what `ranked` made.
        """
        made = []
        for given in keys:
            cell = cells[given.column.name]
            node = cell.node
            if given.source.kind is Kind.ADDRESS:
                node = self._operands.addresses.rank(node, digits[given.column.name])
            if given.source.kind.is_text or given.source.kind is Kind.ADDRESS:
                node = self._operands.functions.ordered(node)
            made.append(Key(node, cell.nullable))
        return tuple(made)

    def ranked(
        self, made: str, words: Sequence[str], keys: Sequence[Given]
    ) -> tuple[str, dict[str, Node]]:
        """The relation, or one with the digits of its addresses beside them.

        Args:
            made: the relation.
            words: its columns; the keys come first.
            keys: in order.
        """
        addresses = {
            word: given.column.name
            for word, given in zip(words, keys, strict=False)
            if given.source.kind is Kind.ADDRESS
        }
        latest: dict[str, str] = {}
        for step in self._operands.addresses.steps[:2] if addresses else ():
            following = {word: f"digits of {word}" for word in addresses}
            picked = [(w, of(w, made)) for w in words]
            picked += [
                (following[w], step(of(w, made), of(latest.get(w, w), made)))
                for w in addresses
            ]
            made, latest = self.over(made, picked), following
        return made, {addresses[w]: of(latest[w], made) for w in latest}
