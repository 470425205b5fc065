# SPDX-License-Identifier: MIT
"""Starting, stopping, and a database that fails."""
import socket
import time

import pytest

from conftest import Client, run
from tampering import tampered


def test_sigterm_stops_cleanly(own_daemon):
    daemon = own_daemon()
    assert daemon.stop() == 0
    assert daemon.log[-1]["event"] == "stopped"


def test_idle_connection_does_not_hold_up_the_stop(own_daemon, checker):
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    client.get("/healthz")
    with socket.create_connection(("127.0.0.1", daemon.port)) as half:
        half.sendall(b"GET /heal")
        began = time.monotonic()
        assert daemon.stop() == 0
    assert time.monotonic() - began < 5
    client.connection.close()


def test_request_that_was_refused_early_does_not_hold_up_the_stop(own_daemon, checker):
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    client.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 300000 + b"\r\n\r\n")
    began = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - began < 5


def test_port_in_use_is_a_clear_error(daemon, database):
    done = run("serve", "--db", database, "--listen", f"127.0.0.1:{daemon.port}")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr and "in use" in done.stderr


def test_file_that_is_no_database_is_refused_at_start(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("these are only notes " * 100)
    done = run("serve", "--db", path, "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert "notes.db" in done.stderr


def test_database_that_vanished_is_503_and_the_process_lives(own_daemon, checker):
    daemon = own_daemon("--threads", "1")
    for file in own_daemon.database.parent.glob("facts.db*"):
        file.unlink()
    client = Client(daemon.port, checker)
    for target in ("/readyz", "/v1/claims"):
        answer = client.get(target)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "facts.db" not in answer.body.decode()
    assert client.get("/healthz").status == 200
    daemon.wait_for(lambda entry: entry["event"] == "failure" and "facts.db" in entry["detail"])


def test_database_that_came_back_is_served_again(own_daemon, checker, database):
    daemon = own_daemon("--threads", "1")
    away = own_daemon.database.with_suffix(".away")
    own_daemon.database.rename(away)
    client = Client(daemon.port, checker)
    assert client.get("/readyz").status == 503
    away.rename(own_daemon.database)
    assert client.get("/readyz").status == 200


def test_damaged_database_is_500_with_nothing_of_the_inside(own_daemon, checker):
    daemon = own_daemon("--threads", "1", "--cache-bytes", "0")
    client = Client(daemon.port, checker)
    assert client.get("/v1/claims?limit=1").status == 200
    with tampered(own_daemon.database) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("ALTER TABLE claim RENAME TO lost")
    answer = client.get("/v1/claims?limit=1")
    assert answer.status == 500
    text = answer.body.decode().lower()
    assert not any(word in text for word in ("sqlite", "table", "select", "facts.db", ".c:"))
    failure = daemon.wait_for(lambda entry: entry["event"] == "failure")
    assert failure["request_id"] == answer.json["request_id"]


def test_load_while_serving_shows_in_the_next_answer(own_daemon, checker, tmp_path):
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    before = client.get("/v1/sources")
    page = tmp_path / "texts"
    page.mkdir()
    (page / "new.txt").write_text("Ketamine may ease anxiety within 2 to 24 hours.\n")
    assert run("load", "--db", own_daemon.database, page).returncode == 0
    after = client.get("/v1/sources", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert len(after.json["data"]) == len(before.json["data"]) + 1
    assert after.json["meta"]["dataset_version"] > before.json["meta"]["dataset_version"]


def test_text_of_an_older_revision_stays_readable(own_daemon, checker, tmp_path):
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    page = tmp_path / "texts"
    page.mkdir()
    versions = ["Ketamine may ease anxiety within hours.\n", "Ketamine may ease panic in days.\n"]
    for text in versions:
        (page / "page.txt").write_text(text)
        assert run("load", "--db", own_daemon.database, page).returncode == 0
    source = [s for s in client.data("/v1/sources") if s["key"] == "page.txt"][0]
    assert (source["revision"], source["revisions"]) == (2, 2)
    href = source["text_href"]
    assert client.get(href).body.decode() == versions[1]
    assert client.get(href + "?revision=1").body.decode() == versions[0]


def test_claim_of_an_older_revision_still_answers_at_its_address(own_daemon, checker, tmp_path):
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    page = tmp_path / "page.txt"
    claims = []
    for text in ["Ketamine may ease anxiety within hours.\n", "Ketamine may ease panic in days.\n"]:
        page.write_text(text)
        assert run("load", "--db", own_daemon.database, page).returncode == 0
        claims += client.data("/v1/claims?source=page.txt")
    old, new = claims
    assert old["id"] != new["id"] and (old["current"], new["current"]) == (True, True)
    found = client.data(old["href"])
    assert (found["id"], found["revision"], found["current"]) == (old["id"], 1, False)
    span = found["spans"][0]
    text = client.get(found["source_text_href"]).body
    assert text[span["byte_start"]:span["byte_end"]].decode() == span["exact"]


@pytest.mark.parametrize("count", [40])
def test_many_clients_at_once_get_the_same_answer(client, daemon, count):
    wanted = client.get("/v1/claims?limit=20").body
    request = b"GET /v1/claims?limit=20 HTTP/1.0\r\n\r\n"
    sockets = [socket.create_connection(("127.0.0.1", daemon.port), 30) for _ in range(count)]
    for s in sockets:
        s.sendall(request)
    for s in sockets:
        received = b""
        while chunk := s.recv(65536):
            received += chunk
        assert received.partition(b"\r\n\r\n")[2] == wanted
        s.close()
