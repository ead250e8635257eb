"""The way to the account: a proxy and authorities only where a person set them."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from auditql.emulator import Emulator, generate, serve
from auditql.errors import ConfigurationError, ConnectionFailed
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import Bearer
from auditql.providers.zendesk.origin import Origin, of_base_url, of_subdomain
from auditql.providers.zendesk.route import Route, transport
from auditql.providers.zendesk.secret import Secret
from auditql.providers.zendesk.session import Seams, Session
from auditql.providers.zendesk.standing import Standing, ask

CANARY = "canary-19ab-token"


def standing(origin: Origin, route: Route) -> Standing:
    async def sleep(seconds: float) -> None:
        """No time passes."""

    seams = Seams(transport(origin, route), sleep)

    async def work() -> Standing:
        credential = Bearer(Secret(CANARY, "token"))
        async with Session(origin, credential, Statistics(), seams) as session:
            return await ask(session)

    return asyncio.run(work())


class Proxy:
    """A listener that keeps what it is sent and hangs up."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.heard.append(connection.recv(65_536))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@pytest.fixture
def proxy() -> "Proxy":
    """A proxy that is asked and does not help."""
    made = Proxy()
    yield made
    made.close()


@pytest.mark.enable_socket
def test_a_proxy_is_asked_for_a_tunnel_and_sees_no_credential(proxy: Proxy) -> None:
    """What is encrypted goes through it; the tunnel's request names the host alone."""
    found = standing(of_subdomain("acme"), Route(proxy.url))
    assert isinstance(found.refused, ConnectionFailed)
    assert proxy.heard
    for heard in proxy.heard:
        assert heard.startswith(b"CONNECT acme.zendesk.com:443 ")
        assert CANARY.encode() not in heard


@pytest.mark.enable_socket
def test_loopback_never_goes_through_a_proxy(proxy: Proxy) -> None:
    """It is not encrypted: the proxy would see the credential."""
    emulator = Emulator(generate(1, 5, 0, 100_000))
    with serve(emulator) as server:
        found = standing(of_base_url(server.url), Route(proxy.url))
    assert found.refused is None
    assert [] == proxy.heard


@pytest.mark.enable_socket
def test_a_proxy_of_the_environment_is_not_asked(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but the setting reroutes."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    with serve(Emulator(generate(1, 5, 0, 100_000))) as server:
        assert standing(of_base_url(server.url), Route()).refused is None
    assert [] == proxy.heard


def test_authorities_come_from_a_file_of_certificates(tmp_path: Path) -> None:
    """A file without any is refused before a connection is opened."""
    import certifi

    origin = of_subdomain("acme")
    assert transport(origin, Route(ca_file=Path(certifi.where()))) is not None
    for content in ("", "no certificate"):
        path = tmp_path / "ca.pem"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            transport(origin, Route(ca_file=path))
        assert f"ca_file: {path} holds no certificates in PEM form" == str(caught.value)
