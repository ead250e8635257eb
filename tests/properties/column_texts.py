"""Drawn texts about columns: operands, keys, tests and filters.

In: a `random.Random`, and the kind of each column by its name. Out: a text that
compiles over them, and the kinds of what it gives.

* `random_operand(rng, columns)`, `random_keys(rng, columns, count)`: what is named.
* `random_test(rng, columns)`, `random_filter_over(rng, columns)`: what is asked.
"""

from random import Random

import pools
from drawn_records import time_text

Columns = dict[str, str]
"""The kind of each column by its name; `[]` behind a kind that has several."""

STEPS = ("1d", "1d", "1d", "2d", "1w", "1mo", "3mo", "6h", "12h", "1h", "1y")
SEARCHED = {"action", "actor_name", "ip_address", "source_label", "source_type"}


def random_keys(
    rng: Random,
    columns: Columns,
    count: int,
    *,
    several: bool = False,
    but: tuple[str, ...] = (),
) -> tuple[str, Columns]:
    """So many keys, named so that no two columns share a name, and their kinds."""
    keys, given = [], {}
    for number in range(count):
        operand, kind = random_operand(rng, columns)
        name = operand.partition("(")[0]
        if name in given or name in but or rng.random() < 0.15:
            name = f"k{number}"
            while name in given:
                name += "x"
            operand += f" as {name}"
        keys.append(operand)
        given[name] = kind if several else kind.removesuffix("[]")
    return ", ".join(keys), given


def random_operand(rng: Random, columns: Columns) -> tuple[str, str]:
    """A column or a function of one, and its kind."""
    name = rng.choice(tuple(columns))
    kind = columns[name]
    many = "[]" * kind.endswith("[]")
    match kind.removesuffix("[]"):
        case "time" if rng.random() < 0.7:
            call, kind = rng.choice(
                (
                    (f"date({name})", "time"),
                    (f"month({name})", "time"),
                    (f"hour({name})", "integer"),
                    (f"weekday({name})", "weekday"),
                    (f"bin({name}, {rng.choice(STEPS)})", "time"),
                )
            )
            return call, kind + many
        case "text" | "word" if rng.random() < 0.25:
            call, kind = rng.choice(
                ((f"lower({name})", "text"), (f"length({name})", "integer"))
            )
            return call, kind + many
    return name, kind


# --- filters


def random_filter_over(rng: Random, columns: Columns) -> str:
    """A filter over columns."""
    luck = rng.random()
    if luck < 0.2:
        return f"not ({random_test(rng, columns)})"
    if luck < 0.45:
        word = rng.choice(("and", "or"))
        return f"({random_test(rng, columns)}) {word} ({random_test(rng, columns)})"
    return random_test(rng, columns)


def random_test(rng: Random, columns: Columns) -> str:
    """One test of a column, or a text alone where one can be looked into."""
    if rng.random() < 0.08 and any(
        name in SEARCHED and kind in ("text", "word", "address")
        for name, kind in columns.items()
    ):
        return f"'{rng.choice(('a', 'up', '203', 'Jane'))}'"
    operand, kind = random_operand(rng, columns)
    if rng.random() < 0.15:
        return f"{operand} is {rng.choice(('', 'not '))}null"
    match kind.removesuffix("[]"):
        case "integer":
            number = rng.choice((0, 1, 2, 3, 7, 11, 12, *pools.ACTORS[1:3]))
            return f"{operand} {rng.choice(('=', '!=', '<', '<=', '>', '>='))} {number}"
        case "weekday":
            return f"{operand} {rng.choice(('in (sat, sun)', '= mon', '>= wed'))}"
        case "time":
            day = time_text(rng.choice(pools.DAYS))[:10]
            return f"{operand} {rng.choice(('<', '<=', '>', '>=', '='))} {day}"
        case "address":
            return f"{operand} in (203.0.113.0/24, '2001:db8::1')"
        case _:
            word = rng.choice((*pools.ACTIONS, *pools.SOURCE_TYPES[:4], "Role", "A"))
            op = rng.choice(("=", "!=", "contains", "<", ">=", "starts with"))
            return f"{operand} {op} '{word}'"
