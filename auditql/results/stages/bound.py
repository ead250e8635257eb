"""How much a stage may hold, so that memory stays bounded by groups."""

from auditql.catalog.forms import form
from auditql.errors import TooManyGroups

MOST_GROUPS = 1_000_000
"""Most groups, or different values, that one stage holds: a few hundred megabytes."""


@form
class Bound:
    """The bound of one stage.

    Attributes:
        stage: its name, for the message.
        most: groups that it may hold.
        help: what to do about it.
    """

    stage: str
    most: int
    help: str = (
        "read a narrower time, filter more, or group by something coarser, "
        "such as date(created_at) for created_at"
    )

    def check(self, held: int) -> None:
        """Let so many be held.

        Raises:
            TooManyGroups: they are too many.
        """
        if held > self.most:
            raise TooManyGroups(
                f"`{self.stage}` met more than {self.most:,} groups or different "
                f"values, more than it holds; {self.help}"
            )
