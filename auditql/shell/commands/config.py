"""`auditql config`: the configuration file, looked at and never written."""

from collections.abc import Sequence
from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output

_ACTIONS = ("show", "validate", "path")


class Options(CommonOptions):
    """What `config` takes."""

    action: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the file's path, what it says, or what is wrong with it.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    parser = VerbParser(
        "config",
        "path: where the configuration file is. show: what is set, and where secrets"
        " are, never a secret. validate: every mistake in the file.",
    )
    parser.add_argument("action", choices=_ACTIONS, metavar="|".join(_ACTIONS))
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)

    from auditql.runtime.profiles.folders import config_path

    path = config_path()
    if options.action == "path":
        output.data(f"{path}\n")
        return Exit.OK
    if options.action == "validate":
        return _validate(path, output)
    return _show(output)


def _validate(path: Path, output: Output) -> Exit:
    """Tell every mistake of the file; silent where there is none."""
    from auditql.runtime.profiles.file import parse, read_text, told
    from auditql.runtime.profiles.forms import Fault
    from auditql.runtime.profiles.places import line_of
    from auditql.shell.terminal.bindings import changed_keys

    text = read_text(path)
    if text is None:
        raise ConfigurationError(f"there is no file {path}")
    config, found = parse(text, path)
    faults = [*found]
    faults += [
        Fault(line_of(text, ("keys", key.name)), key.message)
        for key in changed_keys(config.keys)[1]
    ]
    for fault in sorted(faults, key=lambda f: f.line or 0):
        output.error(told(fault, path))
    return Exit.REFUSED if faults else Exit.OK


def _show(output: Output) -> Exit:
    """Print the profiles, and which one is in force."""
    from auditql.diagnostics.safe_text import safe_text
    from auditql.runtime.profiles.shown import shown
    from auditql.shell.profiles import in_force

    force = in_force(None)
    for words in force.choice.notes:
        output.note(f"note: {words}")
    text = shown(force.config, force.store, force.choice.profile)
    output.data(safe_text(text, keep_newlines=True))
    return Exit.OK
