"""The completion scripts: they are sound, they know every word, bash answers."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditql.results.formats import FORMATS
from auditql.shell.color import Color
from auditql.shell.commands.completion import SHELLS
from auditql.shell.output import Output
from auditql.shell.scripts import bash, fish, zsh
from auditql.shell.scripts.words import Option, Place, Takes, Words, command_line
from auditql.shell.verbs import HELP, VERBS, VERSION

MAKERS = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}
BASH = shutil.which("bash") or "bash"
PARENT = str(Path(sys.executable).parent)

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def words() -> tuple[Words, ...]:
    """The command line as it is."""
    return command_line(Output.standard())


HARD = 'it\'s "$(touch MARK)" `touch MARK` [a]: \\ $HOME %s; x'


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("is_hard", [False, True], ids=["ours", "signs in every text"])
def test_a_script_is_sound(
    shell: str, words: tuple[Words, ...], *, is_hard: bool, tmp_path: Path
) -> None:
    """The shell itself finds nothing wrong, whatever stands in the texts of help."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    if is_hard:
        place = Place(Takes.FILE, HARD)
        option = Option(("-z", "--zz"), HARD, place, False)
        words = (*words, Words("zz", HARD, (option,), (place,)))
    script = MAKERS[shell](words)
    done = subprocess.run(
        [shell, "-n"], input=script.encode(), capture_output=True, check=False
    )
    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)
    if shell == "bash":  # the others need more than themselves to be loaded
        run = subprocess.run(
            [BASH], input=script.encode(), capture_output=True, cwd=tmp_path,
            check=False,
        )  # fmt: skip
        assert (b"", []) == (run.stderr, list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("escape", "text", "escaped"),
    [
        (bash._quoted, "it's $x `y`", r"'it'\''s $x `y`'"),
        (zsh._quoted, "it's $x `y`", r"'it'\''s $x `y`'"),
        (zsh._escaped, r"[a]: \b", r"\[a\]\: \\b"),
        (fish._quoted, r"it's \n $x (y)", r"'it\'s \\n $x (y)'"),
    ],
    ids=["bash", "zsh", "zsh specifications", "fish"],
)
def test_text_means_itself(
    escape: Callable[[str], str], text: str, escaped: str
) -> None:
    """What a shell would act on is taken from it."""
    assert escaped == escape(text)


def test_every_verb_is_known(words: tuple[Words, ...]) -> None:
    """The table of verbs, what stands without one, the demo's shell, and help."""
    assert ["", *(v.name for v in VERBS), "demo", "help"] == [w.verb for w in words]
    assert {*HELP[:2], *VERSION} <= {n for o in words[0].options for n in o.names}


def _said(run: Run, verb: str) -> set[str]:
    """The options that the help of a verb lists."""
    text = run(*verb.split(), "--help").stdout.decode()
    text = text[text.index("options:") :]
    lists = re.findall(r"^  (-\S.*?)(?:  .*)?$", text, flags=re.M)
    return {
        o for line in lists for o in re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", line)
    }


@pytest.mark.parametrize("verb", [v.name for v in VERBS])
def test_every_option_is_known(run: Run, words: tuple[Words, ...], verb: str) -> None:
    """What `VERB --help` lists, the script has for that verb, and nothing else."""
    (one,) = (w for w in words if w.verb == verb)
    assert _said(run, verb) == {n for o in one.options for n in o.names}


def _options_of_bash(script: str, verb: str) -> list[str]:
    body = script[script.index("_auditql_options()") :]
    found = re.search(rf"^    '{verb}'\)\n +choices='(.*)' ;;$", body, flags=re.M)
    assert found is not None
    return found[1].split()


def _options_of_zsh(script: str, verb: str) -> list[str]:
    body = script[script.index(f"\n    '{verb}')\n") + 1 :]
    body = body[: body.index(";;")] if ";;" in body else body
    body = body[: body.index("\n      ;;")] if "\n      ;;" in body else body
    return re.findall(r"^ +'(?:\*|\([^)]*\))(--?[\w-]+)[=+]?\[", body, flags=re.M)


def _options_of_fish(script: str, verb: str) -> list[str]:
    found = []
    joined = verb.replace(" ", "-") or "bare"
    for line in script.splitlines():
        when = re.match(
            r"complete -c auditql -n '__auditql_in ([^']*)'((?: -[sl] \S+)+)", line
        )
        if when is not None and joined in when[1].split():
            for kind, name in re.findall(r"-([sl]) (\S+)", when[2]):
                found.append(("-" if kind == "s" else "--") + name)
    return found


READERS = {"bash": _options_of_bash, "zsh": _options_of_zsh, "fish": _options_of_fish}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_in_every_script(shell: str, words: tuple[Words, ...]) -> None:
    """A verb has the options of its parser in each script, with their help."""
    script = MAKERS[shell](words)
    for one in words:
        expected = [name for option in one.options for name in option.names]
        assert sorted(expected) == sorted(READERS[shell](script, one.verb)), one.verb
        for option in one.options:
            if shell == "zsh":
                assert f"[{zsh._quoted(zsh._escaped(option.help))[1:-1]}]" in script
            if shell == "fish":
                assert f" -d {fish._quoted(option.help)}\n" in script


def test_every_file_is_offered(words: tuple[Words, ...]) -> None:
    """A place that help calls FILE is one where files are offered."""
    places = [p for w in words for p in w.places]
    places += [o.value for w in words for o in w.options if o.value is not None]
    files = [p for p in places if "FILE" in p.label]
    assert files
    assert {Takes.FILE, Takes.QUERY_OR_FILE} == {p.takes for p in files}


