# SPDX-License-Identifier: MIT
"""Database files that are damaged, gone, another's, locked or not writable: for load,
verify and serve a clear error or a right answer, and all is well when the file is."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import threading

import pytest
from conftest import (first_line, BINARY, ROOT, SEED, Faulty, environment, fails_well, get, in_parallel,
                      mounted, texts)

PATHS = ["/v1/claims?limit=200", "/v1/claims?treatment=ketamine&sort=-updated_at",
         "/v1/claims?facet=topic,treatment&count=true", "/v1/sources", "/v1/search?q=anxiety",
         "/v1/onset-windows?max_lte=P1D", "/v1/onset-windows/summary", "/v1/faqs",
         "/v1/studies?format=csv", "/v1/time-windows?format=ndjson", "/v1/treatments"]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A database without a log, and what is answered over it."""
    program = Faulty(tmp_path_factory.mktemp("good"))
    done = program.load(ROOT / "examples" / "sources")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(program.database) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    daemon = program.serve("--cache-bytes", "0")
    program.answers = {path: get(daemon.port, path) for path in PATHS}
    for source in json.loads(program.answers["/v1/sources"][1])["data"]:
        for path in (source["text_href"], source["segments_href"] + "?limit=500"):
            program.answers[path] = get(daemon.port, path)
    assert {status for status, _ in program.answers.values()} == {200}
    assert daemon.stop() == 0
    for log in program.folder.glob("facts.db-*"):
        log.unlink()
    yield program
    program.close()

PAGE = 8192  # bytes of a new database's

def copy_of(good, folder):
    folder.mkdir(exist_ok=True)
    program = Faulty(folder)
    shutil.copy(good.database, program.database)
    return program


def ask_all(program, answers):
    """Answers of a daemon over the database, or None where it does not start."""
    serve = [BINARY, "serve", "--db", program.database, "--listen", "127.0.0.1:0",
             "--cache-bytes", "0"]
    process = subprocess.Popen(serve, env=environment(), stderr=subprocess.PIPE, text=True)
    line = first_line(process)
    if '"listening"' not in line:
        rest = process.communicate(timeout=30)[1]
        fails_well(subprocess.CompletedProcess(serve, process.returncode, "", line + rest))
        return None
    drain = threading.Thread(target=process.stderr.read)
    drain.start()
    port = json.loads(line)["port"]
    found = {path: get(port, path) for path in answers}
    process.terminate()
    assert process.wait(30) == 0
    drain.join()
    return found


def judge(program, answers):
    """What became of a damage: every failure is told as one, and of the texts and the
    rows' structure verify finds what is not as it was. Gives how many answers were the
    same, failed and differed."""
    found = ask_all(program, answers)
    done = program.run("verify", "--db", program.database)
    assert done.returncode in (0, 1) and "Sanitizer" not in done.stderr, done.stderr
    if found is None:
        assert done.returncode == 1
        return 0, len(answers), 0
    same = sum(found[path] == answers[path] for path in answers)
    failed = [body for status, body in found.values() if status >= 500]
    for body in failed:
        problem = json.loads(body)
        assert problem["status"] in (500, 503) and program.folder.name not in body.decode()
    for path, (status, body) in found.items():
        if path.endswith("/text") and status == 200 and (status, body) != answers[path]:
            assert done.returncode == 1, path
    texts(program.folder / "texts", 1)
    load = program.load("texts")
    assert load.returncode in (0, 1) and "Sanitizer" not in load.stderr, load.stderr
    return same, len(failed), len(answers) - same - len(failed)


def damage(path, changes):
    with open(path, "r+b") as file:
        for offset, mask in changes:
            file.seek(offset)
            (byte,) = file.read(1)
            file.seek(offset)
            file.write(bytes([byte ^ mask]))


HEADER, FIRST_PAGE, ANYWHERE, BURST = range(4)


def changes_of(kind, size, made):
    if kind == HEADER:
        return [(made.randrange(100), made.randrange(1, 256))]
    if kind == FIRST_PAGE:
        return [(made.randrange(100, PAGE), made.randrange(1, 256))]
    if kind == ANYWHERE:
        return [(made.randrange(PAGE, size), made.randrange(1, 256))]
    start = made.randrange(PAGE, size - 512)
    return [(start + i, made.randrange(256)) for i in range(512)]


