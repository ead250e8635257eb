"""Files as the planner sees them: they filter nothing and are read once."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auditql.catalog.forms import form
from auditql.plan.capability import Capability, ReadShape
from auditql.plan.model import Box, Mode, Request

_NOTHING: Mapping[str, Capability] = MappingProxyType({})


@form
class FilesSource:
    """Some files.

    Attributes:
        names: of the files, for messages.
    """

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The names of the files."""
        return ", ".join(self.names)

    @property
    def is_remote(self) -> bool:
        """False: no request is sent."""
        return False

    @property
    def capabilities(self) -> Mapping[str, Capability]:
        """Nothing: every record is checked here."""
        return _NOTHING

    @property
    def ordered_by(self) -> str:
        """The field that records are brought into the order of."""
        return "created_at"

    def narrowed(self, box: Box) -> Box:
        """The box itself."""
        return box

    def split(self, box: Box, shape: ReadShape) -> Sequence[Box]:
        """The box in one piece."""
        return (box,)

    def requests(self, box: Box, shape: ReadShape) -> Sequence[Request]:
        """The one reading of everything there is."""
        return (Request("READ", "", (), Mode.CURSOR, shape.exact),)
