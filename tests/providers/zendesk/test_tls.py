"""The TLS context: it checks, and the environment has no say."""

import ssl

import pytest

from auditql.providers.zendesk import tls


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_certificates_and_names_are_checked(is_encrypted: bool) -> None:
    """From TLS 1.2 on; where nothing is encrypted nobody is trusted."""
    context = tls.context(is_encrypted=is_encrypted)
    assert ssl.CERT_REQUIRED is context.verify_mode
    assert context.check_hostname
    assert ssl.TLSVersion.TLSv1_2 == context.minimum_version
    assert is_encrypted == bool(context.get_ca_certs())


def test_the_environment_neither_logs_keys_nor_adds_authorities(
    monkeypatch, tmp_path
) -> None:
    """SSLKEYLOGFILE would hand every connection to whoever reads that file."""
    log = tmp_path / "keys"
    plain = len(tls.context(is_encrypted=True).get_ca_certs())
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    context = tls.context(is_encrypted=True)
    assert context.keylog_filename is None
    assert not log.exists()
    assert plain == len(context.get_ca_certs())
    assert str(log) == ssl.create_default_context().keylog_filename
