"""Secrets do not show, and are taken out of what is shown."""

import copy
import pickle
import traceback
from string import printable

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.secret import Mask, Secret, fault_of

CANARY = 'canary/+"token=='


def test_a_secret_never_prints_itself() -> None:
    """In no form of a text; `reveal` alone gives it."""
    secret = Secret(CANARY, "the token")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", "%s" % secret]  # noqa: UP031
    assert not [text for text in shown if "canary" in text]
    assert CANARY == secret.reveal()


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_neither_pickled_nor_copied(take) -> None:
    """So no cache, no process and no deep copy of a form holds it; no mask either."""
    secret = Secret(CANARY, "the token")
    for holder in (secret, Mask([secret])):
        assert "canary" not in repr(holder)
        with pytest.raises(TypeError, match="not pickled"):
            take(holder)


@pytest.mark.parametrize(
    "text",
    ["", " ", "canary\n", "canary\r\n", "cana ry", "canäry", "canary\x00", "\x7f"],
)
def test_a_secret_with_stray_characters_is_refused_unseen(text: str) -> None:
    """Neither the message nor the variables of a traceback show it."""
    with pytest.raises(ConfigurationError, match="ZENDESK_X ") as caught:
        Secret(text, "ZENDESK_X")
    inner = caught.value.__traceback__.tb_next
    shown = traceback.TracebackException(
        type(caught.value), caught.value, inner, capture_locals=True
    )
    assert "cana" not in "".join(shown.format())


def test_what_can_be_sent_is_printable_ascii_without_blanks() -> None:
    """94 characters and no other."""
    assert 94 == sum(fault_of(c) is None for c in map(chr, range(0x2000)))
    assert all(fault_of(c) is None for c in printable[:94])


@pytest.mark.parametrize(
    "form",
    [
        'canary/+"token==',
        'canary/+\\"token==',
        'canary\\/+\\"token==',
        "canary%2F%2B%22token%3D%3D",
    ],
)
def test_a_mask_knows_a_secret_in_every_form(form: str) -> None:
    """Plain, JSON-escaped in both ways, percent-encoded."""
    assert "a … b … c" == Mask([Secret(CANARY, "x")])(f"a {form} b {form} c")


def test_a_mask_learns() -> None:
    """A token that was minted meanwhile is masked like the first ones."""
    mask = Mask()
    assert "abc-def" == mask("abc-def")
    mask.add(Secret("abc", "x"))
    mask.add(Secret("def", "x"))
    assert "…-…" == mask("abc-def")