ASKED = """
source "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_auditql
[[ ${#COMPREPLY[@]} -gt 0 ]] && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""


@pytest.fixture(scope="module")
def script(words: tuple[Words, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script for bash in a file."""
    file = tmp_path_factory.mktemp("bash") / "auditql.bash"
    file.write_text(bash.script(words), encoding="utf-8")
    return file


Ask = Callable[..., list[str]]


@pytest.fixture
def ask(script: Path, environment: dict[str, str], tmp_path: Path) -> Ask:
    """What bash offers behind `auditql` and these words, as readline parts them."""

    def ask(*typed: str) -> list[str]:
        done = subprocess.run(
            [BASH, "--norc", "-c", ASKED, "ask", str(script), "auditql", *typed],
            capture_output=True,
            cwd=tmp_path,
            env=environment
            | {
                "PATH": PARENT + os.pathsep + os.environ["PATH"],
                "XDG_CONFIG_HOME": str(tmp_path / "config"),
                "XDG_DATA_HOME": str(tmp_path / "data"),
            },
            timeout=60,
            check=False,
        )
        assert (0, b"") == (done.returncode, done.stderr)
        return done.stdout.decode().splitlines()

    return ask


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        (["query", "queries"], ["qu"]),
        (["query", "run", "serve"], ["demo", ""]),
        (["--format"], ["query", "--for"]),
        (["--format"], ["query", "action = login", "--for"]),
        (["--format"], ["demo", "query", "--for"]),
        ([], ["queries", "--for"]),
        (list(FORMATS), ["query", "-f", ""]),
        (["json", "jsonl"], ["query", "--format", "js"]),
        (["json", "jsonl"], ["query", "--format", "=", "js"]),
        (list(FORMATS), ["query", "--format", "="]),
        (["--format=json", "--format=jsonl"], ["query", "--format=js"]),
        (["table", "json"], ["fields", "-f", ""]),
        ([c.value for c in Color], ["status", "--color", ""]),
        (["bash"], ["completion", "ba"]),
        (["show"], ["config", "sh"]),
        ([], ["config", "show", "sh"]),
        (["mass-deletions"], ["run", "mass"]),
        (["mass-deletions"], ["demo", "run", "mass"]),
        (["mass-deletions"], ["queries", "mass"]),
        (["mass-deletions"], ["run", "-p", "office", "=", "10.0.0.1", "mass"]),
        (["mass-deletions"], ["run", "--now", "2026-03-10T12", ":", "00", "mass"]),
        ([], ["run", "two-factor", "mass"]),
        ([], ["query", "-p", ""]),
        ([], ["query", ""]),
        ([], ["nothing", ""]),
        ([], ["nothing", "--for"]),
        (["--version"], ["--vers"]),
        (["demo"], ["help", "de"]),
        ([], ["-f", "json", "qu"]),
        ([], ["query", "--", "--for"]),
    ],
)
def test_bash_offers(ask: Ask, expected: list[str], typed: list[str]) -> None:
    """What may stand at the cursor, and nothing that may not."""
    assert expected == ask(*typed)


def test_bash_offers_files(ask: Ask, tmp_path: Path) -> None:
    """Files and folders; behind `run` those that may hold a query, beside names."""
    (tmp_path / "masses").mkdir()
    (tmp_path / "mass two.aql").touch()
    (tmp_path / "mass.csv").touch()
    every = ["mass two.aql", "mass.csv", "masses"]
    assert every == sorted(ask("fmt", "mass"))
    assert every == sorted(ask("fmt", "mass.csv", "mass"))
    assert every == sorted(ask("query", "-o", "mass"))
    assert every == sorted(ask("query", "--output", "=", "mass"))
    queries = ["mass two.aql", "mass-deletions", "masses"]
    assert queries == sorted(ask("run", "mass"))
    assert queries == sorted(ask("check", "mass"))


def test_names_are_never_acted_on(ask: Ask, tmp_path: Path) -> None:
    """A name is offered as it would be typed; what no line can hold is left out."""
    own = tmp_path / "queries"
    own.mkdir()
    for name in ("my $(touch MARK)", "my`touch MARK`", "my\nname", "-my", "my:own"):
        (own / f"{name}.aql").write_text("action = login", encoding="utf-8")
    expected = [r"my:own", r"my\ \$\(touch\ MARK\)", r"my\`touch\ MARK\`"]
    assert sorted(expected) == sorted(ask("run", "my"))
    assert ["own"] == ask("run", "my", ":", "o")
    assert not (tmp_path / "MARK").exists()


def test_bash_offers_profiles(ask: Ask, tmp_path: Path) -> None:
    """The profiles of the configuration file, in its order."""
    folder = tmp_path / "config" / "auditql"
    folder.mkdir(parents=True)
    assert [] == ask("query", "-P", "")
    config = folder / "config.toml"
    config.write_text("[profiles.acme]\nsubdomain = 'acme'\n[profiles.beta]\n")
    config.chmod(0o600)
    assert ["acme", "beta"] == ask("query", "-P", "")
    assert ["beta"] == ask("login", "--profile", "=", "b")


def test_names_are_those_of_the_list(run: Run) -> None:
    """What Tab offers is what `auditql queries` lists, without reading a query."""
    listed = [row["name"] for row in json.loads(run("queries", "--json").stdout)]
    assert listed == run("completion", "queries").stdout.decode().splitlines()
