"""An answer into a file, begun, ended from outside and gone on with, till it is there.

In: a world that wishes for a file. Out: every life of its run, with what it left
on the disk. Each life is the command line's own code, from the arguments on:
`query -o FILE TEXT`, then `query --resume FILE` for as long as there is something
to go on with. The account lives on between them; a process does not.
"""

import io
import json
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import loop
from disk import Disk, Files, a_disk
from doom import Doom, Ended
from ending import Clock, credential
from said import text_of_query
from watch import Sent, Watched
from wishes import FileWish, Stop
from world import EPOCH_S, ORIGIN, World

from auditql.emulator.app import Emulator
from auditql.emulator.faults import FaultPlan
from auditql.emulator.faulty import FaultyEmulator, Met
from auditql.emulator.faulty_transport import FaultyTransport
from auditql.emulator.settings import NoAuth, RateLimitKind
from auditql.language.clock import text_of
from auditql.plan.plan import Plan
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.client import AsyncClient
from auditql.runtime.connection import Connection
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.job import job_of
from auditql.shell.output import Output
from auditql.shell.querying import read
from auditql.shell.running import run_job

NAME = "rows"
PART = NAME + ".part"
RESUME = PART + ".resume"
MANIFEST = NAME + ".manifest.json"


@dataclass
class Life:
    """One process.

    Attributes:
        goes_on: it went on with what an earlier one left.
        stop: what would end it, if it lasted so long.
        began_s: seconds of the account's clock since the first began.
        code: it ended by itself with this; None where it was ended.
        error: what came out of it instead.
        plan: of the whole answer; None where it came to none.
        sent: every request that left.
        journal: what they met.
        said: standard error.
        stats: of `--stats`; None where none were said.
        files: what it left.
        took_s: how long it took, by its loop's clock.
    """

    goes_on: bool
    stop: Stop | None
    began_s: float
    code: Exit | None = None
    error: BaseException | None = None
    plan: Plan | None = None
    sent: list[Sent] = field(default_factory=list)
    journal: list[Met] = field(default_factory=list)
    said: str = ""
    stats: dict[str, object] | None = None
    files: Files = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def was_ended(self) -> bool:
        """Whether it ended before its time."""
        return self.stop is not None and self.code in (None, Exit.INTERRUPTED)


@dataclass
class Story:
    """All lives of one answer.

    Attributes:
        line: the account behind its bad line.
        whole: what a run gives that nothing stops, of the records of the answer.
    """

    world: World
    line: FaultyEmulator
    lives: list[Life] = field(default_factory=list)
    whole: bytes = b""

    @property
    def last(self) -> Life:
        """The life that finished the answer, or failed to."""
        return self.lives[-1]


def run(world: World) -> Story:
    """Every life of a world's answer; the last one is on a good line."""
    assert world.file is not None
    clock = _Years()
    emulator = Emulator(world.drawn.records, world.drawn.settings, clock=clock)
    bad = FaultyEmulator(
        emulator,
        world.faults,
        newcomers=world.newcomers,
        machine_clock=lambda: clock() - world.behind_s,
    )
    story = Story(world, bad)
    good = FaultyEmulator(emulator, FaultPlan())
    with a_disk() as disk:
        for number, stop in enumerate((*world.file.stops, None, None)):
            line = good if number > len(world.file.stops) else bad
            life = _live(_bounded(world, line is good), line, clock, disk, stop)
            story.lives.append(life)
            if NAME in life.files or life.error is not None:
                break
            disk.restore(life.files)
            clock.pass_by(life.took_s + (60 if stop is None else stop.pause_s))
    story.whole = undisturbed(story)
    return story


def _bounded(world: World, is_last: bool) -> World:
    """The world without a bound on requests, for the life that has to finish."""
    return replace(world, most_requests=None) if is_last else world


