# SPDX-License-Identifier: MIT
"""Answers that are kept: the same to the byte as those made anew, and never old."""
import concurrent.futures
import threading

import pytest

from conftest import COUNTED, DOCUMENT, Client, Daemon, run
from test_statuses import address  # noqa: F401 a fixture

PATHS = sorted(set(DOCUMENT["paths"]) - COUNTED)
CODINGS = ["identity", "gzip", "br"]
OTHER_EACH_TIME = {"Date", "X-Request-Id"}


@pytest.fixture(scope="module")
def pair(database, checker):
    """Clients of two daemons over one database: one keeps answers, one does not."""
    daemons = [Daemon(database, "--cache-bytes", size) for size in ("16777216", "0")]
    clients = [Client(daemon.port, checker) for daemon in daemons]
    yield clients
    for client in clients:
        client.connection.close()
    for daemon in daemons:
        assert daemon.stop() == 0


def same(answer, other):
    kept = [(k, v) for k, v in answer.headers.items() if k not in OTHER_EACH_TIME]
    anew = [(k, v) for k, v in other.headers.items() if k not in OTHER_EACH_TIME]
    assert kept == anew
    assert (answer.status, answer.body) == (other.status, other.body)


@pytest.mark.parametrize("path", PATHS)
def test_kept_answer_is_the_one_made_anew(pair, address, path):  # noqa: F811
    keeping, plain = pair
    target = address(path)
    for coding in CODINGS:
        anew = plain.get(target, Accept_Encoding=coding)
        for _ in range(3):
            same(keeping.get(target, Accept_Encoding=coding), anew)
        head = plain.ask("HEAD", target, {"Accept-Encoding": coding})
        same(keeping.ask("HEAD", target, {"Accept-Encoding": coding}), head)
        if "ETag" in anew.headers:
            asked = {"Accept_Encoding": coding, "If_None_Match": anew.headers["ETag"]}
            same(keeping.get(target, **asked), plain.get(target, **asked))
        if "Last-Modified" in anew.headers:
            asked = {"Accept_Encoding": coding,
                     "If_Modified_Since": anew.headers["Last-Modified"]}
            same(keeping.get(target, **asked), plain.get(target, **asked))


def test_every_answer_has_an_id_of_its_own(client):
    ids = [client.get("/v1/topics").headers["X-Request-Id"] for _ in range(20)]
    assert len(set(ids)) == 20
    for wanted in ("first", "second", "a" * 64):
        assert client.get("/v1/topics", X_Request_Id=wanted).headers["X-Request-Id"] == wanted


def test_small_content_is_coded_only_for_who_takes_nothing_else(pair):
    for client in pair:
        plain = client.get("/v1/topics?limit=1", Accept_Encoding="br")
        coded = client.get("/v1/topics?limit=1", Accept_Encoding="br, identity;q=0")
        assert plain.headers["Content-Encoding"] is None
        assert coded.headers["Content-Encoding"] == "br"
        assert coded.content == plain.body


def load(database, page, text):
    page.write_text(text)
    done = run("load", "--db", database, page)
    assert done.returncode == 0, done.stderr


def test_every_load_shows_in_the_very_next_answer(own_daemon, checker, tmp_path):
    client = Client(own_daemon().port, checker)
    target = "/v1/claims?source=page.txt"
    for hours in range(1, 9):
        text = f"Ketamine may ease anxiety within {hours} hours.\n"
        load(own_daemon.database, tmp_path / "page.txt", text)
        for _ in range(2):
            assert [c["text"] for c in client.data(target)] == [text.strip()]


def test_answers_are_never_older_than_what_was_seen_committed(own_daemon, checker, tmp_path):
    """While loads go on, clients ask: versions never go back, and what a load has
    reported as done shows."""
    daemon = own_daemon("--cold-queries", "16")  # nobody is refused
    committed, ended = [0], threading.Event()

    def version_of(client, target):
        answer = client.get(target)
        assert answer.status == 200, answer.body
        return answer.json["meta"]["dataset_version"]

    def ask():
        client, seen = Client(daemon.port, checker), 0
        while not ended.is_set():
            least = committed[0]
            version = version_of(client, "/v1/claims?limit=5")
            assert version >= max(least, seen)
            seen = version
        return seen

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        reader = Client(daemon.port, checker)
        try:
            for i in range(10):
                load(own_daemon.database, tmp_path / "page.txt", f"Ketamine may help in {i + 1} days.\n")
                committed[0] = version_of(reader, "/v1/topics")
        finally:
            ended.set()
        assert all(a.result() > 0 for a in asking)
