"""An account that mints tokens, a client of it, and what the endpoint answers."""

from replay import Reply, World, said

from auditql.emulator import Emulator, Settings, generate
from auditql.emulator.settings import ClientCredentialsAuth
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.secret import Secret

TOKENS = "POST /oauth/tokens"
DEAD = said(401, {"error": "invalid_token", "error_description": "expired"})


def client(right: bool = True) -> ClientCredentials:
    """The client of the account, or one with the wrong secret."""
    return ClientCredentials("auditor", Secret("s3cret" if right else "wrong", "x"))


def minting(name: str = "token-1") -> Reply:
    """The endpoint's answer with a token of that name."""
    return said(201, {"access_token": name, "token_type": "bearer"})


def account(world: World, **settings: object) -> Emulator:
    """350 records behind client credentials, on the clock of a world."""
    auth = ClientCredentialsAuth("auditor", "s3cret", **settings)
    records = generate(1, 350, 1_767_225_600, 1_767_312_000)
    return Emulator(records, Settings(auth=auth), clock=world.clock)
