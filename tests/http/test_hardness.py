# SPDX-License-Identifier: MIT
"""Bytes that are hardly HTTP, or HTTP at its edges, sent as they are: each gets its
answer or a closed connection, in time, and what follows it is never taken for
a request where it is in doubt where that begins."""
import json
import re
import socket

import pytest

from conftest import Client

HOST = b"Host: x\r\n"
HEAD = b" HTTP/1.1\r\n" + HOST
GET = b"GET /healthz" + HEAD
NEXT = b"GET /version" + HEAD + b"Connection: close\r\n\r\n"


def talk(port, data, seconds=5):
    """All that comes back until the server closes, or is silent for a second."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as s:
        try:
            s.sendall(data)
            s.settimeout(1)
            while chunk := s.recv(65536):
                received += chunk
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
    return received


def statuses(received):
    return [int(s) for s in re.findall(rb"(?:^|(?<=\n)|(?<=}))HTTP/1\.1 (\d{3}) ", received)]


def problem(received):
    return json.JSONDecoder().raw_decode(received.partition(b"\r\n\r\n")[2].decode())[0]


@pytest.fixture(autouse=True)
def alive(client):
    yield
    assert client.get("/healthz").status == 200


# The connection goes on: it is certain where the next request begins.
REFUSED = [
    ("two spaces behind the target", b"GET /healthz " + HEAD + b"\r\n", 400),
    ("bare CR in the target", b"GET /heal\rthz" + HEAD + b"\r\n", 400),
    ("method in small letters", b"get /healthz" + HEAD + b"\r\n", 405),
    ("very long method", b"A" * 1000 + b" /healthz" + HEAD + b"\r\n", 405),
    ("CONNECT", b"CONNECT /healthz" + HEAD + b"\r\n", 405),
    ("TRACE", b"TRACE /healthz" + HEAD + b"\r\n", 405),
    ("authority form", b"GET x:80" + HEAD + b"\r\n", 400),
    ("authority form with CONNECT", b"CONNECT x:80" + HEAD + b"\r\n", 400),
    ("asterisk form with GET", b"GET *" + HEAD + b"\r\n", 400),
    ("asterisk with a query", b"OPTIONS *?x=1" + HEAD + b"\r\n", 400),
    ("absolute form of another scheme", b"GET ftp://x/healthz" + HEAD + b"\r\n", 400),
    ("absolute form without a host", b"GET http:///healthz" + HEAD + b"\r\n", 400),
    ("absolute form with a user", b"GET http://u:p@x/healthz" + HEAD + b"\r\n", 400),
    ("absolute form with a query only", b"GET http://x?x=1" + HEAD + b"\r\n", 400),
    ("bad escape", b"GET /%zz" + HEAD + b"\r\n", 400),
    ("cut escape", b"GET /%4" + HEAD + b"\r\n", 400),
    ("escaped NUL", b"GET /v1/claims?q=a%00b" + HEAD + b"\r\n", 400),
    ("escaped bytes that are not UTF-8", b"GET /v1/claims?q=%C3%28" + HEAD + b"\r\n", 400),
    ("encoded slash is no slash", b"GET /v1%2Fclaims" + HEAD + b"\r\n", 404),
    ("encoded slash in an id", b"GET /v1/claims/a%2Fb" + HEAD + b"\r\n", 400),
    ("2000 parameters", b"GET /v1/claims?" + b"a=1&" * 2000 + HEAD + b"\r\n", 400),
    ("query of 9 KB", b"GET /v1/claims?q=" + b"a" * 9216 + HEAD + b"\r\n", 414),
]

# The connection is closed: another server could read these bytes otherwise.
CUT_OFF = [
    # --- the first line
    ("two spaces before the target", b"GET  /healthz" + HEAD + b"\r\n", 400),
    ("NUL in the target", b"GET /heal\0thz" + HEAD + b"\r\n", 400),
    ("NUL behind the method", b"GET\0 /healthz" + HEAD + b"\r\n", 400),
    ("method that is no token", b"G(T /healthz" + HEAD + b"\r\n", 400),
    ("HTTP/1.2 without Host", b"GET /healthz HTTP/1.2\r\n\r\n", 400),
    # --- Host
    ("no Host", b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", GET + HOST + b"\r\n", 400),
    ("empty Host", b"GET /healthz HTTP/1.1\r\nHost: \r\n\r\n", 400),
    ("space in Host", b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("slash in Host", b"GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("user in Host", b"GET /healthz HTTP/1.1\r\nHost: u@b\r\n\r\n", 400),
    ("list in Host", b"GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    ("bad port in Host", b"GET /healthz HTTP/1.1\r\nHost: a:8o\r\n\r\n", 400),
    ("bytes beyond ASCII in Host", b"GET /healthz HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n", 400),
    ("two Hosts in HTTP/1.0", b"GET /healthz HTTP/1.0\r\n" + HOST * 2 + b"\r\n", 400),
    # --- headers
    ("space before the colon", GET + b"X : a\r\n\r\n", 400),
    ("space in a name", GET + b"X A: a\r\n\r\n", 400),
    ("bracket in a name", GET + b"X(A): a\r\n\r\n", 400),
    ("control in a name", GET + b"X\x01: a\r\n\r\n", 400),
    ("bytes beyond ASCII in a name", GET + b"X\xc3\xa4: a\r\n\r\n", 400),
    ("no name", GET + b": a\r\n\r\n", 400),
    ("no name, before another", GET + b": a\r\nX: a\r\n\r\n", 400),
    ("space before the first name", b"GET /healthz HTTP/1.1\r\n Host: x\r\n" + HOST + b"\r\n", 400),
    ("NUL in a value", GET + b"X: a\0b\r\n\r\n", 400),
    ("NUL in a value, before another", GET + b"X: a\0b\r\nY: c\r\n\r\n", 400),
    ("NUL at the start of a value", GET + b"X: \0a\r\nY: c\r\n\r\n", 400),
    ("NUL at the end of a value", GET + b"X: a\0\r\nY: c\r\n\r\n", 400),
    ("control in a value", GET + b"X: a\x01b\r\n\r\n", 400),
    ("DEL in a value", GET + b"X: a\x7fb\r\n\r\n", 400),
    ("bare CR in a value", GET + b"X: a\rY: b\r\n\r\n", 400),
    ("CR before CR LF", GET + b"X: a\r\r\nY: b\r\n\r\n", 400),
    ("folded value", GET + b"X: a\r\n b\r\n\r\n", 400),
    ("folded value with a tab", GET + b"X: a\r\n\tb\r\nY: c\r\n\r\n", 400),
    ("folded Host", b"GET /healthz HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400),
    ("folded by nothing", GET + b"X: a\r\n \r\n\r\n", 400),
    ("200 headers", GET + b"X: a\r\n" * 200 + b"\r\n", 431),
    ("header of 18 KB", GET + b"X: " + b"a" * 18432 + b"\r\n\r\n", 431),
    # --- where the message ends
    ("length and chunks", GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     413),
    ("chunks and length", GET + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
     413),
    ("two lengths", GET + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("two lengths, the first 0", GET + b"Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("twice the same length", GET + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    ("bad size of a chunk", GET + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 413),
    ("negative size of a chunk", GET + b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
     413),
    ("huge size of a chunk", GET + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n",
     413),
    ("unknown transfer coding", GET + b"Transfer-Encoding: xchunked\r\n\r\n", 413),
    ("chunks in HTTP/1.0",
     b"GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
    ("content held back", GET + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", 413),
    ("content not held back", GET + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", 413),
]


def cases(table):
    return pytest.mark.parametrize("data, status", [case[1:] for case in table],
                                   ids=[case[0] for case in table])


def check_problem(checker, received, status):
    found = problem(received)
    assert found["status"] == status
    checker.validator({"$ref": "#/components/schemas/Problem"}).validate(found)
    checker.codes.add(found["code"])
    checker.types.add(found["type"])


@cases(REFUSED)
def test_is_refused_and_the_connection_goes_on(client, checker, data, status):
    received = talk(client.port, data + NEXT)
    assert statuses(received) == [status, 200]
    assert b'"sqlite"' in received
    check_problem(checker, received, status)


@cases(CUT_OFF)
def test_is_refused_and_the_connection_closed(client, checker, data, status):
    received = talk(client.port, data + NEXT)
    assert statuses(received) == [status]
    assert b'"sqlite"' not in received
    check_problem(checker, received, status)


# libmicrohttpd 0.9.75 refuses these itself, before it calls us, in HTML that
# cannot be replaced, and closes the connection. Where it says 400 for a bad
# length or 431 for cookies it sends its head twice, a mistake of its own that
# no client can mistake for two answers, because the connection ends there.
@cases([
    ("HTTP/0.9", b"GET /healthz\r\n", 400),
    ("HTTP/2.0", b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/0.1", b"GET /healthz HTTP/0.1\r\n" + HOST + b"\r\n", 505),
    ("HTTP/3", b"GET /healthz HTTP/3\r\n" + HOST + b"\r\n", 400),
    ("HTTP/1.10", b"GET /healthz HTTP/1.10\r\n" + HOST + b"\r\n", 400),
    ("version in small letters", b"GET /healthz http/1.1\r\n" + HOST + b"\r\n", 400),
    ("something behind the version", b"GET /healthz HTTP/1.1 x\r\n" + HOST + b"\r\n", 400),
    ("no colon", GET + b"X\r\n\r\n", 400),
    ("NUL in a name", GET + b"X\0A: a\r\n\r\n", 400),
    ("negative length", GET + b"Content-Length: -3\r\n\r\nabc", 400),
    ("length with a sign", GET + b"Content-Length: +3\r\n\r\nabc", 400),
    ("length that is no number", GET + b"Content-Length: abc\r\n\r\nabc", 400),
    ("length in hexadecimal", GET + b"Content-Length: 0x3\r\n\r\nabc", 400),
    ("list of lengths", GET + b"Content-Length: 3, 3\r\n\r\nabc", 400),
    ("empty length", GET + b"Content-Length:\r\n\r\n", 400),
    ("length beyond 64 bits", GET + b"Content-Length: " + b"9" * 25 + b"\r\n\r\n", 413),
    ("2000 headers", GET + b"X: a\r\n" * 2000 + b"\r\n", 431),
    ("header of 300 KB", GET + b"X: " + b"a" * 300000 + b"\r\n\r\n", 431),
    ("5000 cookies", GET + b"Cookie: " + b"a=1; " * 5000 + b"\r\n\r\n", 431),
    ("method of 200 KB", b"A" * 200000 + b" /healthz" + HEAD + b"\r\n", 414),
])
def test_is_refused_by_the_library(client, data, status):
    received = talk(client.port, data + NEXT)
    assert set(statuses(received)) == {status}
    assert b'"sqlite"' not in received and b'{"status"' not in received


@pytest.mark.parametrize("data", [
    b"GET\r\n\r\n", b" GET /healthz" + HEAD + b"\r\n", b"GET\t/healthz\tHTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"\r\n\r\nnonsense\r\n\r\n",
], ids=["no target", "space in front", "tabs", "TLS", "a word"])
def test_first_line_that_is_none_closes_the_connection(client, data):
    assert talk(client.port, data + NEXT) == b""


@cases([
    ("empty lines in front", b"\r\n\r\n" + GET + b"\r\n", 200),
    ("lines that end in LF", b"GET /healthz HTTP/1.1\nHost: x\n\n", 200),
    ("HTTP/1.2", b"GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n", 200),
    ("absolute form", b"GET http://x/healthz" + HEAD + b"\r\n", 200),
    ("absolute form, scheme in capitals", b"GET HTTP://x/healthz" + HEAD + b"\r\n", 200),
    ("absolute form of the root", b"GET http://x" + HEAD + b"\r\n", 200),
    ("asterisk form", b"OPTIONS *" + HEAD + b"\r\n", 204),
    ("Host with a port", b"GET /healthz HTTP/1.1\r\nHost: a.example:8080\r\n\r\n", 200),
    ("Host in IPv6", b"GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200),
    ("white space around a value", GET + b"X: \t a \t\r\nY:\r\nZ:  \r\nW:a:b : c\r\n\r\n", 200),
    ("bytes beyond ASCII in a value", GET + b"X: \xc3\xa4\r\n\r\n", 200),
    ("header of 16 KB", GET + b"X: " + b"a" * 16000 + b"\r\n\r\n", 200),
    ("90 headers", GET + b"X: a\r\n" * 90 + b"\r\n", 200),
    ("cookies", GET + b"Cookie: a=1; b\r\n\r\n", 200),
    ("length 0", GET + b"Content-Length: 0\r\n\r\n", 200),
    ("unknown expectation", GET + b"Expect: wonders\r\n\r\n", 200),
    ("upgrade to h2c", GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
    ("escaped letters", b"GET /%68ealthz" + HEAD + b"\r\n", 200),
])
def test_is_answered_and_the_connection_goes_on(client, data, status):
    received = talk(client.port, data + NEXT)
    assert statuses(received) == [status, 200]
    assert b'"sqlite"' in received


def test_a_head_in_single_bytes_is_read_like_one_in_a_piece(client):
    with socket.create_connection(("127.0.0.1", client.port), timeout=5) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GET + b"X: a\r\nConnection: close\r\n\r\n":
            s.sendall(bytes([byte]))
        received = b""
        while chunk := s.recv(65536):
            received += chunk
    assert statuses(received) == [200]


def test_200_requests_at_once_are_all_answered(client):
    received = talk(client.port, (GET + b"\r\n") * 199 + NEXT, seconds=20)
    assert received.count(b"HTTP/1.1 200 ") == 200


PARTS = [b"", b"GET /heal", GET, GET + b"Content-Length: 10\r\n\r\nabc", b"\r\n" * 5]


def test_request_that_stops_is_given_up_after_idle_seconds(own_daemon, checker):
    daemon = own_daemon("--idle-seconds", "1")
    sockets = []
    for part in PARTS:
        for closes in (True, False):
            s = socket.create_connection(("127.0.0.1", daemon.port), timeout=8)
            s.sendall(part)
            if closes:
                s.shutdown(socket.SHUT_WR)
            sockets.append(s)
    for s in sockets:
        assert b"200" not in s.recv(65536)
        s.close()
    assert Client(daemon.port, checker).get("/healthz").status == 200
    assert daemon.stop() == 0


def test_connection_close_is_kept(client):
    received = talk(client.port, GET + b"Connection: close\r\n\r\n" + NEXT)
    assert statuses(received) == [200] and b"\r\nConnection: close\r\n" in received


def test_http_1_0_closes_unless_it_asks_to_stay(client):
    one = b"GET /healthz HTTP/1.0\r\n%s\r\n"
    assert statuses(talk(client.port, one % b"" + NEXT)) == [200]
    received = talk(client.port, one % b"Connection: keep-alive\r\n" + NEXT)
    assert received.count(b"HTTP/1.") == 2 and b"keep-alive" in received.lower()