@pytest.mark.parametrize("kind", [HEADER, FIRST_PAGE, ANYWHERE, BURST],
                         ids=["header", "first page", "anywhere", "burst"])
def test_changed_bytes_are_an_error_and_never_an_answer(good, tmp_path, kind):
    size = good.database.stat().st_size

    def one(i):
        made = random.Random(f"{SEED} {kind} {i}")
        program = copy_of(good, tmp_path / f"place-{i}")
        changes = changes_of(kind, size, made)
        damage(program.database, changes)
        _, _, differ = judge(program, good.answers)
        assert not differ, changes

    in_parallel(one, range(12))


def test_byte_that_changes_under_a_daemon_is_an_error_and_never_an_answer(good, tmp_path):
    program = copy_of(good, tmp_path)
    made = random.Random(SEED)
    size = program.database.stat().st_size
    daemon = program.serve("--cache-bytes", "0")
    failed = 0
    for _ in range(12):
        change = [(made.randrange(size), made.randrange(1, 256))]
        damage(program.database, change)
        for path, answer in good.answers.items():
            found = get(daemon.port, path)
            assert found == answer or found[0] in (500, 503), (path, change)
            failed += found != answer
        damage(program.database, change)
    assert failed
    assert {path: get(daemon.port, path) for path in good.answers} == good.answers
    assert daemon.stop() == 0


