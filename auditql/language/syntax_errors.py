"""What a person meant when the parser met something else.

In: the place where the parser stopped. Out: one Diagnostic, with a fix where
one makes the place acceptable. The habits of other languages come first, then
what the place accepts; a guess whose fix would not be accepted is not made.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language import (
    syntax_calls,
    syntax_habits,
    syntax_joints,
    syntax_numbers,
    syntax_operators,
    syntax_quotes,
    syntax_search,
    syntax_sql,
    syntax_stages,
    syntax_words,
)
from auditql.language.expected import alternatives, described
from auditql.language.grammar import begin
from auditql.language.syntax_place import Place, read_again

__all__ = ["Place", "explain"]

Reason = Callable[[Place], Diagnostic | None]

_MENDED_WITHIN = 4_000
"""Tokens up to a fault within which fixes are tried; each try reads them again."""

_CERTAIN: tuple[Reason, ...] = (
    syntax_search.name_of_a_file,
    syntax_search.colon,
    syntax_search.leading_dot,
    syntax_search.slashes,
    syntax_search.wildcard,
    syntax_calls.clock,
    syntax_calls.cast,
    syntax_calls.presence,
    syntax_calls.star,
    syntax_calls.count_alone,
    syntax_stages.top_how_many,
    syntax_stages.select_all,
    syntax_stages.count_as,
    syntax_stages.bucket,
    syntax_operators.not_equal,
    syntax_operators.is_before_operator,
    syntax_operators.equals_in_clause,
    syntax_operators.behind_a_field,
    syntax_quotes.quote_inside,
    syntax_quotes.glued_quote,
    syntax_quotes.unclosed,
    syntax_quotes.curly_quotes,
    syntax_sql.select,
    syntax_sql.stage_first,
    syntax_sql.joined_clause,
    syntax_sql.subquery,
    syntax_habits.operators,
    syntax_habits.bar_for_or,
    syntax_habits.brackets,
    syntax_quotes.comment_signs,
    syntax_numbers.times,
    syntax_numbers.numbers,
    syntax_sql.limit_pair,
    syntax_joints.empty_list,
    syntax_joints.stray_comma,
    syntax_joints.direction_twice,
    syntax_joints.time_arithmetic,
    syntax_joints.never_opened,
    syntax_joints.nothing_to_join,
    syntax_words.unknown_stage,
    syntax_stages.no_bar,
    syntax_words.name_of_a_filter,
    syntax_operators.no_field,
)
"""What these find is wrong whatever was meant; only their fix may not do."""


class Ahead(Enum):
    """What must fit behind a fix for it to be made."""

    NOTHING = "nothing"
    SIGN = "the next sign, where there is one"
    ALL = "the next sign, or the end"


_GUESSES: tuple[tuple[Reason, Ahead], ...] = (
    (syntax_joints.not_closed, Ahead.NOTHING),
    (syntax_quotes.word_alone, Ahead.NOTHING),
    (syntax_joints.several_values, Ahead.NOTHING),
    (syntax_words.two_in_one, Ahead.NOTHING),
    (syntax_operators.is_empty, Ahead.NOTHING),
    (syntax_words.synonym, Ahead.NOTHING),
    (syntax_words.keyword_typo, Ahead.SIGN),
    (syntax_operators.is_for_equal, Ahead.NOTHING),
    (syntax_words.keyword_typo_after_value, Ahead.ALL),
    (syntax_sql.clause, Ahead.NOTHING),
    (syntax_words.only_one_word, Ahead.ALL),
    (syntax_numbers.words_for_a_time, Ahead.NOTHING),
    (syntax_quotes.needs_quotes, Ahead.NOTHING),
    (syntax_joints.missing_comma, Ahead.NOTHING),
    (syntax_joints.missing_and, Ahead.ALL),
)
"""Guesses in order, and what must fit behind the fix."""


def explain(stopped: Place) -> Diagnostic:
    """The one diagnostic of a place where the parser stopped."""
    place = read_again(stopped)
    text = place.text if len(place.before) <= _MENDED_WITHIN else None
    for certain in _CERTAIN:
        found = certain(place)
        if found is not None:
            if found.fix is None or reads_past(text, found.fix):
                return found
            return replace(found, fix=None, help=_without(found))
    for guess, ahead in _GUESSES:
        found = guess(place)
        if found is not None and (
            found.fix is None or reads_past(text, found.fix, ahead)
        ):
            return found
    return _ends_early(place) if place.is_end else _unexpected(place)


def reads_past(text: str | None, fix: Fix, ahead: Ahead = Ahead.NOTHING) -> bool:
    """Whether the parser reads a text past a fix made in it; no for no text.

    Where a fix only takes away, what stands behind it must fit in any case.
    """
    from lark.exceptions import UnexpectedToken

    if text is None:
        return False
    end = fix.span.start + len(fix.text)
    ahead = ahead if fix.text.strip() else Ahead.ALL
    parser = begin(fix.apply(text), "script")
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):
            behind = (token.start_pos or 0) >= end
            if behind and ahead is Ahead.NOTHING:
                return True
            parser.feed_token(token)
            if behind:
                return True
    except UnexpectedToken:
        return False
    return ahead is not Ahead.ALL or "$END" in parser.accepts()


def _without(found: Diagnostic) -> str | None:
    """The help of a diagnostic that loses its fix: none where it says the fix."""
    if found.help is None or found.fix is None:
        return None
    return None if (found.fix.text.strip() or "`") in found.help else found.help


def _unexpected(place: Place) -> Diagnostic:
    expected = described(place.accepts)
    is_sign = place.token.type == "JUNK" and not place.is_word
    return Diagnostic(
        Code.STRAY_CHARACTER if is_sign else Code.UNEXPECTED_WORD,
        f"`{place.shown}` does not fit here",
        place.at,
        "expected " + alternatives(expected) if expected else "",
        expected=expected,
    )


def _ends_early(place: Place) -> Diagnostic:
    expected = described(place.accepts)
    end = place.at.end
    return Diagnostic(
        Code.ENDS_EARLY,
        "the query ends too early",
        Span(end, end),
        "expected " + alternatives(expected),
        expected=expected,
    )
