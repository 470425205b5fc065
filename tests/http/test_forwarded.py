# SPDX-License-Identifier: MIT
"""Whom the daemon takes for its client. What it makes of the headers, malformed ones
too, is in tests/unit/http_forwarded_test.c."""
import itertools

import pytest

from conftest import Client, run

numbers = itertools.count()


def seen(daemon, client, headers):
    """The client that the log names for a request with these headers."""
    name = f"client-{next(numbers)}"
    raw = b"".join(f"{key}: {value}\r\n".encode() for key, value in headers)
    client.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + name.encode() + b"\r\n" +
               raw + b"\r\n")
    return daemon.wait_for(lambda entry: entry.get("request_id") == name)["client"]


@pytest.fixture
def behind(own_daemon, checker):
    daemon = own_daemon("--trusted-proxies", "127.0.0.1, 10.0.0.0/8")
    client = Client(daemon.port, checker)
    return lambda *headers: seen(daemon, client, headers)


def test_nobody_is_believed_by_default(daemon, client):
    assert seen(daemon, client, [("X-Forwarded-For", "192.0.2.1"),
                                 ("Forwarded", "for=192.0.2.1")]) == "127.0.0.1"


def test_other_proxies_are_not_believed(own_daemon, checker):
    daemon = own_daemon("--trusted-proxies", "127.0.0.2,2001:db8::/32")
    client = Client(daemon.port, checker)
    assert seen(daemon, client, [("X-Forwarded-For", "192.0.2.1")]) == "127.0.0.1"


def test_trusted_proxy_names_its_client(behind):
    assert behind() == "127.0.0.1"
    assert behind(("X-Forwarded-For", "192.0.2.1")) == "192.0.2.1"
    assert behind(("Forwarded", 'for="[2001:db8::1]:443";proto=https')) == "2001:db8::1"
    assert behind(("X-Forwarded-For", "6.6.6.6, 192.0.2.1, 10.1.1.1")) == "192.0.2.1"
    assert behind(("X-Forwarded-For", "unknown")) == "127.0.0.1"


def test_header_that_stands_twice_is_one_list(behind):
    assert behind(("X-Forwarded-For", "6.6.6.6"), ("Accept", "*/*"),
                  ("x-forwarded-for", "192.0.2.1")) == "192.0.2.1"
    assert behind(("Forwarded", "for=192.0.2.1"), ("Forwarded", "for=10.1.1.1")) == "192.0.2.1"


def test_headers_that_differ_name_nobody(behind):
    assert behind(("X-Forwarded-For", "192.0.2.1"), ("Forwarded", "for=6.6.6.6")) == "127.0.0.1"


def test_long_lists_of_proxies_are_read_only_so_far(behind):
    assert behind(("X-Forwarded-For", "192.0.2.1, " + "10.0.0.1," * 20)) == "192.0.2.1"
    assert behind(("X-Forwarded-For", "192.0.2.1, " + "10.0.0.1," * 40)) == "10.0.0.1"


@pytest.mark.parametrize("value, named", [("10.0.0.1/8", "10.0.0.1/8"), ("proxy", "proxy"),
                                          ("127.0.0.1,,10.0.0.0/8", '""'), ("", '""')])
def test_list_that_is_none_is_refused_by_name(database, value, named):
    done = run("serve", "--db", database, "--trusted-proxies", value)
    assert done.returncode == 2
    assert "--trusted-proxies" in done.stderr and named in done.stderr
