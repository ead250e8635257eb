"""`form`: the frozen dataclasses that everything here is made of, made quickly.

In: a class with annotations. Out: what `@dataclass(frozen=True, slots=True)`
would make of it, for a fifth of the time. A hundred forms are made on the way
from a text to a plan, and the standard decorator takes longer over them than
all the rest of a compilation: it compiles six functions a class, where one,
`__init__`, can be a copy with other names.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import lru_cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field

    from _typeshed import DataclassInstance

    Fields = Sequence[Field[object]]

C = TypeVar("C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def form(cls: type[C]) -> type[C]:
    """The class as a frozen, slotted dataclass.

    `fields`, `replace`, `match`, copies and pickles work as with the standard
    decorator; methods that the class itself has are kept. A class has no base
    that is a form, and no fields with keywords only.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    parts = fields(made)  # type: ignore[arg-type] # a dataclass by now
    compared = attrgetter(
        *[part.name for part in parts if part.compare] or ["__class__"]
    )
    members: dict[str, object] = {
        "__init__": _init(made, parts),
        "__eq__": _equal(compared),
        "__hash__": _hash(compared),
        "__repr__": _repr,
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        "__getstate__": _state,
        "__setstate__": _restore,
    }
    own = cls.__dict__
    for name, member in members.items():
        # A class that defines `__eq__` alone gets `__hash__ = None` by itself.
        if name not in own or (name == "__hash__" and own[name] is None):
            setattr(made, name, member)
    return made


def _init(made: type, parts: "Fields") -> object:
    """`__init__` of a form: its slots set one after the other.

    The code is compiled once for so many fields and takes their names from then
    on, so that a class costs a copy. A default that is made anew for each object
    needs code of its own.
    """
    names = tuple(part.name for part in parts)
    # A slot's own setter: nothing else can set what refuses to be set.
    space = {f"set_{i}": made.__dict__[n].__set__ for i, n in enumerate(names)}
    if any(part.default_factory is not MISSING for part in parts):
        return _init_with_factories(parts, space)
    code = _template(len(names)).replace(co_varnames=("self", *names))
    defaults = tuple(p.default for p in parts if p.default is not MISSING)
    return FunctionType(code, space, "__init__", defaults)


@lru_cache
def _template(count: int) -> CodeType:
    """The code of an `__init__` that sets so many slots."""
    names = [f"value_{i}" for i in range(count)]
    lines = [f"def __init__({', '.join(['self', *names])}):", " pass"]
    lines += [f" set_{i}(self, {name})" for i, name in enumerate(names)]
    return _compiled(lines, {}).__code__


def _init_with_factories(parts: "Fields", space: dict[str, object]) -> object:
    space["MISSING"] = MISSING
    head, body = ["self"], [" pass"]
    for place, part in enumerate(parts):
        name, value = part.name, part.name
        if part.default is not MISSING:
            space[f"default_{name}"] = part.default
            head.append(f"{name}=default_{name}")
        elif part.default_factory is not MISSING:
            space[f"make_{name}"] = part.default_factory
            head.append(f"{name}=MISSING")
            value = f"make_{name}() if {name} is MISSING else {name}"
        else:
            head.append(name)
        body.append(f" set_{place}(self, {value})")
    return _compiled([f"def __init__({', '.join(head)}):", *body], space)


def _compiled(lines: list[str], space: dict[str, object]) -> FunctionType:
    exec("\n".join(lines), space)  # noqa: S102 - made of the names of fields alone
    made = space["__init__"]
    assert isinstance(made, FunctionType)
    return made


def _equal(compared: Callable[[object], object]) -> object:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    return __eq__


def _hash(compared: Callable[[object], object]) -> object:
    def __hash__(self: object) -> int:  # noqa: N807
        return hash(compared(self))

    return __hash__


def _repr(self: "DataclassInstance") -> str:
    shown = (f"{p.name}={getattr(self, p.name)!r}" for p in fields(self) if p.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: "DataclassInstance") -> list[object]:
    return [getattr(self, part.name) for part in fields(self)]


def _restore(self: "DataclassInstance", state: list[object]) -> None:
    for part, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, part.name, value)
