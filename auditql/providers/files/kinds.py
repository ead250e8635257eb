"""Which format a file has.

In: its name and how it begins. Out: the name of a format, or what is wrong.
The ending of the name decides, `.gz` aside; without a known one the content does.
"""

from auditql.errors import ConfigurationError

FORMATS = ("jsonl", "json", "csv", "tsv")
"""The formats that are read."""

_ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
}
_NEEDED = {"id", "created_at"}
SEPARATORS = {"csv": ",", "tsv": "\t"}


def format_of(name: str, head: bytes) -> str:
    """The format of a file.

    Args:
        name: of the file.
        head: its first bytes, decompressed; none where it is empty.

    Raises:
        ConfigurationError: it is none that is read.
    """
    plain = name.lower().removesuffix(".gz")
    known = next((f for end, f in _ENDINGS.items() if plain.endswith(end)), None)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    begins_json = start[:1] in (b"{", b"[")
    if known in SEPARATORS or not start:
        return known or "jsonl"
    if known is not None or begins_json:
        # Lines of one object each are both; an array, or an object over several
        # lines, is json alone.
        is_spread = start[:1] == b"[" or start.split(b"\n", 1)[0].rstrip() == b"{"
        return "json" if is_spread or known == "json" else "jsonl"
    line = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    for format_, separator in SEPARATORS.items():
        names = {cell.strip().strip('"') for cell in line.split(separator)}
        if names >= _NEEDED:
            return format_
    raise ConfigurationError(
        f"{name} is neither jsonl, json, csv nor tsv as far as its beginning tells; "
        "--from-format says what it is"
    )
