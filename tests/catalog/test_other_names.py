"""Names of other tools: none is one of ours, and each means fields that there are."""

from auditql.catalog.fields import BY_NAME
from auditql.catalog.other_names import OTHER_NAMES, meant_by


def test_no_other_name_is_one_of_ours() -> None:
    """Else a query could be told to use another field than it names."""
    assert set() == set(OTHER_NAMES) & set(BY_NAME)


def test_other_names_mean_fields() -> None:
    """Names are in lower case; what they mean are fields, at most two."""
    for name, fields in OTHER_NAMES.items():
        assert name.lower() == name
        assert set(fields) <= set(BY_NAME)
        assert len(fields) in (1, 2)


def test_a_number_means_the_id() -> None:
    """The first field is the one that can hold what it is compared with."""
    assert ("actor_name", "actor_id") == meant_by("User")
    assert ("actor_id", "actor_name") == meant_by("user", number=True)
    assert () == meant_by("foo")
