"""Which profile is in force, and the connection it makes with the environment."""

import sys
from datetime import date
from pathlib import Path

import pytest
from leaks import CANARY, full_trace

import auditql
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    NoCredential,
)
from auditql.providers.zendesk.origin import of_subdomain
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.connection import Connection, Source
from auditql.runtime.profiles.choice import Choice, choose
from auditql.runtime.profiles.connecting import connection, connection_of
from auditql.runtime.profiles.file import parse
from auditql.runtime.profiles.folders import CONFIG_NAME
from auditql.runtime.profiles.forms import Config, Profile
from auditql.runtime.profiles.store import Store, Stored

TODAY = date(2026, 11, 24)


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / CONFIG_NAME
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


STORED = Stored(of_subdomain("acme"), ClientCredentials("cli", Secret(CANARY, "x")))
TOKEN = {"ZENDESK_OAUTH_TOKEN": CANARY}


def config_of(text: str) -> Config:
    config, found = parse(text, Path("c.toml"))
    assert () == found
    return config


def made(
    text: str,
    store: Store,
    environment: dict[str, str] | None = None,
    picked: str | None = None,
) -> Connection:
    environment = environment or {}
    choice = choose(picked, config_of(text), store, environment)
    return connection(choice, store, environment, TODAY)


ACME = "[profiles.acme]\nsubdomain = 'acme'\n"
TWO = ACME + "[profiles.other]\nsubdomain = 'other'\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "auditql")


def test_the_only_profile_and_what_login_stored(store: Store) -> None:
    """The only profile needs no `-P`; its secret comes from the store."""
    store.put("acme", STORED)
    found = made(ACME, store)
    assert ("https://acme.zendesk.com", Source.LOGIN, "acme", ()) == (
        found.origin.base,
        found.source,
        found.profile,
        found.warnings,
    )
    assert CANARY == found.credential.client_secret.reveal()


def test_a_stored_profile_needs_no_file(store: Store) -> None:
    """`auditql login` alone is enough: it knows account and client."""
    store.put("acme", STORED)
    choice = choose(None, None, store, {})
    found = connection(choice, store, {}, TODAY)
    assert "https://acme.zendesk.com" == found.origin.base


def test_of_several_none_is_guessed(store: Store) -> None:
    """Several profiles and no default: none is in force."""
    with pytest.raises(ConfigurationError, match="no account is set"):
        made(TWO, store)
    assert "other" == made(TWO, store, TOKEN, "other").profile


def test_an_unknown_profile_is_told_with_the_near_one(store: Store) -> None:
    """A slip in a name, a name of nothing at all, and no profile."""
    for name, hint in {"acne": "did you mean `acme`?", "x": "there are acme"}.items():
        with pytest.raises(ConfigurationError) as caught:
            made(ACME, store, {}, name)
        assert f"there is no profile `{name}`; {hint}" == str(caught.value)
    with pytest.raises(ConfigurationError, match="`auditql login` makes one"):
        made("", store, {}, "x")


def test_the_environment_comes_before_a_profile_that_nobody_picked(
    store: Store,
) -> None:
    """Another account of the environment: nothing of the profile is used, and
    that is said."""
    store.put("acme", STORED)
    found = made(ACME, store, {"ZENDESK_SUBDOMAIN": "staging", **TOKEN})
    assert ("https://staging.zendesk.com", Source.ENVIRONMENT, None) == (
        found.origin.base,
        found.source,
        found.profile,
    )
    assert (
        "the environment names https://staging.zendesk.com; the profile `acme` "
        "(https://acme.zendesk.com) is not used",
    ) == found.warnings


def test_a_secret_of_the_profile_never_goes_to_the_account_of_the_environment(
    store: Store,
) -> None:
    """The environment names an account and no credential: the stored one is not
    sent there."""
    store.put("acme", STORED)
    with pytest.raises(ConfigurationError, match="no credential is set"):
        made(ACME, store, {"ZENDESK_SUBDOMAIN": "staging"})
    environment = {"ZENDESK_BASE_URL": "http://127.0.0.1:9"}
    assert NoCredential() == made(ACME, store, environment).credential


def test_a_picked_profile_comes_before_the_environment(store: Store) -> None:
    """`-P` and another account in the environment: nothing of the environment is
    used, its token neither, and that is said."""
    store.put("acme", STORED)
    environment = {"ZENDESK_SUBDOMAIN": "staging", **TOKEN}
    found = made(ACME, store, environment, "acme")
    assert ("https://acme.zendesk.com", Source.LOGIN) == (
        found.origin.base,
        found.source,
    )
    assert (
        "the environment names https://staging.zendesk.com; nothing of it is used, "
        "because the profile `acme` was picked",
    ) == found.warnings


def test_a_credential_of_the_environment_comes_before_the_profiles(
    store: Store,
) -> None:
    """The same account, or no account in the environment: its credential is used,
    and that is said where the profile has one too."""
    for environment in (TOKEN, {"ZENDESK_SUBDOMAIN": "acme", **TOKEN}):
        assert () == made(ACME, store, environment).warnings
    store.put("acme", STORED)
    found = made(ACME, store, TOKEN)
    assert isinstance(found.credential, Bearer)
    assert Source.ENVIRONMENT is found.source
    assert (
        "the OAuth token of the environment is used, not what the profile `acme` has",
    ) == found.warnings