def undisturbed(story: Story) -> bytes:
    """The file of a run that nothing stops, in a world with the answer's records.

    Of the records that arrived, those count that are in the answer.
    """
    world = story.world
    arrived = story.line.arrived
    file = story.last.files.get(NAME, b"")
    there = tuple(r for r in arrived if b"%d" % r["id"] in file)
    settings = replace(
        world.drawn.settings, auth=NoAuth(), rate_limit=RateLimitKind.NONE
    )
    calm = replace(
        world,
        drawn=replace(
            world.drawn, records=world.drawn.records + there, settings=settings
        ),
        latency_s=(0.0, 0.0),
        most_requests=None,
    )
    clock = _Years()
    emulator = Emulator(calm.drawn.records, settings, clock=clock)
    with a_disk() as disk:
        life = _live(calm, FaultyEmulator(emulator, FaultPlan()), clock, disk, None)
    assert life.code is Exit.OK, life.error or life.said
    return life.files[NAME]


class _Years(Clock):
    """The account's time, over all lives."""

    def __init__(self) -> None:
        super().__init__()
        self.before_s = 0.0

    def __call__(self) -> float:
        return EPOCH_S + self.before_s + self.read()

    def pass_by(self, seconds: float) -> None:
        """Let so many seconds pass; the loop that was is over."""
        self.before_s += seconds
        self.read = lambda: 0.0


def _live(
    world: World, line: FaultyEmulator, clock: _Years, disk: Disk, stop: Stop | None
) -> Life:
    """One process, from its arguments to its end."""
    goes_on = (disk.folder / RESUME).exists()
    life = Life(goes_on, stop, clock.before_s)
    met = len(line.journal)
    said = io.StringIO()
    doom = Doom(stop, disk, world.seed)
    with disk.watched(doom.disk_step), warnings.catch_warnings():
        # A process that is no more closes nothing.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            life.code = _process(world, line, clock, disk, life, doom, said)
        except KeyboardInterrupt:
            life.code = Exit.INTERRUPTED
        except (Exception, Ended) as error:
            if doom.left is None:  # else it is the noise of a process that is no more
                life.error = error
    if doom.left is not None:
        life.code = None
    life.took_s = clock.read()
    life.journal = line.journal[met:]
    life.said = said.getvalue()
    lines = life.said.splitlines()
    if lines and lines[-1].startswith("{") and life.code is not None:
        life.stats = json.loads(lines[-1])
    life.files = disk.files if doom.left is None else doom.left
    return life


def _process(
    world: World,
    line: FaultyEmulator,
    clock: _Years,
    disk: Disk,
    life: Life,
    doom: Doom,
    said: io.StringIO,
) -> Exit:
    wish = world.file
    assert wish is not None
    output = Output(io.StringIO(), said)
    arguments = _resumed(disk.folder) if life.goes_on else _begun(world, disk.folder)
    asked = read(VerbParser("query", ""), arguments, output)
    life.plan = asked.plan
    number = world.seed + round(clock.before_s)
    spread = Random(number + 1)
    epoch_s = EPOCH_S + clock.before_s
    watched = Watched(
        FaultyTransport(line, latency=lambda: spread.uniform(*world.latency_s)),
        ORIGIN,
        epoch_s,
    )
    life.sent = watched.sent
    warned: list[object] = []
    client = AsyncClient(
        connection=Connection(
            of_base_url(ORIGIN), credential(world.drawn.settings.auth)
        ),
        transport=watched,
        clock=lambda: clock.read(),
        chance=Random(number + 2).random,
        max_requests=world.most_requests,
        concurrency=world.concurrency,
        on_warning=warned.append,
    )
    job = job_of(asked, client, warned)

    def make_loop() -> loop.VirtualLoop:
        made = loop.VirtualLoop()
        clock.read = made.time
        made.after_step = doom.round_of(made)
        return made

    return run_job(
        job,
        asked.options,
        output,
        "auditql query",
        clock=lambda: clock.read(),
        loop=make_loop,
    )


def _begun(world: World, folder: Path) -> tuple[str, ...]:
    """The arguments of a run that begins."""
    query, wish = world.drawn.query, world.file
    assert isinstance(wish, FileWish)
    return (
        *("-f", wish.format, "-o", str(folder / NAME), "--stats"),
        *("--now", text_of(query.now_s), "--tz", query.zone),
        *(() if wish.columns is None else ("--columns", wish.columns)),
        *(("--manifest",) if wish.has_manifest else ()),
        *("--", text_of_query(query)),
    )


def _resumed(folder: Path) -> tuple[str, ...]:
    """The arguments of a run that goes on."""
    return ("--stats", "--resume", str(folder / NAME))
