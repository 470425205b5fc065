# SPDX-License-Identifier: MIT
"""Clients that send or read so slowly that they seem to want only the connection.
They are closed in time, and others get in meanwhile."""
import contextlib
import json
import pathlib
import resource
import select
import socket
import time

import pytest
from conftest import Client, Daemon, run
from tampering import tampered

# What a normal client may wait, 99 of 100 times, while others do their worst.
LONGEST = 0.050
SLOW = 500
ASKED = 300
STREAM = b"GET /v1/claims?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-"
ONE, MANY = ["127.0.0.1"], [f"127.0.0.{i}" for i in range(2, 10)]


class Unchecked:
    def check(self, method, target, answer):
        pass


@pytest.fixture(autouse=True, scope="module")
def enough_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * SLOW if hard == resource.RLIM_INFINITY else min(3 * SLOW, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < 2 * SLOW:
        pytest.skip(f"only {hard} files may be open")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def crowd():
    """Opens connections, each from the next of some addresses."""
    with contextlib.ExitStack() as stack:
        def join(port, count, sent, addresses, window=None):
            opened = []
            for i in range(count):
                s = stack.enter_context(socket.socket())
                if window:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
                s.settimeout(10)
                s.bind((addresses[i % len(addresses)], 0))
                s.connect(("127.0.0.1", port))
                s.sendall(sent)
                opened.append(s)
            return opened
        yield join


def closed(s):
    """Whether the server ended it; what was sent before that is read and dropped."""
    s.setblocking(False)
    try:
        while s.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        s.settimeout(10)


def seconds_until_closed(s, longest, drip=None):
    """Sends a byte of `drip` ten times a second meanwhile."""
    began = time.monotonic()
    while time.monotonic() - began < longest:
        if drip:
            with contextlib.suppress(OSError):
                s.send(drip)
        readable, _, _ = select.select([s], [], [], 0.1)
        if readable and closed(s):
            return time.monotonic() - began
    return None


def test_request_that_drips_in_is_given_up_after_head_seconds(own_daemon, crowd):
    daemon = own_daemon("--head-seconds", "1")
    [s] = crowd(daemon.port, 1, HALF, ONE)
    took = seconds_until_closed(s, 8, b"a")
    assert took is not None and 0.9 < took < 4
    [s] = crowd(daemon.port, 1, b"", ONE)
    assert seconds_until_closed(s, 8) is not None


def test_content_that_drips_in_is_given_up_too(own_daemon, crowd):
    daemon = own_daemon("--head-seconds", "1")
    [s] = crowd(daemon.port, 1, b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", ONE)
    assert seconds_until_closed(s, 8, b"a") is not None


@pytest.mark.parametrize("sent", [
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    HALF,
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
], ids=["whole", "head", "content"])
def test_client_that_will_send_no_more_is_let_go(daemon, crowd, sent):
    """Long before the seconds are over that a client has who may go on. The end mostly
    comes together with the last bytes, as from `nc -N`."""
    sockets = crowd(daemon.port, 5, sent, ONE)
    for s in sockets:
        s.shutdown(socket.SHUT_WR)
    assert all(seconds_until_closed(s, 5) is not None for s in sockets)


def test_next_request_that_drips_in_is_given_up_after_idle_seconds(own_daemon, crowd):
    daemon = own_daemon("--head-seconds", "1", "--idle-seconds", "2")
    [s] = crowd(daemon.port, 1, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", ONE)
    assert b" 200 " in s.recv(4096)
    s.sendall(b"GET ")
    took = seconds_until_closed(s, 8, b"a")
    assert took is not None and 1.9 < took < 5


def test_client_that_keeps_asking_is_never_given_up(own_daemon):
    daemon = own_daemon("--head-seconds", "1", "--send-seconds", "1")
    client = Client(daemon.port, Unchecked())
    client.get("/healthz")
    connection = client.connection.sock
    end = time.monotonic() + 4
    while time.monotonic() < end:
        assert client.get("/v1/topics").status == 200
        time.sleep(0.05)
    assert client.connection.sock is connection


@pytest.fixture
def large_daemon(large_database, tmp_path):
    started = []

    def start(*options, database=large_database):
        started.append(Daemon(database, *options))
        return started[-1]

    yield start
    for daemon in started:
        assert daemon.stop() == 0


def test_answer_that_is_not_read_is_given_up_after_send_seconds(large_daemon, crowd):
    daemon = large_daemon("--send-seconds", "1")
    [s] = crowd(daemon.port, 1, STREAM, ONE, window=4096)
    daemon.wait_for(lambda e: e["event"] == "request" and e["route"] == "/v1/claims", 10)
    assert closed(s)


def test_answer_that_is_read_too_slowly_is_given_up(large_daemon, crowd):
    daemon = large_daemon("--send-seconds", "2", "--send-rate", "1000000")
    [s] = crowd(daemon.port, 1, STREAM, ONE, window=4096)
    end = time.monotonic() + 15
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < end and s.recv(2000):
            time.sleep(0.02)
    assert time.monotonic() < end


def test_answer_that_is_read_at_the_rate_asked_goes_on(large_daemon, crowd):
    daemon = large_daemon("--send-seconds", "2", "--send-rate", "10000")
    [s] = crowd(daemon.port, 1, STREAM, ONE)
    end = time.monotonic() + 6
    while time.monotonic() < end:
        assert s.recv(20000)
        time.sleep(0.02)


def test_whole_list_ends_after_stream_seconds_and_does_not_seem_complete(large_daemon, crowd):
    daemon = large_daemon("--stream-seconds", "1")
    [s] = crowd(daemon.port, 1, STREAM, ONE, window=16384)
    received = s.recv(1000)
    time.sleep(1.5)
    while chunk := s.recv(65536):
        received = received[-10:] + chunk
    assert not received.endswith(b"0\r\n\r\n")
    failure = daemon.wait_for(lambda e: e["event"] == "failure")
    assert "longer than 1 seconds" in failure["detail"]


def times(daemon, source, target):
    """Seconds of each request of a client that opens a connection for each."""
    found = []
    for _ in range(ASKED):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", daemon.port), 10, (source, 0)) as s:
            s.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            received = b""
            while chunk := s.recv(65536):
                received += chunk
        assert received.startswith(b"HTTP/1.1 200 "), received[:200]
        found.append(time.monotonic() - began)
    return sorted(found)


def wait_until_idle(daemon):
    """Until all that can be sent is sent; from there on slow readers should cost nothing."""
    def used():
        fields = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2]
        return [int(field) for field in fields.split()[11:13]]
    before, end = None, time.monotonic() + 20
    while before != (before := used()):
        assert time.monotonic() < end, "slow readers keep the daemon busy"
        time.sleep(0.5)


CROWDS = pytest.mark.parametrize("addresses", [ONE, MANY], ids=["one address", "eight addresses"])


@CROWDS
@pytest.mark.parametrize("count", [SLOW, 1200], ids=["500", "more than there is room for"])
def test_normal_client_gets_in_beside_heads_that_never_end(own_daemon, crowd, addresses, count):
    daemon = own_daemon()
    crowd(daemon.port, count, HALF, addresses)
    for target in ("/healthz", "/v1/claims?limit=20"):
        found = times(daemon, ONE[0], target)
        assert found[ASKED * 99 // 100] <= LONGEST, found[-5:]


@CROWDS
def test_normal_client_gets_in_beside_exports_that_nobody_reads(large_daemon, crowd, addresses):
    daemon = large_daemon()
    for s in crowd(daemon.port, SLOW, STREAM, addresses, window=4096):
        assert select.select([s], [], [], 10)[0]  # its answer has begun
    wait_until_idle(daemon)
    for target in ("/healthz", "/v1/claims?limit=20"):
        found = times(daemon, ONE[0], target)
        assert found[ASKED * 99 // 100] <= LONGEST, found[-5:]


def test_longest_without_a_request_makes_room_first(own_daemon, crowd):
    daemon = own_daemon("--connections", "40", "--threads", "1")
    kept = crowd(daemon.port, 1, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", ONE)
    assert b" 200 " in kept[0].recv(4096)
    waiting = crowd(daemon.port, 60, HALF, ONE)
    time.sleep(0.5)
    left = [not closed(s) for s in waiting]
    assert not closed(kept[0])
    assert 20 < sum(left) < 40
    assert left == sorted(left)


def test_slowest_reader_makes_room_where_nobody_waits(large_daemon, crowd):
    daemon = large_daemon("--connections", "10", "--threads", "1")
    target = b"GET /v1/claims?limit=500 HTTP/1.1\r\nHost: x\r\n\r\n" * 20
    idle = crowd(daemon.port, 8, target, MANY, window=4096)
    time.sleep(2.5)
    found = times(daemon, ONE[0], "/healthz")
    assert found[ASKED * 99 // 100] <= LONGEST
    assert any(closed(s) for s in idle)


def test_log_of_the_database_is_put_back_once_slow_readers_are_gone(large_database, large_daemon,
                                                                    crowd, tmp_path):
    copy = tmp_path / "facts.db"
    assert run("backup", "--db", large_database, copy).returncode == 0
    daemon = large_daemon("--send-seconds", "1", database=copy)
    crowd(daemon.port, 16, STREAM, ONE, window=4096)
    texts = tmp_path / "texts"
    texts.mkdir()

    def load(round):
        for i in range(50):
            (texts / f"{i}.txt").write_text(f"Ketamine may ease anxiety within {round} hours. " * 50)
        assert run("load", "--db", copy, texts).returncode == 0

    for i in range(2):
        load(i + 2)
    for _ in range(16):
        daemon.wait_for(lambda e: e["event"] == "request" and e["bytes"] > 0)
    daemon.wait_for(lambda _: sum(e["event"] == "request" for e in daemon.log) >= 16, 15)
    with tampered(copy) as db:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0
    assert json.loads(Client(daemon.port, Unchecked()).get("/readyz").body)["status"] == "ready"
