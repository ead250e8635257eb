"""The columns that `--columns` chooses.

In: the option's text. Out: names of fields, as the API spells them. Nothing is
sent for a name that no record has.
"""

from auditql.catalog.fields import BY_NAME, STORED
from auditql.shell.exits import UsageError


def chosen_columns(text: str | None, command: str) -> tuple[str, ...] | None:
    """The columns named, in the order given; None where nothing was chosen.

    Args:
        text: names between commas, in any letter case.
        command: the verb, for messages.

    Raises:
        UsageError: a name is unknown, derived, empty, or there twice.
    """
    if text is None:
        return None
    names = tuple(name.strip().lower() for name in text.split(","))
    for place, name in enumerate(names):
        if not name:
            raise UsageError("--columns has an empty name", command)
        if name in names[:place]:
            raise UsageError(f"--columns names `{name}` twice", command)
        field = BY_NAME.get(name)
        if field is None:
            raise UsageError(f"there is no column `{name}`{_near(name)}", command)
        if field.derived_from is not None:
            raise UsageError(
                f"`{name}` can be tested and is no column;"
                f" it is read out of `{field.derived_from}`",
                command,
            )
    return names


def _near(name: str) -> str:
    from auditql.diagnostics.nearest import nearest

    near = nearest(name, [field.name for field in STORED])
    if near:
        return f"; did you mean {' or '.join(f'`{n}`' for n in near)}?"
    return "; `auditql fields` lists them"
