"""`auditql login`: store an account's OAuth client, once it is known to work."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.asking import answer, is_person, secret
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions

if TYPE_CHECKING:
    from auditql.providers.zendesk.auth import ClientCredentials
    from auditql.providers.zendesk.origin import Origin
    from auditql.runtime.profiles.forms import Profile
    from auditql.runtime.profiles.store import Stored


class Options(CommonOptions, ProfileOptions):
    """What `login` takes."""

    subdomain: str | None
    base_url: str | None
    client_id: str | None


class _Parser(VerbParser):
    """A parser that repeats no word it does not know: it may be a secret."""

    def unrecognized(self, argument: str) -> str:
        """What to say of an argument that nothing takes, without what stood there."""
        return (
            "a word that login does not take; a secret is never taken from the "
            "command line, where others can see it: type it when asked, or pipe it in"
        )


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Ask for what is missing, try it, and store it if the audit log answers.

    Raises:
        UsageError: nobody can be asked for what is missing.
        ConfigurationError: what is given, or a file, cannot be used.
        RunError: the account does not answer; nothing is stored.
    """
    parser = _Parser(
        "login",
        "Store the OAuth client of an account, once the audit log answers it. The"
        " client's secret is asked for, or read from standard input.",
    )
    ProfileOptions.add_profile(parser)
    parser.add_argument(
        "--subdomain", metavar="NAME", help="`acme` for acme.zendesk.com"
    )
    parser.add_argument("--base-url", metavar="URL", help="instead of it")
    parser.add_argument(
        "--client-id", metavar="ID", help="the client's unique identifier"
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)

    if options.subdomain is not None and options.base_url is not None:
        raise UsageError("give --subdomain or --base-url, not both", parser.prog)

    from auditql.providers.zendesk.auth import ClientCredentials
    from auditql.runtime.profiles.choice import profile_to_keep
    from auditql.runtime.profiles.file import read_config
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.keyring import keeper
    from auditql.runtime.profiles.store import Store, Stored

    store = Store(folder())
    profile = profile_to_keep(options.profile, read_config(), store)
    kept = keeper(profile, store)
    before = kept.find(profile.name)  # a file that may not be used is met here
    origin = _origin(options, profile, before, parser.prog)
    if before is not None and before.origin != origin:
        before = None
    client_id = _client_id(options, profile, before, parser.prog)
    client = ClientCredentials(client_id, secret("client secret"))
    _try(origin, client, profile, output)
    kept.put(profile.name, Stored(origin, client))
    where = "the keyring" if profile.keyring else str(store.path)
    output.note(
        f"{origin.base} answers; the client `{client_id}` is stored in {where} "
        f"for the profile `{profile.name}`"
    )
    if profile.token_command is not None:
        output.note("note: the profile's token_command comes before what is stored")
    return Exit.OK


def _origin(
    options: Options, profile: "Profile", before: "Stored | None", command: str
) -> "Origin":
    """The account: as written, as the profile says, as before, as a person answers.

    Raises:
        UsageError: nobody can be asked.
        ConfigurationError: it may not be asked, or the profile names another.
    """
    from auditql.providers.zendesk.origin import of_base_url, of_subdomain

    if options.base_url is not None:
        origin = of_base_url(options.base_url)
    elif options.subdomain is not None:
        origin = of_subdomain(options.subdomain)
    elif profile.origin is not None:
        return profile.origin
    elif before is not None:
        return before.origin
    else:
        question = "subdomain (acme for acme.zendesk.com)"
        return of_subdomain(_asked(question, "--subdomain", command))
    if profile.origin is not None and profile.origin != origin:
        raise ConfigurationError(
            f"the profile `{profile.name}` names {profile.origin.base}; "
            "give another name with -P"
        )
    return origin


def _client_id(
    options: Options, profile: "Profile", before: "Stored | None", command: str
) -> str:
    """The client: as written, as the profile says, as before, as a person answers.

    Raises:
        UsageError: nobody can be asked.
    """
    if options.client_id is not None:
        return options.client_id
    if profile.client_id is not None:
        return profile.client_id
    if before is not None:
        return before.client.client_id
    return _asked("client identifier", "--client-id", command)


def _try(
    origin: "Origin", client: "ClientCredentials", profile: "Profile", output: Output
) -> None:
    """Let the client ask for one record.

    Raises:
        RunError: it gets none.
    """
    from auditql.shell.reaching import reach

    standing = asyncio.run(reach(origin, client, profile.route))
    if standing.refused is not None:
        output.note("nothing was stored")
        raise standing.refused
    if standing.token is not None and standing.token.beyond:
        output.note(
            f"warning: the client was granted `{' '.join(standing.token.beyond)}` "
            "beyond reading; auditlogs:read is enough"
        )


def _asked(question: str, option: str, command: str) -> str:
    """What a person answers.

    Raises:
        UsageError: nobody can be asked.
    """
    if not is_person():
        raise UsageError(f"{option} is missing, and nobody can be asked", command)
    return answer(question)
