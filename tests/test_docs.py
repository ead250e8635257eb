"""The documents are true: every example in them is run as it stands.

In `README.md` a `console` block holds commands (`$ …`) and exactly what they
print; a `python` block is executed; a `text` block is a screen that the tests of the
shell capture. In `grammar/README.md` an `aql` block
compiles, and gives the rows of the `json` block under it. Tables are kept by cog;
`.ci/run` checks that they are current.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import auditql
from auditql.catalog.operators import OPERATORS

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
LANGUAGE = (TOP / "grammar" / "README.md").read_text(encoding="utf-8")
NOW = "2026-03-10T12:00:00Z"


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of that kind, without their fences."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.M | re.S)


def commands() -> list[tuple[str, str]]:
    """Every command of README's console blocks with what it must print."""
    found = []
    for block in blocks(README, "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.strip()
            found.append((command, output))
    return found


def screens() -> list[tuple[str, str]]:
    """The name and the text of each screen that the README shows."""
    return re.findall(
        r"^<!-- screen (\w+) -->\n```text\n(.*?)^```$", README, re.M | re.S
    )


def test_the_screens_are_those_that_the_shell_draws() -> None:
    """All four, as tests/shell/terminal/test_captures.py holds them."""
    folder = TOP / "tests" / "shell" / "terminal" / "captures"
    drawn = {one.stem: one.read_text("utf-8") for one in folder.glob("*.txt")}
    assert drawn == dict(screens())


@pytest.mark.parametrize(("command", "output"), commands())
def test_readme_commands_print_what_they_say(
    command: str, output: str, tmp_path: Path
) -> None:
    """A command of the README prints what stands under it, narration included."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ZENDESK_")}
    environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}" + os.environ.get(
        "PATH", ""
    )
    done = subprocess.run(  # noqa: S602 - our own document's text
        command,
        shell=True,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert output.rstrip() == (done.stderr + done.stdout).rstrip()


@pytest.mark.parametrize("code", blocks(README, "python"))
def test_readme_python_runs(code: str) -> None:
    """A Python example of the README runs, its assertions included."""
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102


@pytest.mark.parametrize("text", blocks(README, "toml"))
def test_readme_settings_are_valid(text: str, tmp_path: Path) -> None:
    """Settings shown in the README are settings that the program takes."""
    folder = tmp_path / "auditql"
    folder.mkdir()
    file = folder / "config.toml"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "auditql", "config", "validate"],
        env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize("text", blocks(LANGUAGE, "aql") + blocks(README, "aql"))
def test_language_examples_compile(text: str) -> None:
    """A query shown in the reference or the README compiles without an error."""
    auditql.compile(text, now=NOW)


def staged() -> list[tuple[str, str]]:
    """Every query of the reference with the rows that stand under it."""
    both = r"^```aql\n((?:(?!```).)*)^```\n```json\n(.*?)^```$"
    return re.findall(both, LANGUAGE, flags=re.M | re.S)


@pytest.mark.parametrize(("text", "rows"), staged())
def test_stages_give_the_rows_that_stand_under_them(text: str, rows: str) -> None:
    """A query shown with rows gives exactly these, of the records shown above it."""
    shown = re.search(r"<!-- records -->\n```json\n(.*?)^```$", LANGUAGE, re.M | re.S)
    assert shown is not None
    records = [json.loads(line) for line in shown[1].splitlines()]
    plan = auditql.compile(text, now=NOW)

    got = [json.dumps(row) for row in auditql.answer(plan, records)]
    assert rows.splitlines() == got


def test_the_reference_shows_rows_of_stages() -> None:
    """Stages are shown with what they give."""
    assert len(staged()) >= 5


@pytest.mark.parametrize("row", OPERATORS, ids=lambda row: row.spelling)
def test_operator_examples_compile(row: object) -> None:
    """The example of every operator's row compiles."""
    auditql.compile(row.example, now=NOW)


def test_every_operator_has_an_example_that_uses_it() -> None:
    """An example shows the operator of its own row."""
    for row in OPERATORS:
        assert f" {row.spelling} " in f" {row.example} ", row.spelling


def quoted() -> list[str]:
    """The queries in quotes behind a verb, wherever the documents have one."""
    verbs = r"(?:query|tail|export|sql|explain|compile)"
    found = re.findall(
        rf'auditql (?:demo )?{verbs}\b[^`"]*"([^"]+)"', README + LANGUAGE
    )
    return list(dict.fromkeys(" ".join(text.split()) for text in found if text != "…"))


@pytest.mark.parametrize("text", quoted())
def test_quoted_queries_compile(text: str) -> None:
    """As they would be typed."""
    assert auditql.compile(text, now=NOW)


def test_queries_are_quoted() -> None:
    """In verbs of several kinds, a lake's among them."""
    assert len(quoted()) >= 6
    assert "created_at >= 2024-01" in quoted()


def test_the_two_commands_are_one_line_each() -> None:
    """Installing takes one line for each of the two main jobs."""
    for name in ("demo-command", "test-command"):
        block = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", README, flags=re.S)
        assert block is not None, name
        (line,) = block[1].strip().splitlines()
        assert "-m venv " in line
