"""The made-up account over a socket: what other programs can try on it."""

import json
import subprocess

from people import Person
from processes import started


def test_a_login_can_be_tried_on_the_made_up_account(
    person: Person, environment: dict[str, str]
) -> None:
    """`demo serve` names a client and its secret, which log in; another secret does
    not; asking without a credential works as before."""
    with started("demo", "serve", env=environment, stderr=subprocess.PIPE) as server:
        url = server.stdout.readline().decode().strip().partition("=")[2]
        said = [server.stderr.readline().decode().strip() for _ in range(3)]
        words = said[1].partition("auditql ")[2].split()
        assert ["login", "-P", "demo", "--base-url", url] == words[:5]
        secret = said[2].rpartition(" ")[2].encode()

        done = person.run(*words, stdin=b"another")
        assert 4 == done.returncode
        assert b"nothing was stored" in done.stderr
        assert 0 == person.run(*words, stdin=secret).returncode
        status = person.run("status", "--json", "-P", "demo")
        found = json.loads(status.stdout)
        assert (0, url, "auditql login") == (
            status.returncode,
            found["account"],
            found["credential"]["source"],
        )
        rows = person.run("query", "-P", "demo", "-f", "jsonl", "limit 1")
        assert (0, 1) == (rows.returncode, rows.stdout.count(b"\n"))
        assert 0 == person.run("logout", "-P", "demo").returncode
        assert 2 == person.run("status", "-P", "demo").returncode
        env = {"ZENDESK_BASE_URL": url}
        assert 0 == person.run("query", "-f", "none", "limit 1", env=env).returncode
