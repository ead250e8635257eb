"""Where a request may go, and what it may do there."""

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import of_base_url, of_subdomain


@pytest.mark.parametrize("text", ["acme", " ACME ", "a", "7", "a-b-9", "x" * 63])
def test_a_subdomain_names_an_account(text: str) -> None:
    """On zendesk.com, over https."""
    origin = of_subdomain(text)
    assert f"https://{text.strip().lower()}.zendesk.com" == origin.base
    assert origin.is_encrypted
    assert not origin.is_loopback


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "evil.com/", "evil.com#", "evil.com?", "acme.zendesk.com", "a.b", "-a",
        "a-", "a_b", "x" * 64, "a@b", "a:443", "a/b", "a\\b", "a\nb", "a\x00", "acmé",
        "\u212aelvin", "https://acme", "a%2e", "٣",
    ],
)  # fmt: skip
def test_anything_else_is_no_subdomain(text: str) -> None:
    """`evil.com/` would send the token to evil.com."""
    with pytest.raises(ConfigurationError, match="subdomain"):
        of_subdomain(text)


@pytest.mark.parametrize(
    ("url", "base", "is_loopback"),
    [
        ("https://acme.zendesk.com", "https://acme.zendesk.com", False),
        (" https://ACME.zendesk.com/ ", "https://acme.zendesk.com", False),
        ("HTTPS://acme.zendesk.com", "https://acme.zendesk.com", False),
        ("https://acme.zendesk.com:443", "https://acme.zendesk.com", False),
        ("https://help.acme.example:8443", "https://help.acme.example:8443", False),
        ("https://10.0.0.1", "https://10.0.0.1", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1:80/", "http://127.0.0.1", True),
        ("http://127.9.9.9:1", "http://127.9.9.9:1", True),
        ("http://localhost", "http://localhost", True),
        ("http://[::1]:8080", "http://[::1]:8080", True),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443", True),
    ],
)
def test_a_base_url_is_scheme_and_host(url: str, base: str, is_loopback: bool) -> None:
    """In lower case, without the port that the scheme implies."""
    origin = of_base_url(url)
    assert (base, is_loopback) == (origin.base, origin.is_loopback)


@pytest.mark.parametrize(
    "url",
    [
        "", "acme", "acme.zendesk.com", "//acme.zendesk.com", "ftp://acme.zendesk.com",
        "file:///etc/passwd", "javascript:alert(1)", "https://", "https:///x",
        "https:acme",
        "http://acme.zendesk.com", "http://127.0.0.1.evil.com", "http://localhost.evil.com",
        "http://[::2]", "http://0.0.0.0", "http://127.1", "http://127.999.0.1",
        "http://0177.0.0.1", "http://127.\u0660.\u0660.\u0661", "http://127.0.0.1@evil.com",
        "https://user@acme.zendesk.com", "https://user:pw@acme.zendesk.com",
        "https://@acme.zendesk.com", "https://acme.zendesk.com/api", "https://acme.zendesk.com//",
        "https://acme.zendesk.com?x", "https://acme.zendesk.com#x",
        "https://acme.zendesk.com:x", "https://acme.zendesk.com:", "https://acme.zendesk.com:99999",
        "https://acme.zendesk.com:-1", "https://acme zendesk.com", "https://acme.zen\ndesk.com",
        "https://acme.zendesk.com\\@evil.com", "https://evil.com\\.zendesk.com",
        "https://acmé.zendesk.com", "https://acme.zendesk.com\x00", "https://a%2eb.com",
        "https://[::1", "https://-acme.com", "https://acme.com-", "https://ac\tme.com",
    ],
)  # fmt: skip
def test_any_other_base_url_is_refused_unseen(url: str) -> None:
    """Plain http elsewhere, users, paths, odd hosts; a password is not repeated."""
    with pytest.raises(ConfigurationError) as caught:
        of_base_url(url)
    assert "pw" not in str(caught.value)


BASE = "https://acme.zendesk.com"


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "/api/v2/audit_logs"),
        ("GET", "/api/v2/audit_logs?page%5Bsize%5D=100&sort=-created_at"),
        ("GET", "/api/v2/audit_logs/17296759404950"),
        ("GET", "/api/v2/audit_logs/-1"),
        ("POST", "/oauth/tokens"),
    ],
)
def test_the_log_is_read_and_a_token_asked_for(method: str, rest: str) -> None:
    """All that is ever sent."""
    assert of_base_url(BASE).check(method, BASE + rest) is None


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", f"{BASE}"),
        ("GET", f"{BASE}/"),
        ("GET", f"{BASE}.evil.com/api/v2/audit_logs"),
        ("GET", f"{BASE}:8443/api/v2/audit_logs"),
        ("GET", f"{BASE}@evil.com/api/v2/audit_logs"),
        ("GET", "http://acme.zendesk.com/api/v2/audit_logs"),
        ("GET", "https://evil.com/api/v2/audit_logs"),
        ("GET", "/api/v2/audit_logs"),
        ("GET", ""),
        ("GET", f"{BASE}/api/v2/users"),
        ("GET", f"{BASE}/api/v2/audit_logs/../users"),
        ("GET", f"{BASE}/api/v2/audit_logs/5/x"),
        ("GET", f"{BASE}/api/v2/audit_logs#x"),
        ("GET", f"{BASE}/api/v2/audit_logs\n"),
        ("GET", f"{BASE}/oauth/tokens"),
        ("POST", f"{BASE}/api/v2/audit_logs/export"),
        ("POST", f"{BASE}/api/v2/audit_logs"),
        ("POST", f"{BASE}/oauth/tokens?x"),
        ("DELETE", f"{BASE}/api/v2/audit_logs/5"),
        ("get", f"{BASE}/api/v2/audit_logs"),
    ],
)
def test_nothing_else_is_sent(method: str, url: str) -> None:
    """Another host, port or scheme; another path or verb: refused before a socket."""
    with pytest.raises(ConfigurationError, match="refused before it was sent"):
        of_base_url(BASE).check(method, url)