def test_a_client_of_the_profile_and_its_secret_in_the_environment(
    store: Store,
) -> None:
    """ZENDESK_CLIENT_SECRET alone belongs to the profile's `client_id`."""
    text = ACME + "client_id = 'cli'\n"
    found = made(text, store, {"ZENDESK_CLIENT_SECRET": CANARY})
    assert isinstance(found.credential, ClientCredentials)
    assert "cli" == found.credential.client_id


def test_a_stored_secret_stays_with_its_account_and_client(store: Store) -> None:
    """A profile that names another account by now does not get the secret."""
    store.put("acme", STORED)
    for text, words in {
        "[profiles.acme]\nsubdomain = 'evil'\n": "the secret stored for the profile "
        "`acme` is for https://acme.zendesk.com, and the profile names "
        "https://evil.zendesk.com: run `auditql login -P acme`",
        ACME + "client_id = 'two'\n": "the secret stored for the profile `acme` is "
        "for the OAuth client `cli`, and the profile names `two`: run "
        "`auditql login -P acme`",
    }.items():
        with pytest.raises(ConfigurationError) as caught:
            made(text, store)
        assert words == str(caught.value)


def test_a_profile_without_a_credential_or_an_account_says_what_to_do(
    store: Store,
) -> None:
    """Nothing stored; no account named anywhere."""
    with pytest.raises(ConfigurationError, match="run `auditql login -P acme`"):
        made(ACME, store)
    with pytest.raises(ConfigurationError, match="names no account: write `subdomain"):
        made("[profiles.a]\ntz = 'UTC'", store, TOKEN)


def test_a_token_command_gives_the_token(store: Store) -> None:
    """It comes before what is stored, and that is said."""
    command = [sys.executable, "-c", "print('made-by-a-command')"]
    text = ACME + f"token_command = {command}"
    assert () == made(text, store).warnings
    store.put("acme", STORED)
    found = made(text, store)
    assert "from token_command, not from auditql login" in found.warnings[0]
    assert Source.COMMAND is found.source
    assert "made-by-a-command" == found.credential.token.reveal()


def test_no_error_holds_the_environment(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the variables of a frame: what collects tracebacks may keep those."""
    store.put("acme", STORED)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    config = config_of(ACME)
    bad = ({"ZENDESK_SUBDOMAIN": "evil.com/"}, {"ZENDESK_EMAIL": "x"}, {})
    for environment in ({**TOKEN, **more} for more in bad):
        for act in (
            lambda env: choose("x", config, store, env),
            lambda env: connection_of("x", env, TODAY),
            lambda env: connection(Choice(Profile("x")), store, env, TODAY),
        ):
            with pytest.raises(ConfigurationError) as caught:
                act(environment)
            assert CANARY not in full_trace(caught.value)
            assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_the_network_and_pace_of_a_profile_go_with_it(store: Store) -> None:
    """With a credential of the environment too; without a profile nothing is set."""
    text = ACME + "proxy = 'http://p.example:1'\nrate_share = 0.5\nconcurrency = 3\n"
    found = made(text, store, TOKEN)
    assert ("http://p.example:1", 0.5, 3, "acme") == (
        found.route.proxy,
        found.rate_share,
        found.concurrency,
        found.profile,
    )
    bare = made("", store, {"ZENDESK_SUBDOMAIN": "x", **TOKEN})
    assert (None, None, None, None) == (
        bare.route.proxy,
        bare.rate_share,
        bare.concurrency,
        bare.profile,
    )


def test_an_api_token_is_refused_after_its_last_day(store: Store) -> None:
    """Warned of until then, an error from 2027-05-01 on."""
    pair = {"ZENDESK_EMAIL": "a@b.example", "ZENDESK_API_TOKEN": CANARY}
    choice = choose(None, config_of(ACME), store, pair)
    warned = connection(choice, store, pair, date(2027, 4, 29))
    assert isinstance(warned.credential, ApiToken)
    assert warned.warnings[0].startswith("API tokens end on 2027-04-30, in 1 day;")
    with pytest.raises(ConfigurationError, match="API tokens ended on 2027-04-30"):
        connection(choice, store, pair, date(2027, 5, 1))


def test_the_profile_called_default_stands_for_several(store: Store) -> None:
    """In the file and in the store; one that the file names comes before it."""
    text = "[profiles.default]\nsubdomain = 'd'\n" + ACME
    assert "default" == made(text, store, TOKEN).profile
    assert "acme" == made("default = 'acme'\n" + text, store, TOKEN).profile
    store.put("acme", STORED)
    store.put("default", STORED)
    assert "default" == choose(None, None, store, {}).profile.name


def test_a_program_picks_a_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, as `-P` does, and nothing beside it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("ZENDESK_OAUTH_TOKEN", CANARY)
    (tmp_path / "auditql").mkdir()
    write(tmp_path / "auditql", TWO)
    client = auditql.Client(profile="other")
    assert "https://other.zendesk.com" == client.connection.origin.base
    client.close()
    with pytest.raises(ConfigurationError, match="give nothing beside it"):
        auditql.Client(profile="other", subdomain="acme")


def test_an_unreadable_store_is_no_matter_of_the_environment(store: Store) -> None:
    """An account and a credential in the environment, no profile picked and no file:
    what is stored is not needed, so its fault is not met."""
    store.put("acme", STORED)
    store.path.chmod(0o644)
    environment = {"ZENDESK_SUBDOMAIN": "staging", **TOKEN}
    choice = choose(None, None, store, environment)
    assert () == connection(choice, store, environment, TODAY).warnings
