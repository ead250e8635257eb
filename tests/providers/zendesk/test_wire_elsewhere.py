"""Over real sockets: nothing leads a request, or its credential, elsewhere.

Not a redirect, not a link of a body, not the environment, and not a server that
nobody vouches for.
"""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from raw_server import raw_server, sends
from replay import paged, read
from wire_reads import BOUNDS, CANARY, CREDENTIALS, PAGE, failing, shown, sized

from auditql.errors import ConnectionFailed
from auditql.providers.zendesk.reader import ZendeskReader

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize("kind", list(CREDENTIALS))
def test_a_redirect_is_never_followed(status: str, kind: str) -> None:
    """The evil listener sees no connection at all."""
    with raw_server(sends(sized(PAGE))) as evil:
        to_evil = f"Location: {evil.url}/api/v2/audit_logs"
        with raw_server(sends(sized(b"", to_evil, status=status))) as server:
            error = failing(server.url, CREDENTIALS[kind])
        assert 0 == evil.connections
    assert "not followed" in str(error)
    assert 1 == server.connections


def test_links_of_a_body_are_never_followed() -> None:
    """Every link leads to the evil listener; the next page comes from the origin."""
    with raw_server(sends(sized(PAGE))) as evil:
        links = {"next": f"{evil.url}/api/v2/audit_logs", "prev": evil.url}
        pages = iter(
            [
                paged([1], "c1", links=links, next_page=evil.url, url=evil.url).body,
                paged([2], links=links).body,
            ]
        )

        def act(connection) -> None:
            refresh = (
                f"Refresh: 0; url={evil.url}",
                f"Link: <{evil.url}>; rel=next",
            )
            sends(sized(next(pages), *refresh))(connection)

        with raw_server(act) as server:
            found = read(
                ZendeskReader(
                    server.url, CREDENTIALS["bearer"], bounds=BOUNDS, concurrency=1
                )
            )
        assert 0 == evil.connections
    assert [1, 2] == [record.id for record in found]
    assert 2 == len(server.received)


def test_neither_environment_nor_netrc_leads_elsewhere(monkeypatch, tmp_path) -> None:
    """Proxies of the environment see nothing, and no credential but ours is sent."""
    with raw_server(sends(sized(PAGE))) as evil:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, evil.url)
            monkeypatch.setenv(name.lower(), evil.url)
        netrc = tmp_path / "netrc"
        netrc.write_text("default login evil password evil\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        with raw_server(sends(sized(PAGE))) as server:
            found = read(ZendeskReader(server.url, bounds=BOUNDS))
        assert 0 == evil.connections
    assert [1] == [record.id for record in found]
    assert b"authorization" not in server.received[0].lower()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate and its key that nobody vouches for."""
    path = tmp_path_factory.mktemp("tls") / "self.pem"
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    made = subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", f"{path}", "-out", f"{path}.crt"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate, monkeypatch, tmp_path
) -> None:
    """Whatever the environment says of authorities; nothing of the request leaves."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with raw_server(sends(sized(PAGE)), context) as server:
        error = failing(server.url.replace("http:", "https:"), CREDENTIALS["bearer"])
    assert type(error) is ConnectionFailed
    assert CANARY not in shown(error)
    assert [] == server.received
    assert not (tmp_path / "keys").exists()
