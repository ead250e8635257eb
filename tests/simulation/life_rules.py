"""What must hold of an answer that was ended and gone on with, again and again.

In: every life of a world's answer. Out: sentences on what does not hold. In the
end the file is there, byte for byte as if nobody had stopped anything; until then
it is not there at all, and what there is goes on.
"""

import hashlib
import json
import traceback
from collections.abc import Iterator

import rules
from claims import pages_of, reason, until
from ending import Ending
from lives import MANIFEST, NAME, PART, RESUME, Life, Story
from truth import Truth

from auditql.plan.cut import is_in_time
from auditql.shell.exits import Exit


def broken(story: Story) -> list[str]:
    """The rules that do not hold, in words."""
    found = [said for rule in _RULES for said in rule(story)]
    for number, life in enumerate(story.lives):
        for rule in _OF_A_LIFE:
            found += [f"life {number}: {said}" for said in rule(life, story)]
    return found


# --- of the whole story


def _bytes(story: Story) -> Iterator[str]:
    """The file is there in the end, as it would be if nothing had been stopped."""
    found = story.last.files.get(NAME)
    if found is None:
        yield f"there is no file in the end: {story.last.error!r} {story.last.said}"
    elif found != story.whole:
        yield f"the file is another one: {len(found)} bytes for {len(story.whole)}"


def _rows(story: Story) -> Iterator[str]:
    """Its records are those of the plain meaning, all of them up to what is claimed."""
    plan, file = story.lives[0].plan, story.last.files.get(NAME)
    if plan is None or file is None:
        return
    got = ids_of(file, story.world.file.format)
    truth = Truth(story.world, plan, story.line.arrived)
    wanted = list(truth.answers(got, _claimed_s(story.last)))
    if got not in wanted:
        yield f"the answer is not the oracle's: {rules.apart(got, wanted[0])}"


def ids_of(file: bytes, format_: str) -> tuple[int, ...]:
    """The ids in a file, in their order."""
    import csv
    import io

    text = file.decode()
    match format_:
        case "jsonl":
            return tuple(json.loads(line)["id"] for line in text.splitlines())
        case "json":
            return tuple(row["id"] for row in json.loads(text))
        case _:
            csv.field_size_limit(2**24)
            comma = "," if format_ == "csv" else "\t"
            rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=comma)
            return tuple(int(row["id"].removeprefix("'")) for row in rows)


def _claimed_s(life: Life) -> int | None:
    """Up to when a life claims to be complete; None where it claims nothing."""
    from datetime import datetime

    said = None if life.stats is None else life.stats["complete_until"]
    return None if said is None else int(datetime.fromisoformat(said).timestamp())


def _claims(story: Story) -> Iterator[str]:
    """What is claimed holds for all rows, also for those of an earlier life."""
    last = story.last
    if last.stats is None or not last.stats["complete"]:
        return
    first = len(story.lives) - 1
    while story.lives[first].goes_on:
        first -= 1
    lives = story.lives[first:]
    sent = [each for life in lives for each in life.sent]
    journal = [met for life in lives for met in life.journal]
    assert last.plan is not None
    pages = pages_of(journal, story.line.emulator)
    yield from until(_claimed_s(last), last.plan, sent, pages)


def _manifest(story: Story) -> Iterator[str]:
    """A manifest stands beside the file, and says of it what is so."""
    files, last = story.last.files, story.last
    if not story.world.file.has_manifest or NAME not in files:
        return
    if MANIFEST not in files:
        yield "there is no manifest"
        return
    said = json.loads(files[MANIFEST])
    if said["file"]["sha256"] != hashlib.sha256(files[NAME]).hexdigest():
        yield "the manifest is of another file"
    if last.stats is not None:
        rows = last.stats["rows"] + last.stats["rows_before"]
        claims = (said["rows"], said["complete"], said["complete_until"])
        if claims != (rows, True, last.stats["complete_until"]):
            yield f"the manifest says {claims}, the run {last.stats}"


_RULES = (_bytes, _rows, _claims, _manifest)


# --- of one life


def _ends(life: Life, story: Story) -> Iterator[str]:
    """It goes on with whatever was left, and ends with a code."""
    if life.error is not None:
        yield f"it ended with {life.error!r}"
        yield "".join(traceback.format_exception(life.error))
    if life.code is None and not life.was_ended:
        yield "it has no code"


def _names(life: Life, story: Story) -> Iterator[str]:
    """The file has its name once it is whole, and not a moment before."""
    if (life.code is Exit.OK) and NAME not in life.files:
        yield "it was complete, and there is no file"
    if life.code not in (None, Exit.OK, Exit.INTERRUPTED) and NAME in life.files:
        yield f"it ended with {life.code}, and the file is there"
    if life.code is Exit.OK and {PART, RESUME} & life.files.keys():
        yield f"it was complete, and {sorted(life.files)} are left"


def _complete(life: Life, story: Story) -> Iterator[str]:
    """Complete is 0, a file and no reason; partial says why and how to go on."""
    stats = life.stats
    if stats is None:
        if life.code is not None and not life.was_ended and life.error is None:
            yield "it said nothing of what it did"
        return
    if stats["complete"] is not (life.code is Exit.OK):
        yield f"it ended with {life.code} and says {stats}"
    if stats["complete"]:
        if stats["reason"] is not None:
            yield f"it is complete, because {stats['reason']}"
        return
    if stats["complete_until"] is not None or not stats["reason"]:
        yield f"it is partial and says {stats}"
    out = stats["rows"] + stats["rows_before"]
    is_partial = life.code is Exit.PARTIAL
    if life.code is not Exit.INTERRUPTED and is_partial is not (
        out > 0 or "--max-requests" in stats["reason"]
    ):
        yield f"{out} rows are out, and it ended with {life.code}"
    assert life.plan is not None
    if out and is_in_time(life.plan) and RESUME not in life.files:
        yield f"{out} rows are out, and nothing goes on with them"
    if out and is_in_time(life.plan) and "--resume" not in life.said:
        yield "nobody is told how to go on"


def _reasons(life: Life, story: Story) -> Iterator[str]:
    """The reason is what happened in this life."""
    if life.stats is None or life.stats["complete"]:
        return
    if life.code is Exit.INTERRUPTED:
        if "interrupted" not in life.stats["reason"]:
            yield f"it was interrupted, because {life.stats['reason']}"
        return
    yield from reason(life.stats["reason"], _as_ending(life, story))


def _line(life: Life, story: Story) -> Iterator[str]:
    """Each process asks only the account, and waits when it is told to."""
    ending = _as_ending(life, story)
    for rule in (rules.where, rules.waits):
        yield from rule(ending)


def _secrets(life: Life, story: Story) -> Iterator[str]:
    """No credential stands in what is said, or in what is left."""
    ending = _as_ending(life, story)
    if rules.holds_secret(life.said, ending):
        yield "a credential stands in standard error"
    for name, content in life.files.items():
        if rules.holds_secret(content.decode("utf-8", "replace"), ending):
            yield f"a credential stands in {name}"


def _as_ending(life: Life, story: Story) -> Ending:
    """A life as the rules of a single run see it."""
    ending = Ending(story.world, life.plan, story.line)
    ending.sent = life.sent
    return ending


_OF_A_LIFE = (_ends, _names, _complete, _reasons, _line, _secrets)
