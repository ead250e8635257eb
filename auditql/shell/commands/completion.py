"""`auditql completion`: a script that lets a shell complete auditql's words."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module

from auditql.errors import ConfigurationError
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output

SHELLS = ("bash", "zsh", "fish")

_PUT = {
    "bash": 'eval "$(auditql completion bash)" in ~/.bashrc',
    "zsh": "a file _auditql in a folder of $fpath",
    "fish": "~/.config/fish/completions/auditql.fish",
}


class Options(CommonOptions):
    """What `completion` takes."""

    shell: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the script; nothing is asked of an account, now or on Tab.

    The scripts themselves ask for names when Tab is pressed: `completion queries`
    and `completion profiles` print them, one a line.

    Raises:
        UsageError: it is no shell that is known.
        ConfigurationError: the names cannot be read.
    """
    if len(arguments) == 1 and arguments[0] in _NAMES:
        output.data("".join(f"{n}\n" for n in _NAMES[arguments[0]]() if _is_offered(n)))
        return Exit.OK
    parser = VerbParser(
        "completion",
        "Print a script that completes verbs, options, formats, files and the names of"
        " saved queries and profiles when Tab is pressed. It belongs into: "
        + "; ".join(f"{shell}: {place}" for shell, place in _PUT.items())
        + ".",
    )
    parser.add_argument(
        "shell", choices=SHELLS, metavar="|".join(SHELLS), help="the shell it is for"
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    from auditql.shell.scripts.words import command_line

    maker = import_module(f"auditql.shell.scripts.{options.shell}")
    output.data(maker.script(command_line(output)))
    return Exit.OK


def _queries() -> Iterable[str]:
    """The names of saved queries; no file is read.

    Raises:
        ConfigurationError: a shelf cannot be looked into.
    """
    from auditql.library.shelves import entries
    from auditql.runtime.shelves import shelves

    return (entry.name for entry in entries(shelves()))


def _profiles() -> Iterable[str]:
    """The names of profiles, written or stored.

    Raises:
        ConfigurationError: a file cannot be used.
    """
    from auditql.runtime.profiles.file import read_config
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.store import Store

    config = read_config()
    written = () if config is None else tuple(p.name for p in config.profiles)
    try:
        stored = Store(folder()).names()
    except ConfigurationError:  # it holds secrets and is open to others: not read
        stored = ()
    return dict.fromkeys((*written, *stored))


_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "queries": _queries,
    "profiles": _profiles,
}


def _is_offered(name: str) -> bool:
    """Whether a name stands on one line, and is not taken for an option."""
    return name.isprintable() and not name.startswith("-")