@pytest.mark.parametrize("tenths", range(10))
def test_truncated_file_is_told(good, tmp_path, tenths):
    program = copy_of(good, tmp_path)
    os.truncate(program.database, good.database.stat().st_size * tenths // 10)
    if tenths == 0:  # an empty file is made a database
        assert ask_all(program, ["/v1/sources"])["/v1/sources"][0] == 200
        return
    same, failed, differ = judge(program, good.answers)
    assert failed and not differ


def test_changed_byte_of_a_text_is_found(good, tmp_path):
    """Where it stands as it was received: what has a line break in it stands nowhere else."""
    content = good.database.read_bytes()
    sources = [path.read_bytes() for path in sorted((ROOT / "examples/sources").glob("*.txt"))]

    def one(i):
        made = random.Random(f"{SEED} {i}")
        at = -1
        while at < 0:
            source = made.choice(sources)
            start = made.randrange(len(source) - 60)
            piece = source[start:start + 60]
            at = content.find(piece) if b"\n" in piece else -1
        program = copy_of(good, tmp_path / f"place-{i}")
        damage(program.database, [(at + made.randrange(60), made.randrange(1, 256))])
        done = program.run("verify", "--db", program.database)
        assert done.returncode == 1 and "not as it was written" in done.stdout, done.stdout
        found = ask_all(program, good.answers)
        assert {status for status, _ in found.values()} <= {200, 500, 503}

    in_parallel(one, range(8))


# --- The log -------------------------------------------------------------------

@pytest.fixture
def with_log(good, tmp_path):
    """The database with a second load that is in its log only, and what is answered
    before and after it."""
    program = copy_of(good, tmp_path / "logged")
    texts(program.folder / "texts", 3)
    reader = sqlite3.connect(program.database)  # keeps the log from being written back
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM claim").fetchall()
    assert program.load("texts").returncode == 0
    log = program.database.with_name("facts.db-wal")
    saved = log.read_bytes()
    main = program.database.read_bytes()
    reader.close()
    assert len(saved) > 100_000
    return main, saved


@pytest.mark.parametrize("fault", ["cut", "changed", "header", "rubbish"])
def test_damaged_log_gives_a_state_that_there_was(good, with_log, tmp_path, fault):
    main, log = with_log

    def one(i):
        made = random.Random(f"{SEED} {fault} {i}")
        broken = bytearray(log)
        if fault == "cut":
            del broken[made.randrange(len(broken)):]
        elif fault == "rubbish":
            broken[:] = made.randbytes(len(broken))
        else:
            broken[made.randrange(32 if fault == "header" else len(broken))] ^= 1 << made.randrange(8)
        folder = tmp_path / f"{fault}-{i}"
        folder.mkdir()
        program = Faulty(folder)
        program.database.write_bytes(main)
        program.database.with_name("facts.db-wal").write_bytes(broken)
        found = ask_all(program, ["/v1/sources?count=true", "/v1/claims"])
        total = json.loads(found["/v1/sources?count=true"][1])["meta"]["total"]
        assert total in (5, 8)
        if total == 5:
            assert json.loads(found["/v1/claims"][1])["data"] == json.loads(
                good.answers["/v1/claims?limit=200"][1])["data"][:50]
        program.sound()
        texts(folder / "texts", 4)
        assert program.load("texts").returncode == 0
        program.sound()
        return total

    assert 5 in in_parallel(one, range(6))


# --- Gone, another's, locked, not writable ---------------------------------------

def well(program, answers):
    return ask_all(program, answers) == answers


def test_database_that_goes_away_and_comes_back(good, tmp_path):
    program = copy_of(good, tmp_path)
    path = "/v1/claims?limit=200"
    daemon = program.serve("--cache-bytes", "0")
    away = program.database.with_name("away.db")
    program.database.rename(away)
    status, body = get(daemon.port, path)
    assert status == 503 or (status, body) == good.answers[path]
    fails_well(program.run("verify", "--db", program.database), "No such file")
    away.rename(program.database)
    assert daemon.stop() == 0
    assert well(program, good.answers)
    program.sound()


@pytest.mark.parametrize("content", [b"", b"not a database at all, but some words\n" * 200,
                                     b"SQLite format 3\0" + bytes(4080)],
                         ids=["empty", "words", "only a header"])
def test_file_of_another_kind_is_refused_and_left_alone(program, content):
    program.database.write_bytes(content)
    texts(program.folder / "texts", 1)
    if content:
        fails_well(program.load("texts"), "facts.db")
        assert ask_all(program, ["/v1/sources"]) is None
        assert program.database.read_bytes() == content
    fails_well(program.run("verify", "--db", program.database), "facts.db")


def test_database_of_another_program_is_refused_and_left_alone(program):
    with sqlite3.connect(program.database) as other:
        other.execute("CREATE TABLE notes (words)")
    other.close()
    before = program.database.read_bytes()
    texts(program.folder / "texts", 1)
    fails_well(program.load("texts"), "another program")
    fails_well(program.run("verify", "--db", program.database), "another program")
    assert ask_all(program, ["/v1/sources"]) is None
    assert program.database.read_bytes() == before


def test_folder_in_the_place_of_the_database_is_refused(program):
    program.database.mkdir()
    texts(program.folder / "texts", 1)
    fails_well(program.load("texts"), "not a regular file")
    assert ask_all(program, ["/v1/sources"]) is None


def test_writer_that_holds_the_lock_stops_loads_and_no_reader(good, tmp_path):
    program = copy_of(good, tmp_path)
    texts(program.folder / "texts", 1)
    holder = sqlite3.connect(program.database)
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE dataset SET version = version + 1")
    waiting = []
    assert well(program, good.answers)
    for command in (["load", "--db", program.database, "texts"],
                    ["verify", "--db", program.database]):
        waiting.append(program.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    for process in waiting:
        out, err = process.communicate(timeout=60)
        fails_well(subprocess.CompletedProcess([], process.returncode, out, err), "locked")
    holder.rollback()
    holder.close()
    assert program.load("texts").returncode == 0
    program.sound()


def test_whole_file_held_by_another_process_is_told_and_answered_again_later(good, tmp_path):
    """locking_mode EXCLUSIVE keeps everybody out."""
    program = copy_of(good, tmp_path)
    holder = sqlite3.connect(program.database)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE dataset SET version = version")
    holder.commit()
    fails_well(program.run("verify", "--db", program.database), "locked")
    holder.close()
    assert well(program, good.answers)
    program.sound()


def test_database_on_a_read_only_mount_is_served_where_a_log_index_is_there(good, tmp_path):
    """SQLite needs the index of the log; where it cannot be made that is said."""
    inner = tmp_path / "inner"
    program = copy_of(good, inner)
    outer = tmp_path / "outer"
    outer.mkdir()
    with mounted(outer, "--bind", inner):
        remount = ["mount", "-o", "remount,bind,ro", outer]
        if subprocess.run(remount, capture_output=True).returncode:
            pytest.skip("this user may not remount")
        locked = Faulty(outer)
        fails_well(locked.run("verify", "--db", locked.database), "read-only")
        fails_well(locked.load(ROOT / "examples" / "sources"), "facts.db")
        assert ask_all(locked, good.answers) is None
        writer = program.serve()  # has log and index
        assert get(writer.port, "/v1/claims?limit=200") == good.answers["/v1/claims?limit=200"]
        assert well(locked, good.answers)
        assert writer.stop() == 0
