# SPDX-License-Identifier: MIT
"""The log: what stands in it, what must not, and a reader that has gone or sleeps."""
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import time

import pytest

from conftest import BINARY, Client, environment, run
from test_metrics import scrape, value

DROPPED = "treatfacts_log_lines_dropped_total"


def port_of(pid):
    """Where a process listens, when it cannot say so."""
    proc, until = pathlib.Path(f"/proc/{pid}"), time.monotonic() + 20
    while time.monotonic() < until:
        sockets = set()
        for fd in (proc / "fd").iterdir():
            try:
                sockets.add(os.readlink(fd))
            except FileNotFoundError:
                pass
        for line in (proc / "net/tcp").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                return int(words[1].partition(":")[2], 16)
        time.sleep(0.05)
    raise AssertionError("does not listen")


@pytest.fixture
def started(own_daemon):
    """Daemons whose standard error the test holds itself."""
    processes = []

    def start(*options, **how):
        processes.append(subprocess.Popen(
            [BINARY, "serve", "--db", str(own_daemon.database), "--listen", "127.0.0.1:0",
             *options], env=environment(), **how))
        return processes[-1]

    start.database = own_daemon.database
    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
            process.wait()


def drain(fd):
    received = b""
    while select.select([fd], [], [], 0.5)[0]:
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            break
        received += chunk
    return received


@pytest.mark.parametrize("share", ["pipe", "socket"])
def test_reader_that_sleeps_holds_up_nobody(started, checker, share):
    if share == "pipe":
        reader, writer = os.pipe()
    else:
        reader, writer = (end.detach() for end in socket.socketpair())
    process = started(stderr=writer)
    os.close(writer)
    client = Client(port_of(process.pid), checker)
    # An id that is long makes the line long.
    for _ in range(40):
        for _ in range(100):
            assert client.get("/healthz", X_Request_Id="x" * 64).status == 200
        if value(scrape(client)[0], DROPPED) > 20:
            break
    dropped = value(scrape(client)[0], DROPPED)
    assert dropped > 20
    for line in drain(reader).splitlines():
        json.loads(line)
    client.get("/healthz", X_Request_Id="heard-again")
    assert b'"request_id":"heard-again"' in drain(reader)
    assert value(scrape(client)[0], DROPPED) >= dropped
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    os.close(reader)


def test_reader_that_sleeps_does_not_hold_up_the_stop(started, checker):
    reader, writer = os.pipe()
    process = started(stderr=writer)
    os.close(writer)
    client = Client(port_of(process.pid), checker)
    while value(scrape(client)[0], DROPPED) == 0:
        for _ in range(100):
            client.get("/healthz", X_Request_Id="x" * 64)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    os.close(reader)


def test_reader_that_has_gone_ends_nothing(started, checker):
    reader, writer = os.pipe()
    process = started(stderr=writer)
    os.close(writer)
    client = Client(port_of(process.pid), checker)
    drain(reader)
    os.close(reader)
    before = value(scrape(client)[0], DROPPED)
    for _ in range(10):
        assert client.get("/v1/topics").status == 200
    assert value(scrape(client)[0], DROPPED) >= before + 10
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_closed_standard_error_is_not_the_database(started, checker):
    process = started("--log-level", "debug", preexec_fn=lambda: os.close(2))
    client = Client(port_of(process.pid), checker)
    assert os.readlink(f"/proc/{process.pid}/fd/2") == "/dev/null"
    for _ in range(10):
        assert client.get("/v1/claims").status == 200
    assert value(scrape(client)[0], DROPPED) >= 10
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert run("verify", "--db", started.database).returncode == 0


MARK = "swordfish"
ASKED = [f"/v1/claims?q={MARK}", f"/v1/search?q={MARK}", f"/v1/claims/{MARK}", f"/{MARK}",
         f"/v1/claims?{MARK}=1", f"/v1/claims?treatment={MARK}", f"/v1/search?q=%22{MARK}",
         f"/v1/claims?cursor={MARK}", f"/v1/claims?q={MARK}&format=csv", "/v1/search?q=(" + MARK,
         "/v1/claims?q=" + MARK + "a" * 9000]


def test_what_clients_look_for_is_not_in_the_log(own_daemon, checker):
    daemon = own_daemon("--log-level", "debug", "--threads", "1")
    client = Client(daemon.port, checker)
    for target in ASKED:
        client.get(target, User_Agent=MARK, Referer=MARK, Accept_Language=MARK, Cookie=MARK)
    for data in (f"GET /{MARK}\r\n\r\n", f"GET /{MARK} {MARK}\r\n\r\n",
                 f"GET /{MARK} HTTP/1.1\r\n{MARK}\r\n\r\n", f"GET / HTTP/1.1\r\nHost: {MARK} x\r\n\r\n",
                 f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nA: {MARK * 20000}\r\n\r\n"):
        try:
            client.raw(data.encode())
        except OSError:
            pass  # closed without an answer
        except Exception as problem:  # an answer that is no HTTP
            assert "http.client" in type(problem).__module__
    for file in own_daemon.database.parent.glob("facts.db*"):
        file.write_bytes(b"spoiled " * 4096)
    for target in ASKED:
        client.connection.request("GET", target)
        client.connection.getresponse().read()
    client.get("/healthz", X_Request_Id="last")
    daemon.wait_for(lambda entry: entry.get("request_id") == "last")
    assert [entry for entry in daemon.log if entry["event"] == "failure"]
    assert MARK not in json.dumps(daemon.log)
    assert daemon.stop() == 0


@pytest.mark.parametrize("level, lines", [("debug", 1), ("info", 1), ("warn", 0), ("off", 0)])
def test_level_leaves_out_requests(started, checker, level, lines):
    process = started("--log-level", level, stderr=subprocess.PIPE, text=True)
    client = Client(port_of(process.pid), checker)
    assert client.get("/v1/topics").status == 200
    client.connection.close()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert told.count('"event":"request"') == lines
