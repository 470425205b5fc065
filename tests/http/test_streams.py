# SPDX-License-Identifier: MIT
"""Whole lists that are sent while they are read: many pages, one state of the
database, clients that go away, databases that are damaged further down."""
import contextlib
import csv
import http.client
import io
import json
import pathlib
import shutil
import socket
import struct
import threading

import pytest
from conftest import Client, Daemon, run
from tampering import tampered

STREAMS = 16  # at once


class Unchecked:
    """Other files hold the answers against the document; these are many."""

    def check(self, method, target, answer):
        pass


@pytest.fixture
def large(large_database, tmp_path):
    """Starts daemons over a copy of the large database; with them goes what
    leaked, which their exit code tells."""
    started = []

    def start(damage=None):
        copy = tmp_path / "facts.db"
        for file in large_database.parent.glob("facts.db*"):
            shutil.copy(file, tmp_path)
        if damage:
            with tampered(copy) as db:
                db.execute("PRAGMA ignore_check_constraints = ON")
                db.executescript(damage)
        started.append(Daemon(copy, "--threads", "2", "--cold-queries", "2"))
        started[-1].database = copy
        return started[-1]

    yield start
    for daemon in started:
        assert daemon.stop() == 0


def client_of(daemon):
    return Client(daemon.port, Unchecked())


def ids(body):
    return [json.loads(line)["id"] for line in body.decode().splitlines()]


def ids_by_page(client, target):
    found = []
    while target:
        answer = client.get(target)
        found += [row["id"] for row in answer.json["data"]]
        target = answer.json["links"].get("next")
    return found


def begin(daemon, target):
    """A stream of which only the beginning was read."""
    s = socket.create_connection(("127.0.0.1", daemon.port), timeout=30)
    s.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    response = http.client.HTTPResponse(s)
    response.begin()
    return s, response


def test_stream_of_many_pages_is_the_list_page_by_page(large):
    client = client_of(large())
    for query in ("", "sort=-updated_at", "treatment=ketamine&topic=onset,duration"):
        whole = ids(client.get("/v1/claims?format=ndjson&" + query).body)
        assert whole == ids_by_page(client, "/v1/claims?limit=500&" + query)
        assert len(set(whole)) == len(whole) > 1000
    for sort in ("", "sort=min", "sort=-max"):
        text = client.get("/v1/time-windows?format=csv&" + sort).body.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        assert [row["id"] for row in rows] == ids_by_page(client,
                                                          "/v1/time-windows?limit=500&" + sort)
        assert len(rows) > 1000


def test_stream_is_of_the_state_at_its_beginning(large, tmp_path):
    daemon = large()
    client = client_of(daemon)
    before = ids_by_page(client, "/v1/claims?limit=500")
    s, response = begin(daemon, "/v1/claims?format=ndjson")
    read = response.read(1000)
    texts = tmp_path / "more"
    texts.mkdir()
    (texts / "00-001-how-soon-ketamine-eases-anxiety.txt").write_text(
        "Ketamine may ease anxiety within two hours.\n")
    (texts / "zz.txt").write_text("Ketamine may ease anxiety within a minute.\n")
    done = run("load", "--db", daemon.database, texts)
    assert done.returncode == 0, done.stderr
    with tampered(daemon.database) as db:
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    after = ids(client.get("/v1/claims?format=ndjson").body)
    assert ids(read + response.read()) == before
    assert after == ids_by_page(client, "/v1/claims?limit=500")
    assert after != before
    assert after[-1] not in before
    end(s, response)


def end(s, response):
    response.close()
    s.close()


def reset(s, response):
    """With RST, as a client that was killed does."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end(s, response)


def sockets(daemon):
    folder = pathlib.Path(f"/proc/{daemon.process.pid}/fd")
    count = 0
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            count += str(file.readlink()).startswith("socket:")
    return count


def test_clients_that_go_away_leave_nothing_behind(large):
    daemon = large()
    client = client_of(daemon)
    wanted = ids_by_page(client, "/v1/claims?limit=500")
    before = sockets(daemon)
    for i in range(2 * STREAMS):
        s, response = begin(daemon, "/v1/claims?format=" + ("csv" if i % 2 else "ndjson"))
        response.read(100)
        (reset if i % 3 else end)(s, response)
    daemon.wait_for(lambda _: sockets(daemon) <= before)
    held = [begin(daemon, "/v1/claims?format=ndjson") for _ in range(STREAMS)]
    for s, response in held:
        assert response.status == 200  # none of those before takes up a place
        reset(s, response)
    daemon.wait_for(lambda _: sockets(daemon) <= before)
    assert ids(client.get("/v1/claims?format=ndjson").body) == wanted
    assert daemon.stop() == 0
    assert [e for e in daemon.log if e["event"] == "failure"] == []


def test_more_streams_than_may_run_are_told_to_come_again(large):
    daemon = large()
    client = client_of(daemon)
    held = [begin(daemon, "/v1/claims?format=ndjson") for _ in range(STREAMS)]
    assert all(response.status == 200 for _, response in held)
    refused = client.get("/v1/claims?format=csv")
    assert (refused.status, refused.json["code"]) == (503, "unavailable")
    assert refused.headers["Retry-After"]
    assert client.get("/v1/claims?format=csv&limit=5").status == 200  # a page needs no stream
    whole = {tuple(ids(response.read())) for _, response in held}
    assert len(whole) == 1
    for s, response in held:
        end(s, response)
    assert client.get("/v1/claims?format=csv").status == 200


def test_streams_at_the_same_time_do_not_mix(large):
    daemon = large()
    wanted = {query: ids_by_page(client_of(daemon), f"/v1/claims?limit=500&{query}")
              for query in ("topic=onset", "topic=safety", "sort=-updated_at", "certainty=hedged")}
    found = {}

    def fetch(query):
        found[query] = ids(client_of(daemon).get(f"/v1/claims?format=ndjson&{query}").body)

    threads = [threading.Thread(target=fetch, args=(query,)) for query in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == wanted


# Late in the order of the list, so that the first pages are sound.
DAMAGE = {
    "a word that cannot be": "UPDATE claim SET topic = 'nonsense' WHERE claim_id ="
                             " (SELECT max(claim_id) FROM claim)",
    "a claim without its span": "UPDATE claim SET spans = '[]' WHERE claim_id ="
                                " (SELECT max(claim_id) FROM claim)",
    "a span beyond its text": "UPDATE claim SET spans = '[[\"sentence\",0,9,9000000,9000009]]'"
                              " WHERE claim_id = (SELECT max(claim_id) FROM claim)",
    "bytes that are no UTF-8": "UPDATE claim SET text = CAST(x'61ff62' AS TEXT) WHERE claim_id ="
                               " (SELECT max(claim_id) FROM claim)",
}


@pytest.mark.parametrize("form", ["ndjson", "csv"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_stream_over_damage_further_down_does_not_seem_complete(large, damage, form):
    daemon = large(damage)
    client = client_of(daemon)
    assert client.get("/v1/claims?limit=1").status == 200
    with pytest.raises(http.client.IncompleteRead) as cut:
        client.get("/v1/claims?format=" + form)
    assert len(cut.value.partial) > 100000
    daemon.wait_for(lambda entry: entry["event"] == "failure")
    assert client_of(daemon).get("/v1/claims?limit=1").status == 200


def test_damage_at_the_beginning_of_a_stream_is_500(large):
    daemon = large("UPDATE claim SET topic = 'nonsense'")
    answer = client_of(daemon).get("/v1/claims?format=ndjson")
    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert b"nonsense" not in answer.body
