# SPDX-License-Identifier: MIT
"""Several at once: loads into one new database, loads beside many requests, and more
connections than there are descriptors."""
import json
import os
import pathlib
import resource
import socket
import subprocess
import threading
import time

from conftest import BINARY, SEED, environment, first_line, get, texts

PATHS = ["/v1/claims?limit=100", "/v1/sources?count=true&limit=1", "/v1/search?q=anxiety",
         "/v1/onset-windows/summary", "/v1/claims?format=ndjson", "/v1/faqs?facet=topic", "/readyz"]


def test_two_loads_at_once_into_one_new_database(program):
    """Both make it, and both find it made; neither loses what the other loads."""
    for i in range(5):
        database = program.folder / f"facts-{i}.db"
        loads = []
        for seed in (SEED, SEED + 1, SEED):  # the third has the first one's texts
            texts(program.folder / f"texts-{seed}", 15, seed)
            loads.append(program.start("load", "--json", "--db", database,
                                       program.folder / f"texts-{seed}",
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        outcomes = []
        for load in loads:
            out, err = load.communicate(timeout=60)
            assert load.returncode == 0, err
            outcomes += [json.loads(line)["outcome"] for line in out.splitlines()]
        assert sorted(outcomes) == ["new"] * 30 + ["unchanged"] * 15
        program.sound(database)


def test_load_beside_many_requests_fails_none_and_leaves_nothing_stale(program):
    """What a load has reported is in every answer that is asked for afterwards."""
    texts(program.folder / "first", 10)
    assert program.load("first").returncode == 0
    daemon = program.serve("--threads", "2", "--cold-queries", "8")
    ends, statuses, totals = threading.Event(), set(), []

    def ask(start):
        i = start
        while not ends.is_set():
            status, body = get(daemon.port, PATHS[i % len(PATHS)])
            if status == 503 and b"/problems/overloaded" in body:
                continue  # as many are read from the database as may be
            statuses.add(status)
            if b'"total":' in body and b'"limit":1,' in body:
                totals.append(json.loads(body)["meta"]["total"])
            i += 1

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    try:
        loaded = 10
        for i in range(6):
            texts(program.folder / f"texts-{i}", 8, seed=SEED + 1 + i)
            done = program.load(f"texts-{i}")
            assert done.returncode == 0, done.stderr
            loaded += 8
            for _ in range(4):
                assert json.loads(get(daemon.port, PATHS[1])[1])["meta"]["total"] == loaded
            claims = json.loads(get(daemon.port, "/v1/claims?count=true&limit=1")[1])
            told = get(daemon.port, "/v1/claims?format=ndjson")[1].count(b"\n")
            assert claims["meta"]["total"] == told
    finally:
        ends.set()
        for thread in threads:
            thread.join()
    assert statuses == {200}
    assert set(totals) <= set(range(10, loaded + 1, 8))
    assert daemon.stop() == 0
    program.sound()


def processor_seconds(process):
    """In user and system mode; the name of the program has no blank in it."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def test_daemon_with_few_descriptors_says_so_waits_and_recovers(program):
    """It holds fewer connections than it was asked to; the others wait their turn."""
    texts(program.folder / "texts", 5)
    assert program.load("texts").returncode == 0
    serve = ["prlimit", "--nofile=64", BINARY, "serve", "--db", program.database, "--listen",
             "127.0.0.1:0", "--threads", "2", "--idle-seconds", "1"]
    process = subprocess.Popen(list(map(str, serve)), env=environment(), text=True,
                               stderr=subprocess.PIPE)
    lines = [json.loads(first_line(process)) for _ in range(2)]
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        assert [line["event"] for line in lines] == ["fewer connections", "listening"]
        assert lines[0]["level"] == "warn" and lines[0]["limit"] == 64
        assert 3 <= lines[0]["connections"] < 40
        port = lines[1]["port"]
        good = {path: get(port, path) for path in PATHS}
        assert {status for status, _ in good.values()} == {200}
        held = []
        for _ in range(80):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")  # and no end
            held.append(connection)
        before = processor_seconds(process)
        time.sleep(1)
        assert processor_seconds(process) - before < 0.5  # it does not spin
        assert len(os.listdir(f"/proc/{process.pid}/fd")) < 60
        for connection in held:
            connection.close()
        end, answer = time.monotonic() + 60, None
        while answer is None and time.monotonic() < end:
            try:
                answer = get(port, PATHS[0], seconds=5)
            except OSError:
                time.sleep(0.1)
        assert {path: get(port, path) for path in PATHS} == good
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def test_daemon_raises_its_own_limit_of_descriptors(program):
    texts(program.folder / "texts", 1)
    assert program.load("texts").returncode == 0
    serve = ["prlimit", "--nofile=64:4096", BINARY, "serve", "--db", program.database, "--listen",
             "127.0.0.1:0", "--connections", "1000"]
    process = subprocess.Popen(list(map(str, serve)), env=environment(), text=True,
                               stderr=subprocess.PIPE)
    try:
        assert json.loads(first_line(process))["event"] == "listening"
        soft, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        assert 1000 < soft < hard == 4096
    finally:
        process.kill()
        process.communicate()
