"""The server of raw bytes: an answer that it sends is an answer that arrives."""

import socket

import pytest
from raw_server import HOST, head, raw_server, sends

pytestmark = pytest.mark.enable_socket


def test_a_request_is_answered_once_it_is_whole() -> None:
    """Not sooner: with a body unread its closing would be a reset, now and then."""
    asks = b"POST /oauth/tokens HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
    with (
        raw_server(sends(head())) as server,
        socket.create_connection((HOST, server.port)) as client,
    ):
        client.sendall(asks)
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(5)
        client.sendall(b"body")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert head() == answer
    assert [asks + b"body"] == server.received
