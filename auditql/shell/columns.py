"""The columns that `--columns` chooses.

In: the option's text, and the columns that stages give. Out: their names, as they
are spelled. Nothing is sent for a name that no row has.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditql.catalog.fields import BY_NAME, STORED
from auditql.shell.exits import UsageError

if TYPE_CHECKING:
    from auditql.language.query import Column


def chosen_columns(
    text: str | None, command: str, answer: "Sequence[Column] | None" = None
) -> tuple[str, ...] | None:
    """The columns named, in the order given; None where nothing was chosen.

    Args:
        text: names between commas, in any letter case.
        command: the verb, for messages.
        answer: the columns that stages give; None where rows are records.

    Raises:
        UsageError: a name is unknown, derived, empty, or there twice.
    """
    if text is None:
        return None
    chosen: list[str] = []
    for name in map(str.strip, text.split(",")):
        if not name:
            raise UsageError("--columns has an empty name", command)
        if answer is None:
            column = _field(name.lower(), command)
        else:
            column = _given(name, [column.name for column in answer], command)
        if column in chosen:
            raise UsageError(f"--columns names `{column}` twice", command)
        chosen.append(column)
    return tuple(chosen)


def _given(name: str, names: Sequence[str], command: str) -> str:
    """The column of an answer; two may differ in letter case alone.

    Raises:
        UsageError: it is none.
    """
    if name in names:
        return name
    same = [each for each in names if each.lower() == name.lower()]
    if len(same) == 1:
        return same[0]
    raise UsageError(
        f"the answer has no column `{name}`; it has {', '.join(names)}", command
    )


def _field(name: str, command: str) -> str:
    """The field of a record.

    Raises:
        UsageError: it is none.
    """
    field = BY_NAME.get(name)
    if field is None:
        raise UsageError(f"there is no column `{name}`{_near(name)}", command)
    if field.derived_from is not None:
        raise UsageError(
            f"`{name}` can be tested and is no column;"
            f" it is read out of `{field.derived_from}`",
            command,
        )
    return name


def _near(name: str) -> str:
    from auditql.diagnostics.nearest import nearest

    near = nearest(name, [field.name for field in STORED])
    if near:
        return f"; did you mean {' or '.join(f'`{n}`' for n in near)}?"
    return "; `auditql fields` lists them"
