"""`auditql logout`: forget what `auditql login` stored."""

from collections.abc import Sequence

from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions


class Options(CommonOptions, ProfileOptions):
    """What `logout` takes."""


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Forget the secret of a profile; nothing is sent.

    Raises:
        ConfigurationError: a file or the keyring cannot be used.
    """
    parser = VerbParser(
        "logout",
        "Forget the OAuth client that login stored. The client itself lives on:"
        " it is deleted in Admin Center.",
    )
    ProfileOptions.add_profile(parser)
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)

    from auditql.runtime.profiles.choice import profile_to_keep
    from auditql.runtime.profiles.file import read_config
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.keyring import keeper
    from auditql.runtime.profiles.store import Store

    store = Store(folder())
    profile = profile_to_keep(options.profile, read_config(), store)
    if keeper(profile, store).drop(profile.name):
        output.note(f"the client of the profile `{profile.name}` is forgotten")
    else:
        output.note(f"nothing is stored for the profile `{profile.name}`")
    return Exit.OK
