"""The TLS of the client: known authorities, no key log, no environment.

In: nothing of the environment. Out: an SSLContext that checks certificates
and host names. There is no way to make it check less.
"""

import ssl
from pathlib import Path


def context(*, is_encrypted: bool, ca_file: Path | None = None) -> ssl.SSLContext:
    """A context that trusts the authorities of certifi, from TLS 1.2 on.

    With `ca_file` it trusts those of that file instead.

    Where nothing is to be encrypted it trusts nobody, and is made in no time.

    `ssl.create_default_context` would write the keys of every connection to
    the file that the variable SSLKEYLOGFILE names.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if is_encrypted:
        if ca_file is None:
            import certifi

            ca_file = Path(certifi.where())
        made.load_verify_locations(cafile=ca_file)
    return made
