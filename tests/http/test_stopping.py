# SPDX-License-Identifier: MIT
"""SIGTERM to the real process: not ready at once, then no new connections, then the end."""
import concurrent.futures
import contextlib
import signal
import socket
import threading
import time

import pytest

from conftest import Client
from tampering import tampered

NUMBERS = [signal.SIGTERM, signal.SIGINT]


def begin(port):
    """A request of which the end is not sent yet."""
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.sendall(b"GET /v1/topics HTTP/1.1\r\nHost: x\r\n")
    return s


def end(s):
    s.sendall(b"\r\n")
    received = b""
    while chunk := s.recv(65536):
        received += chunk
    return received


def refused(port, seconds=10):
    """Does it come to that that nobody can connect?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            pass  # reset while it was waiting to be accepted
        time.sleep(0.02)
    return False


def in_flight(daemon, checker, count):
    """Waits until so many requests have begun, this one not counted."""
    client = Client(daemon.port, checker)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        text = client.get("/metrics").content.decode()
        if f"treatfacts_http_requests_in_flight {count + 1}\n" in text:
            client.connection.close()
            return
    raise AssertionError("the request has not begun")


@pytest.mark.parametrize("number", NUMBERS)
def test_request_in_flight_is_finished_and_nobody_else_let_in(own_daemon, checker, number):
    daemon = own_daemon("--grace-seconds", "20")
    with begin(daemon.port) as s:
        in_flight(daemon, checker, 1)
        daemon.process.send_signal(number)
        assert refused(daemon.port)
        assert daemon.process.poll() is None
        answer = end(s)
    head = answer.partition(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 200 ") and b"\r\nConnection: close" in head
    assert b'"onset"' in answer
    assert daemon.process.wait(10) == 0


def test_request_that_does_not_end_is_cut_after_the_grace(own_daemon, checker):
    daemon = own_daemon("--grace-seconds", "1")
    with begin(daemon.port) as s:
        in_flight(daemon, checker, 1)
        began = time.monotonic()
        assert daemon.stop() == 0
        assert 1 <= time.monotonic() - began < 10
        assert s.recv(100) == b""


def test_balancer_hears_of_it_before_connections_are_refused(own_daemon, checker):
    daemon = own_daemon("--drain-seconds", "3")
    client = Client(daemon.port, checker)
    assert client.get("/readyz").status == 200
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    daemon.wait_for(lambda entry: entry["event"] == "stopping")
    while client.get("/readyz").status == 200 and time.monotonic() < began + 2:
        time.sleep(0.01)
    for method in ("GET", "HEAD"):
        answer = client.ask(method, "/readyz")
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
    assert client.get("/readyz").json["code"] == "stopping"
    assert Client(daemon.port, checker).get("/healthz").status == 200  # a new connection
    assert client.get("/v1/topics").status == 200
    assert daemon.process.wait(20) == 0
    assert 3 <= time.monotonic() - began < 15
    assert [e for e in daemon.log if e["event"] == "failure"] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_second_signal_ends_the_draining(own_daemon, number):
    daemon = own_daemon("--drain-seconds", "600")
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    daemon.wait_for(lambda entry: entry["event"] == "stopping")
    assert daemon.process.poll() is None
    daemon.process.send_signal(number)
    assert daemon.process.wait(20) == 0
    assert time.monotonic() - began < 20


def test_second_signal_ends_the_wait_for_requests(own_daemon, checker):
    daemon = own_daemon("--grace-seconds", "600")
    with begin(daemon.port) as s:
        in_flight(daemon, checker, 1)
        daemon.process.send_signal(signal.SIGTERM)
        assert refused(daemon.port)
        assert daemon.process.poll() is None
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(20) == 0
        assert s.recv(100) == b""


def test_schema_of_another_version_is_not_ready(own_daemon, checker):
    client = Client(own_daemon("--threads", "1").port, checker)
    assert client.get("/readyz").status == 200
    with tampered(own_daemon.database) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    assert client.get("/readyz").status == 503
    with tampered(own_daemon.database) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    assert client.get("/readyz").status == 200
    client.connection.close()


def test_end_is_orderly_while_clients_come(own_daemon):
    """The listening socket goes while the threads wake for somebody at the door."""
    for _ in range(15):
        daemon = own_daemon("--drain-seconds", "0", "--grace-seconds", "0")
        ended = threading.Event()

        def knock():
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", daemon.port), 1).close()

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            knocking = [pool.submit(knock) for _ in range(3)]
            time.sleep(0.05)
            code = daemon.stop()
            ended.set()
        assert code == 0 and all(k.exception() is None for k in knocking)
