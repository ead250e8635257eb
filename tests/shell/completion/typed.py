"""Queries as they are typed: drawn by seed, their tokens, and who types them.

In: seeds. Out: texts; the session has seen the values that they are drawn from.
"""

from collections.abc import Iterator
from random import Random

import pools
from generate import random_filter
from lark import Token
from stage_texts import random_query
from trees import random_script

from auditql.language.grammar import begin
from auditql.language.printer import format_filter, format_script
from auditql.language.restate import restate
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.completion import Known, Seen

NOW_S = 1_773_144_000


def session() -> Known:
    """A session that has seen the values that queries are drawn from."""
    seen = Seen()
    drawn = {
        "action": pools.ACTIONS,
        "source_type": pools.SOURCE_TYPES,
        "actor_name": pools.LABELS,
        "source_label": pools.LABELS,
        "ip_address": pools.ADDRESSES,
        "actor_id": tuple(map(str, pools.ACTORS)),
        "source_id": tuple(map(str, pools.SOURCES)),
    }
    for name, values in drawn.items():
        for count, value in enumerate(values, 1):
            seen.note(name, value, count)
    return Known(
        NOW_S,
        "Europe/Berlin",
        seen,
        {"roles": "changed = 'Role'"},
        {"since": "-7d", "who": None},
        capabilities=CAPABILITIES,
    )


def texts(seeds: range) -> Iterator[str]:
    """Queries of every form: of names that exist, with stages, and of any words."""
    for seed in seeds:
        rng = Random(seed)
        yield format_filter(restate(random_filter(rng, 2)))
        yield random_query(rng).text
        yield format_script(random_script(rng))


def drawn(seeds: range) -> Iterator[str]:
    """Queries of names that exist."""
    for seed in seeds:
        rng = Random(seed)
        yield format_filter(restate(random_filter(rng, 2)))
        yield random_query(rng).text


def tokens(text: str) -> list[Token]:
    """The tokens of a query."""
    parser = begin(text, "script")
    found = []
    for token in parser.lexer_thread.lex(parser.parser_state):
        parser.feed_token(token)
        found.append(token)
    return found
