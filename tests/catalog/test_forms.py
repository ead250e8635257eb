"""`form` makes what the standard decorator makes."""

import copy
import inspect
import pickle
from dataclasses import (
    FrozenInstanceError,
    asdict,
    dataclass,
    field,
    fields,
    is_dataclass,
    replace,
)

import pytest

from auditql.catalog.forms import form


@form
class Made:
    """A form with every sort of field."""

    name: str
    number: int = 5
    parts: list[int] = field(default_factory=list)
    span: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Standard:
    """The same by the standard decorator."""

    name: str
    number: int = 5
    parts: list[int] = field(default_factory=list)
    span: int = field(default=0, compare=False, repr=False)


@form
class Empty:
    """A form without fields."""


@form
class Own:
    """A form with methods of its own."""

    number: int

    def __eq__(self, other: object) -> bool:
        """Equal to anything."""
        return True

    def __hash__(self) -> int:
        """The same for all."""
        return 1

    def __repr__(self) -> str:
        """Nothing of what it holds."""
        return "Own"


def test_it_is_the_dataclass_that_the_standard_decorator_makes() -> None:
    """Fields, slots, arguments and patterns are the same."""
    assert is_dataclass(Made)
    assert [f.name for f in fields(Standard)] == [f.name for f in fields(Made)]
    assert Standard.__slots__ == Made.__slots__
    assert Standard.__match_args__ == Made.__match_args__
    assert Standard.__doc__ != Made.__doc__
    assert list(inspect.signature(Standard).parameters) == list(
        inspect.signature(Made).parameters
    )
    assert not hasattr(Made("a"), "__dict__")


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        (("a",), {}),
        (("a", 6, [1]), {"span": 3}),
        ((), {"name": "a", "parts": [2]}),
    ],
)
def test_arguments_and_defaults(arguments: tuple, keywords: dict) -> None:
    """Positions, keywords, defaults and factories fill the same fields."""
    made, standard = Made(*arguments, **keywords), Standard(*arguments, **keywords)
    assert asdict(standard) == asdict(made)
    assert repr(standard).replace("Standard", "Made") == repr(made)


@pytest.mark.parametrize(
    ("arguments", "keywords"), [((), {}), (("a", 1, [], 0, 9), {}), (("a",), {"x": 1})]
)
def test_wrong_arguments_are_type_errors(arguments: tuple, keywords: dict) -> None:
    """Too few, too many, unknown."""
    with pytest.raises(TypeError):
        Made(*arguments, **keywords)


def test_a_factory_makes_a_value_for_each() -> None:
    """Two forms never share a list."""
    assert Made("a").parts is not Made("a").parts


def test_equality_and_hash_look_at_the_compared_fields_of_one_class() -> None:
    """Spans are left out, other classes are never equal."""
    assert Made("a", 1, [], 2) == Made("a", 1, [], 3)
    assert Made("a", 1, [], 2) != Made("a", 2, [], 2)
    assert Made("a") != Standard("a")
    assert Empty() == Empty()
    assert Empty() != Made("a")
    assert hash(Empty()) == hash(Empty())
    assert hash(Made("a", 1, (), 2)) == hash(Made("a", 1, (), 3))


def test_nothing_can_be_set_or_deleted() -> None:
    """Frozen, and no new attribute either."""
    made = Made("a")
    for name in ("name", "other"):
        with pytest.raises(FrozenInstanceError, match=f"assign to field '{name}'"):
            setattr(made, name, 1)
    with pytest.raises(FrozenInstanceError, match="delete field 'name'"):
        del made.name


def test_copies_replacements_and_pickles_are_equal() -> None:
    """What works on dataclasses works."""
    made = Made("a", 2, [3], 4)
    for again in (
        copy.copy(made),
        copy.deepcopy(made),
        replace(made),
        pickle.loads(pickle.dumps(made)),  # noqa: S301 - our own bytes
    ):
        assert made == again
        assert 4 == again.span
    assert Made("b", 2, [3]) == replace(made, name="b")


def test_patterns_take_fields_by_position() -> None:
    """`case Made(name, 2)` reads the fields in their order."""
    match Made("a", 2):
        case Made(name, 2):
            assert "a" == name
        case _:
            raise AssertionError


def test_methods_of_the_class_are_kept() -> None:
    """A class may say itself what equal means and how it is shown."""
    assert Own(1) == Own(2)
    assert 1 == hash(Own(7))
    assert "Own" == repr(Own(7))
