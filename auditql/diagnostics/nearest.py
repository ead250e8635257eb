"""Which known names a misspelled one is nearest to.

In: a word and the names accepted at its place. Out: the few that are close
enough to be meant, best first. Nothing is decided: a suggestion stays one.
"""

from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str], most: int = 4) -> tuple[str, ...]:
    """The candidates close to the word, best first, at most `most`.

    Letter case does not count. Close means at most one slip for each three
    letters (insert, drop, change, swap of neighbours), or that the word, of
    three letters at least, begins a candidate.
    """
    asked = word.casefold()
    allowed = max(1, (len(asked) + 1) // 3) if len(asked) > 1 else 0
    found = []
    for place, candidate in enumerate(dict.fromkeys(candidates)):
        known = candidate.casefold()
        if abs(len(known) - len(asked)) <= allowed:
            slips = distance(asked, known, allowed)
            if slips <= allowed:
                found.append((slips, place, candidate))
                continue
        if len(asked) >= 3 and (
            known.startswith(asked) or asked.startswith(known + "_")
        ):
            found.append((allowed + 1, place, candidate))
    return tuple(candidate for *_, candidate in sorted(found)[:most])


def distance(left: str, right: str, most: int) -> int:
    """Slips between two words; anything above `most` may come out as `most + 1`.

    The optimal string alignment distance (Damerau-Levenshtein without
    editing a swapped pair again).
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            swapped = i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b
            row.append(min(cost, last[j - 2] + 1) if swapped else cost)
        if min(row) > most:
            return most + 1
    return row[-1]
