"""`config.toml`: found, read, checked; never written.

In: the user's folder of settings. Out: a Config, or every mistake with its
line. A file with one mistake is not used at all: half of what a person set is
not what they set.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import Origin
from auditql.runtime.profiles import keys, private
from auditql.runtime.profiles.folders import config_path
from auditql.runtime.profiles.forms import (
    NAME,
    Config,
    Fault,
    Profile,
    standing_name,
)
from auditql.runtime.profiles.keys import Key
from auditql.runtime.profiles.places import line_of
from auditql.runtime.profiles.secrecy import holds_secret
from auditql.runtime.profiles.wrong import Wrong

T = TypeVar("T")

_TOP = ("default", "profiles", "keys")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_config(path: Path | None = None) -> Config | None:
    """The configuration; None where there is no file.

    Raises:
        ConfigurationError: the file may not be used, or has a mistake; the
            first one is told.
    """
    path = config_path() if path is None else path
    text = read_text(path)
    if text is None:
        return None
    config, faults = parse(text, path)
    if faults:
        more = f" (and {len(faults) - 1} more: see `auditql config validate`)"
        raise ConfigurationError(
            told(faults[0], path) + (more if len(faults) > 1 else "")
        )
    return config


def read_text(path: Path) -> str | None:
    """The text of the file; None where there is none.

    Raises:
        ConfigurationError: others can change it, or read a secret in it, or it is
            no text.
    """
    content = private.read(path, may_be_link=True, is_secret=holds_secret)
    if content is None:
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{path}:{line}: the file is not UTF-8; save it as UTF-8"
        ) from None


def parse(text: str, path: Path) -> tuple[Config, tuple[Fault, ...]]:
    """The configuration that a text is, and what is wrong with it, by line."""
    empty = Config(path, None, ())
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "no TOML"
        at = _AT.search(words)
        line = int(at[1] or len(text.splitlines())) if at else None
        message = "this is not TOML: " + safe_text(_AT.sub("", words))
        return empty, (Fault(line, message),)
    return _Checked(text, path).config(table)


def told(fault: Fault, path: Path) -> str:
    """A fault on one line, with its place."""
    place = str(path) if fault.line is None else f"{path}:{fault.line}"
    return f"{place}: {fault.message}"


class _Checked:
    """One reading of a text; collects the faults."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._faults: list[Fault] = []

    def config(self, table: Mapping[str, object]) -> tuple[Config, tuple[Fault, ...]]:
        for key in table:
            if key not in _TOP:
                self._unknown((key,), _TOP, "the top of the file")
        found = table.get("profiles", {})
        profiles: tuple[Profile, ...] = ()
        if isinstance(found, dict):
            profiles = tuple(self._profile(n, t) for n, t in found.items())
        else:
            self._fault(("profiles",), "`profiles` is written [profiles.NAME]")
        keys_ = self._keys(table.get("keys", {}))
        config = Config(self._path, self._default(table, profiles), profiles, keys_)
        return config, tuple(sorted(self._faults, key=lambda f: f.line or 0))

    def _default(
        self, table: Mapping[str, object], profiles: tuple[Profile, ...]
    ) -> str | None:
        """The profile in force where none is picked."""
        names = [profile.name for profile in profiles]
        if "default" not in table:
            return standing_name(names)
        name = table["default"]
        if isinstance(name, str) and name in names:
            return name
        near = nearest(name, names) if isinstance(name, str) else ()
        hint = _meant(near) or " of this file"
        self._fault(("default",), f"`default` takes the name of a profile{hint}")
        return None

    def _keys(self, table: object) -> Mapping[str, tuple[str, ...]]:
        """The keys of the shell, as they are written; what they do is its business."""
        if not isinstance(table, dict):
            self._fault(("keys",), "the keys of the shell are written [keys]")
            return {}
        found = {}
        for name, value in table.items():
            each = value if isinstance(value, list) else [value]
            if all(isinstance(key, str) for key in each):
                found[name] = tuple(each)
            else:
                words = f'`{safe_text(name)}` takes a key, "f5", or a list of keys'
                self._fault(("keys", name), words)
        return found

    def _profile(self, name: str, table: object) -> Profile:
        path = ("profiles", name)
        if not NAME.fullmatch(name):
            self._fault(
                path,
                f"a profile cannot be called `{safe_text(name)}`: "
                "a name has letters, digits, `-`, `_` and `.`",
            )
        if not isinstance(table, dict):
            self._fault(path, f"a profile is written [profiles.{safe_text(name)}]")
            return Profile(name)
        for key in table:
            if key in keys.SECRETS:
                self._fault(
                    (*path, key),
                    f"`{key}` has no place in this file; `auditql login` keeps secrets",
                )
            elif key not in keys.NAMES:
                self._unknown((*path, key), keys.NAMES, "a profile")

        def take(key: Key[T]) -> T | None:
            if key.name not in table:
                return None
            try:
                return key.read(table[key.name])
            except (Wrong, ConfigurationError) as error:
                within = error.path if isinstance(error, Wrong) else ()
                words = f"`{key.name}` {keys.reason(error)}"
                self._fault((*path, key.name, *within), words)
                return None

        return Profile(
            name=name,
            origin=self._origin(path, table, take(keys.SUBDOMAIN), take(keys.BASE_URL)),
            client_id=take(keys.CLIENT_ID),
            tz=take(keys.TZ),
            format=take(keys.FORMAT),
            limit=take(keys.LIMIT),
            rate_share=take(keys.RATE_SHARE),
            concurrency=take(keys.CONCURRENCY),
            token_command=take(keys.TOKEN_COMMAND),
            keyring=take(keys.KEYRING) or False,
            proxy=take(keys.PROXY),
            ca_file=take(keys.CA_FILE),
            mirror=take(keys.MIRROR),
            source_password_command=take(keys.SOURCE_PASSWORD_COMMAND),
            columns=take(keys.COLUMNS),
        )

    def _origin(
        self,
        path: tuple[str, ...],
        table: Mapping[str, object],
        subdomain: Origin | None,
        base_url: Origin | None,
    ) -> Origin | None:
        if keys.SUBDOMAIN.name in table and keys.BASE_URL.name in table:
            self._fault(
                (*path, keys.BASE_URL.name),
                "`subdomain` and `base_url` both name the account; keep one",
            )
        return base_url if subdomain is None else subdomain

    def _unknown(self, path: tuple[str, ...], known: Iterable[str], where: str) -> None:
        known = tuple(known)
        hint = _meant(nearest(path[-1], known)) or f"; it takes {', '.join(known)}"
        self._fault(path, f"{where} has no key `{safe_text(path[-1])}`{hint}")

    def _fault(self, path: tuple[str, ...], message: str) -> None:
        self._faults.append(Fault(line_of(self._text, path), message))


def _meant(near: tuple[str, ...]) -> str:
    if not near:
        return ""
    return f"; did you mean {' or '.join(f'`{name}`' for name in near)}?"
