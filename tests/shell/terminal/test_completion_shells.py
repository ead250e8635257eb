"""zsh and fish themselves offer, on Tab, what may stand at the cursor."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminals import Terminal, on_terminal

from auditql.results.formats import FORMATS
from auditql.shell.output import Output
from auditql.shell.scripts import fish, zsh
from auditql.shell.scripts.words import command_line

pytestmark = pytest.mark.full

FISH, ZSH = shutil.which("fish"), shutil.which("zsh")
PARENT = str(Path(sys.executable).parent)

OFFERED = [
    ("qu", "query queries"),
    ("demo ", "query run serve"),
    ("query --form", "--format"),
    ("query 'action = login' --form", "--format"),
    ("demo query --form", "--format"),
    ("queries --form", ""),
    ("query -f ", " ".join(FORMATS)),
    ("query --format js", "json jsonl"),
    ("query --format=js", "json jsonl"),
    ("fields -f ", "table json"),
    ("completion ba", "bash"),
    ("config sh", "show"),
    ("config show sh", ""),
    ("run mass", "mass.aql masses/ mass-deletions"),
    ("demo run mass", "mass.aql masses/ mass-deletions"),
    ("check mass.aql mass", "mass.aql masses/ mass-deletions"),
    ("queries mass", "mass-deletions"),
    ("run -p office=10.0.0.1 --stats -f csv mass", "mass.aql masses/ mass-deletions"),
    ("run two-factor mass", ""),
    ("fmt mass", "mass.aql mass.csv masses/"),
    ("query -o mass", "mass.aql mass.csv masses/"),
    ("query -P ", "acme beta"),
    ("query -p ", ""),
    ("query ", ""),
    ("nothing ", ""),
    ("nothing --form", ""),
    ("--vers", "--version"),
    ("help de", "demo"),
    ("query -- --form", ""),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files in it, scripts of both shells, and two profiles."""
    folder = tmp_path_factory.mktemp("here")
    for name in ("mass.aql", "mass.csv"):
        (folder / name).touch()
    (folder / "masses").mkdir()
    words = command_line(Output.standard())
    (folder / "scripts").mkdir()
    (folder / "scripts" / "auditql.fish").write_text(fish.script(words), "utf-8")
    (folder / "scripts" / "_auditql").write_text(zsh.script(words), "utf-8")
    config = folder / "config" / "auditql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text("[profiles.acme]\nsubdomain = 'acme'\n[profiles.beta]\n")
    config.chmod(0o600)
    return folder


def world_of(here: Path) -> dict[str, str]:
    return {
        "HOME": str(here),
        "ZDOTDIR": str(here),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PATH": PARENT + os.pathsep + os.environ["PATH"],
        "XDG_CONFIG_HOME": str(here / "config"),
        "XDG_DATA_HOME": str(here / "data"),
    }


@pytest.mark.skipif(FISH is None, reason="fish is not installed here")
@pytest.mark.parametrize(("typed", "offered"), OFFERED)
def test_fish_offers(here: Path, typed: str, offered: str) -> None:
    """What `complete -C` lists, which is what Tab shows."""
    asks = 'source scripts/auditql.fish; complete -C "auditql $TYPED"'
    done = subprocess.run(
        [str(FISH), "--no-config", "-c", asks],
        env=world_of(here) | {"TYPED": typed},
        cwd=here,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"" == done.stderr
    found = [line.partition("\t")[0] for line in done.stdout.decode().splitlines()]
    if "=" in typed.split()[-1]:
        found = [one.partition("=")[2] for one in found]
    assert sorted(offered.split()) == sorted(found)


CAUGHT = """
PS1='zsh> '
unsetopt prompt_cr prompt_sp
fpath=($PWD/scripts $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a offered
  builtin compadd -A offered "$@"
  (( $#offered )) && print -rl -- $offered >> $PWD/offered
  builtin compadd "$@"
}
caught() {
  _main_complete
  compstate[insert]='' compstate[list]=''
  print -r -- END >> $PWD/offered
}
zle -C caught complete-word caught
bindkey '^I' caught
"""


@pytest.fixture(scope="module")
def zsh_terminal(here: Path) -> Iterator[Terminal]:
    if ZSH is None:
        pytest.skip("zsh is not installed here")
    (here / ".zshrc").write_text(CAUGHT, "utf-8")
    with on_terminal(
        [ZSH, "-i", "-o", "no_global_rcs"], world_of(here), cwd=str(here)
    ) as terminal:
        terminal.until(lambda: terminal.cursor_line() == "zsh> ")
        yield terminal


@pytest.fixture
def ask(zsh_terminal: Terminal, here: Path) -> Callable[[str], list[str]]:
    """What zsh adds to its list when Tab is pressed behind a text."""
    caught = here / "offered"

    def ask(typed: str) -> list[str]:
        caught.write_text("")
        zsh_terminal.keys(f"\x15auditql {typed}\t")
        zsh_terminal.until(lambda: caught.read_text().endswith("END\n"))
        return caught.read_text().splitlines()[:-1]

    return ask


@pytest.mark.parametrize(("typed", "offered"), OFFERED)
def test_zsh_offers(ask: Callable[[str], list[str]], typed: str, offered: str) -> None:
    """What Tab adds to the list, on a terminal."""
    found = [name.removesuffix("=") for name in ask(typed)]
    found = [f"{name}/" if name == "masses" else name for name in found]
    assert sorted(offered.split()) == sorted(set(found))
