"""Laws of the distance between words, and who is near enough to be meant."""

from random import Random

import pytest

from auditql.catalog.fields import FIELDS
from auditql.diagnostics.nearest import distance, nearest

LETTERS = "abc_"
FAR = 99


def words(seed: int) -> tuple[str, str, str]:
    rng = Random(seed)
    made = ("".join(rng.choices(LETTERS, k=rng.randrange(7))) for _ in range(3))
    first, second, third = made
    return first, second, third


def plain(left: str, right: str) -> int:
    """The optimal string alignment distance, from its definition."""
    if not left or not right:
        return len(left) + len(right)
    found = [
        plain(left[1:], right) + 1,
        plain(left, right[1:]) + 1,
        plain(left[1:], right[1:]) + (left[0] != right[0]),
    ]
    if left[:2] == right[1::-1] and len(left) > 1 and len(right) > 1:
        found.append(plain(left[2:], right[2:]) + 1)
    return min(found)


@pytest.mark.parametrize("seed", range(60))
def test_distance_is_the_least_number_of_slips(seed: int) -> None:
    """The table of rows gives what the definition gives; the same both ways."""
    left, right, _ = words(seed)
    expected = plain(left[:5], right[:5])
    assert expected == distance(left[:5], right[:5], FAR)
    assert expected == distance(right[:5], left[:5], FAR)


@pytest.mark.parametrize("seed", range(200))
def test_laws_of_distance(seed: int) -> None:
    """0 for the same only; never under the difference of lengths; a bound holds."""
    left, right, _ = words(seed)
    found = distance(left, right, FAR)
    assert (found == 0) == (left == right)
    assert abs(len(left) - len(right)) <= found <= max(len(left), len(right))
    for most in range(4):
        bounded = distance(left, right, most)
        assert bounded == found if found <= most else bounded > most


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [
        ("destory", "destroy", 1),
        ("destroi", "destroy", 1),
        ("destry", "destroy", 1),
        ("destrroy", "destroy", 1),
        ("", "abc", 3),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_slips(left: str, right: str, slips: int) -> None:
    """Insert, drop, change, swap: one each; a swapped pair is not edited again."""
    assert slips == distance(left, right, FAR)


def test_every_field_with_one_slip_is_told() -> None:
    """Any letter dropped or doubled, any two swapped: the field is the first named."""
    names = [f.name for f in FIELDS]
    for name in (n for n in names if len(n) > 2):
        for at in range(len(name)):
            for slip in (
                name[:at] + name[at + 1 :],
                name[:at] + name[at] + name[at:],
                name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            ):
                if slip not in names:
                    assert name in nearest(slip, names)[:2], slip


def test_letter_case_does_not_count() -> None:
    """ACTOIN is actoin."""
    assert ("action",) == nearest("ACTOIN", ["action", "url"])


def test_at_most_four_best_first_in_the_order_given() -> None:
    """The fewest slips first; then as given; no more than four; none twice."""
    candidates = ["abcx", "abdc", "abc", "abcd", "abce", "abcf", "abc"]
    assert ("abcd", "abcx", "abdc", "abc") == nearest("abcd", candidates)


def test_what_is_far_is_not_named() -> None:
    """A word that is like none gets no suggestion; nor does one letter, nor none."""
    names = [f.name for f in FIELDS]
    for word in ("foo", "x", "", "customer", "zzzzzz"):
        assert () == nearest(word, names)


def test_the_beginning_of_a_name_is_near() -> None:
    """From three letters on; behind those with few slips."""
    assert ("created_at",) == nearest("created", ["id", "created_at"])
    assert ("created_at",) == nearest("cre", ["id", "created_at"])
    assert () == nearest("cr", ["id", "created_at"])
