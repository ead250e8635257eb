"""The values that were seen: counted, ranked, found by how they begin."""

from random import Random
from time import process_time

from auditql.language import reading
from auditql.shell.completion import Known, Seen, SeenValue, complete, warm
from auditql.shell.completion.seen import LONGEST, MOST_VALUES

NOW_S = 1_773_144_000


def noted(counts: dict[str, int], name: str = "actor_name") -> Seen:
    """What has seen these values."""
    seen = Seen()
    for value, count in counts.items():
        seen.note(name, value, count)
    return seen


def test_records_are_counted_as_the_api_sent_them() -> None:
    """Texts and numbers of the kept fields; no others, no null, nothing blank."""
    seen = Seen()
    record = {"actor_id": -1, "actor_name": "Jane", "action": None, "source_label": " "}
    seen.note_records([record, record | {"actor_name": "Bob"}, {"url": "x"}])
    assert [SeenValue("-1", 2)] == list(seen.most_used("actor_id", 9))
    expected = [SeenValue("Bob", 1), SeenValue("Jane", 1)]
    assert expected == list(seen.most_used("actor_name", 9))
    for name in ("action", "source_label", "url"):
        assert [] == list(seen.most_used(name, 9))
    assert 2 == seen.count("actor_id", "-1")
    assert 0 == seen.count("actor_id", "7")


def test_the_most_used_come_first_and_ties_in_the_order_of_texts() -> None:
    """However they came in, so that a menu does not jump."""
    counts = {"b": 1, "a": 1, "c": 5, "bc": 2}
    for seed in range(5):
        pairs = list(counts.items())
        Random(seed).shuffle(pairs)
        seen = noted(dict(pairs))
        values = [v.value for v in seen.most_used("actor_name", 3)]
        assert ["c", "bc", "a"] == values
        assert ["bc", "b"] == [v.value for v in seen.beginning("actor_name", "B", 9)]


def test_what_begins_so_is_what_a_walk_finds() -> None:
    """The sorted lists give what looking at every value gives, letter case folded."""
    rng = Random(3)
    letters = "aAbBßéÉ İ'1"
    counts = {
        "".join(rng.choice(letters) for _ in range(rng.randint(1, 5))): rng.randint(
            1, 9
        )
        for _ in range(2_000)
    }
    counts = {value: count for value, count in counts.items() if value.strip()}
    seen = noted(counts)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    for _ in range(200):
        typed = "".join(rng.choice(letters) for _ in range(rng.randint(0, 3)))
        walked = [v for v in ranked if v.casefold().startswith(typed.casefold())]
        found = [v.value for v in seen.beginning("actor_name", typed, 50)]
        assert walked[:50] == found, typed


def test_a_word_inside_is_found_among_many() -> None:
    """By its beginning, in whichever value it stands."""
    seen = noted({f"Person {number}": 1 for number in range(3_000)} | {"Jo Rare": 1})
    assert ["Jo Rare"] == [v.value for v in seen.holding("actor_name", "rar", 9)]


def test_letters_in_their_order_are_found_in_no_time() -> None:
    """A value of one letter two hundred times does not hold a typed text up."""
    seen = noted({"a" * (LONGEST - 1) + str(n): 1 for n in range(10)})
    begun = process_time()
    assert [] == list(seen.holding("actor_name", "a" * 30 + "x", 9))
    assert process_time() - begun < 1


def test_few_values_are_found_at_once_and_many_once_they_are_settled() -> None:
    """The next key never waits for thousands to be sorted."""
    seen = noted({"a": 1})
    assert 1 == len(seen.beginning("actor_name", "a", 9))
    seen.note("actor_name", "ab")
    assert 2 == len(seen.beginning("actor_name", "a", 9))
    for number in range(1_000):
        seen.note("actor_name", f"b{number}")
    assert 200 == len(seen.beginning("actor_name", "b", 200))
    seen.note("actor_name", "new")
    assert [] == list(seen.beginning("actor_name", "new", 9))
    seen.settle()
    assert ["new"] == [v.value for v in seen.beginning("actor_name", "new", 9)]


def test_what_is_kept_is_bounded() -> None:
    """So many values of a field, each so long; what is known is still counted."""
    seen = noted({str(number): 1 for number in range(MOST_VALUES + 5)}, "id")
    seen.note("id", "0")
    seen.note("id", "x" * (LONGEST + 1))
    assert 2 == seen.count("id", "0")
    assert 0 == seen.count("id", str(MOST_VALUES + 1))
    assert MOST_VALUES == len(seen.most_used("id", MOST_VALUES + 9))


def test_at_most_200_items_and_always_the_same() -> None:
    """Ten thousand names make no longer menu."""
    counts = {f"Name {number}": number % 7 + 1 for number in range(10_000)}
    first = complete("actor_name = ", 13, Known(NOW_S, seen=noted(counts)))
    again = complete(
        "actor_name = ", 13, Known(NOW_S, seen=noted(dict(reversed(counts.items()))))
    )
    assert 200 == len(first.items)
    assert first == again
    assert "seen 7" == first.items[0].margin


def test_a_key_behind_a_long_list_reads_one_word() -> None:
    """The states before it are those of the text before, and not made again."""
    text = "source_type in (" + ", ".join(f"w{n}" for n in range(1_000)) + ", la"
    before = reading.read(text).marks
    after = reading.read(text + "s").marks
    assert len(before) == len(after) == 2_005
    assert all(one is other for one, other in zip(before[:2_004], after, strict=False))
    middle = text[:5_000]
    reading.read(middle)
    assert reading.read(middle + "z").marks[700] is before[700]


def test_a_warmed_completion_says_what_a_cold_one_says() -> None:
    """It makes tables and scanners, and remembers nothing that is offered."""
    text = "action = login and created_at >= "
    before = complete(text, len(text), Known(NOW_S))
    warm()
    reading.forget()
    assert before == complete(text, len(text), Known(NOW_S))
