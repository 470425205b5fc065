# SPDX-License-Identifier: MIT
"""Another file at the database's path: it is served without a restart, and nothing of
the one before."""
import os
import shutil
import subprocess
import sys
import time

import pytest

from conftest import Client, run
from test_metrics import scrape, value

TARGET = "/v1/claims?limit=5"
NEW = "Ketamine may ease panic within three days.\n"


def make(path, folder, text=NEW):
    folder.mkdir(exist_ok=True)
    (folder / "page.txt").write_text(text)
    done = run("load", "--db", path, folder)
    assert done.returncode == 0, done.stderr
    return path


def texts(answer):
    return [claim["text"] for claim in answer.json["data"]]


def until(ask, wanted, seconds=5):
    """What comes before it and at last is what is wanted."""
    before, end = [], time.monotonic() + seconds
    while not wanted(answer := ask()):
        before.append(answer)
        assert time.monotonic() < end, answer.body
        time.sleep(0.02)
    return before, answer


def is_new(answer):
    return answer.status == 200 and texts(answer) == [NEW.strip()]


def rename_over(path, new):
    os.replace(new, path)


def delete_and_make(path, new):
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    make(path, path.parent / "again")


def move_and_copy(path, new):
    path.rename(path.with_suffix(".old"))
    shutil.copy(new, path)


WAYS = [rename_over, delete_and_make, move_and_copy]


@pytest.fixture
def serving(own_daemon, checker, tmp_path):
    """A daemon all of whose threads have the file open and its answers kept."""
    daemon = own_daemon("--threads", "3")
    clients = [Client(daemon.port, checker) for _ in range(9)]
    for _ in range(3):
        for client in clients:
            assert len(texts(client.get(TARGET))) == 5
    yield own_daemon.database, clients, make(tmp_path / "new.db", tmp_path / "other")
    for client in clients:
        client.connection.close()
    assert daemon.stop() == 0


@pytest.mark.parametrize("replace", WAYS)
def test_the_new_file_is_served_by_all_threads_for_good(serving, replace):
    path, clients, new = serving
    replace(path, new)
    before, _ = until(lambda: clients[0].get(TARGET), is_new)
    assert all(answer.status == 503 or len(texts(answer)) == 5 for answer in before)
    for _ in range(5):
        for client in clients:
            assert is_new(client.get(TARGET))
    rows = value(scrape(clients[0])[0], "treatfacts_dataset_rows", kind="claims")
    assert rows == clients[0].get("/v1/claims?count=true").json["meta"]["total"] == 1
    assert run("verify", "--db", path).returncode == 0


def test_answers_of_a_file_of_the_same_version_are_not_given(own_daemon, checker, tmp_path):
    path = own_daemon.database
    for file in path.parent.glob("facts.db*"):
        file.unlink()
    make(path, tmp_path / "one", "Ketamine may ease panic within two hours.\n")
    new = make(tmp_path / "new.db", tmp_path / "two")
    client = Client(own_daemon("--threads", "1").port, checker)
    old = client.get(TARGET)
    assert not is_new(old) and client.get(TARGET).body == old.body
    os.replace(new, path)
    _, answer = until(lambda: client.get(TARGET), is_new)
    assert answer.json["meta"]["dataset_version"] == old.json["meta"]["dataset_version"]
    assert client.get(TARGET, If_None_Match=old.headers["ETag"]).status == 200


def test_while_there_is_none_nothing_is_given_and_it_comes_back(serving):
    path, clients, _ = serving
    away = path.with_suffix(".away")
    path.rename(away)
    until(lambda: clients[0].get(TARGET), lambda answer: answer.status == 503)
    for client in clients:
        for target in (TARGET, "/readyz", "/v1/claims?format=csv"):
            assert client.get(target).status == 503
        assert client.get("/healthz").status == 200
    away.rename(path)
    for client in clients:
        assert len(texts(client.get(TARGET))) == 5


def test_a_load_into_the_new_file_shows_in_the_next_answer(serving, tmp_path):
    path, clients, new = serving
    os.replace(new, path)
    until(lambda: clients[0].get(TARGET), is_new)
    for days in range(2, 6):
        text = f"Ketamine may ease panic within {days} days.\n"
        make(path, tmp_path / "other", text)
        for client in clients:
            assert texts(client.get(TARGET)) == [text.strip()]


def test_files_come_and_go_while_clients_ask(serving, tmp_path):
    path, clients, _ = serving
    for turn in range(4):
        text = f"Ketamine may ease panic within {turn + 2} weeks.\n"
        other = make(tmp_path / f"turn{turn}.db", tmp_path / "other", text)
        os.replace(other, path)
        until(lambda: clients[turn].get(TARGET), lambda a: texts(a) == [text.strip()])
        for client in clients:
            assert texts(client.get(TARGET)) == [text.strip()]


KILLED_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("UPDATE source SET publisher = 'nobody'")
connection.commit()
os._exit(0)
"""


def test_log_of_the_file_before_is_not_mixed_with_the_new_one(serving):
    path, clients, new = serving
    subprocess.run([sys.executable, "-c", KILLED_WRITER, str(path)], check=True)
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size > 0
    clients[0].get(TARGET)
    time.sleep(1.1)  # the log is known to be this file's
    clients[0].get(TARGET)
    kept = log.read_bytes()
    os.replace(new, path)
    until(lambda: clients[0].get(TARGET), lambda answer: answer.status == 503)
    for client in clients:
        assert client.get(TARGET).status == 503
    assert log.read_bytes() == kept
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink()
    until(lambda: clients[0].get(TARGET), is_new)
    for client in clients:
        assert is_new(client.get(TARGET))


def test_a_load_leaves_the_file_whole_without_its_log(serving, tmp_path):
    path, clients, _ = serving
    make(path, tmp_path / "other")
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    assert len(texts(clients[0].get(TARGET))) == 5
