# SPDX-License-Identifier: MIT
"""Copies that are made while the database is served and loaded."""
import fcntl
import os
import signal
import sqlite3
import struct
import subprocess
import threading
import time

import pytest
from conftest import BINARY, SEED, fails_well, get, texts


@pytest.fixture
def loaded(program):
    texts(program.folder / "texts", 20)
    assert program.load("texts").returncode == 0
    return program


def backup(program, to, *options, **more):
    return program.run("backup", "--db", program.database, to, *options, **more)


def dump(path):
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


def names(folder):
    """Without the log of the database, which its readers leave there."""
    return {path.name for path in folder.iterdir()} - {"facts.db-wal", "facts.db-shm"}


def test_backup_has_the_same_rows_and_stands_alone(loaded):
    before = names(loaded.folder)
    done = backup(loaded, "copy.db")
    assert (done.returncode, done.stdout) == (0, f"{loaded.database}: copied to copy.db\n")
    assert names(loaded.folder) == before | {"copy.db"}
    copy = loaded.folder / "copy.db"
    assert copy.read_bytes()[18:20] == b"\2\2"  # WAL (Database File Format, 1.3.3)
    assert dump(copy) == dump(loaded.database)
    loaded.sound(copy)


def test_backup_is_as_private_as_the_database(loaded):
    loaded.database.chmod(0o600)
    assert backup(loaded, "copy.db").returncode == 0
    assert (loaded.folder / "copy.db").stat().st_mode & 0o777 == 0o600


def test_file_that_is_there_is_replaced_only_by_force(loaded):
    loaded.text("copy.db", "notes")
    fails_well(backup(loaded, "copy.db"), "copy.db: is there already", "--force")
    assert (loaded.folder / "copy.db").read_text() == "notes"
    assert backup(loaded, "copy.db", "--force").returncode == 0
    loaded.sound(loaded.folder / "copy.db")


def test_database_is_not_replaced_by_its_copy(loaded):
    before = loaded.database.read_bytes()
    (loaded.folder / "link.db").symlink_to(loaded.database)
    os.link(loaded.database, loaded.folder / "hard.db")
    for to in ("facts.db", "./facts.db", "link.db", "hard.db"):
        fails_well(backup(loaded, to, "--force"), "is the database itself", code=2)
    for to in ("facts.db-wal", "other.db-journal", "x-shm"):
        fails_well(backup(loaded, to, "--force"), "files of its own", code=2)
    assert loaded.database.read_bytes() == before


def test_file_with_a_log_or_with_readers_is_not_replaced(loaded):
    assert backup(loaded, "copy.db").returncode == 0
    with sqlite3.connect(loaded.folder / "copy.db") as reader:
        reader.execute("SELECT count(*) FROM claim").fetchall()
        fails_well(backup(loaded, "copy.db", "--force"), "copy.db: is in use")
    reader.close()
    loaded.text("copy.db-wal", "left by someone")
    fails_well(backup(loaded, "copy.db", "--force"), "copy.db-wal")
    os.remove(loaded.folder / "copy.db")
    fails_well(backup(loaded, "copy.db"), "copy.db-wal")


def test_part_that_was_left_is_taken_over_and_one_in_the_making_is_not(loaded):
    part = loaded.text("copy.db.part", "half a copy")
    loaded.text("copy.db.part-wal", "and its log")
    with open(part, "r+b") as held:
        whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(held, fcntl.F_OFD_SETLK, whole)
        fails_well(backup(loaded, "copy.db"), "another process is writing it")
        assert part.read_text() == "half a copy"
    assert backup(loaded, "copy.db").returncode == 0
    assert not {"copy.db.part", "copy.db.part-wal"} & names(loaded.folder)
    loaded.sound(loaded.folder / "copy.db")


def test_part_that_is_a_link_is_not_followed(loaded):
    victim = loaded.text("victim", "dear")
    (loaded.folder / "copy.db.part").symlink_to(victim)
    fails_well(backup(loaded, "copy.db"), "copy.db.part")
    (loaded.folder / "copy.db.part").unlink()
    os.link(victim, loaded.folder / "copy.db.part")
    fails_well(backup(loaded, "copy.db"), "not ours")
    assert victim.read_text() == "dear"


def test_damaged_database_is_not_taken_for_a_backup(loaded):
    with sqlite3.connect(loaded.database) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = database.execute("SELECT rootpage FROM sqlite_schema"
                                   " WHERE name = 'claim'").fetchone()
        (page,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with open(loaded.database, "r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * 64)
    before = names(loaded.folder)
    fails_well(backup(loaded, "copy.db"), "damaged")
    assert names(loaded.folder) == before


def test_what_is_no_database_or_not_there_is_named(program):
    fails_well(backup(program, "copy.db"), "facts.db: No such file")
    program.text("facts.db", "some notes" * 100)
    fails_well(backup(program, "copy.db"), "not a treatfacts database")
    texts(program.folder / "texts", 1)
    program.database.unlink()
    assert program.load("texts").returncode == 0
    fails_well(backup(program, "nowhere/copy.db"), "nowhere/copy.db")


def test_backup_of_an_older_schema_is_one_of_the_older_schema(loaded):
    with sqlite3.connect(loaded.database) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute(f"PRAGMA user_version = {version - 1}")
    assert backup(loaded, "copy.db").returncode == 0
    with sqlite3.connect(loaded.folder / "copy.db") as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == version - 1


def test_full_disk_leaves_nothing_behind(loaded, small_disk):
    disk = small_disk("256k")
    fails_well(backup(loaded, disk / "copy.db"), "full")
    assert names(disk) == set()


def test_limit_of_file_size_leaves_nothing_behind(loaded):
    limit = ["prlimit", f"--fsize={128 * 1024}", BINARY, "backup", "--db", loaded.database]
    done = subprocess.run([*map(str, limit), "copy.db"], cwd=loaded.folder, text=True,
                          capture_output=True, timeout=60)
    fails_well(done, "copy.db.part")
    assert "copy.db" not in " ".join(names(loaded.folder))


def test_backups_while_a_daemon_serves_and_a_load_writes_are_each_one_state(loaded):
    """Each is of a version that was there, later ones of later versions."""
    daemon = loaded.serve("--threads", "2")
    many = loaded.folder / "many"
    texts(many, 150, seed=SEED + 1)
    writer = loaded.start("load", "--db", loaded.database, "many", stdout=subprocess.DEVNULL)
    statuses, versions = [], []
    ends = threading.Event()

    def ask():
        while not ends.is_set():
            statuses.append(get(daemon.port, "/v1/claims?limit=5")[0])

    reader = threading.Thread(target=ask)
    reader.start()
    try:
        running = True
        while running:
            running = writer.poll() is None
            to = loaded.folder / f"copy-{len(versions)}.db"
            done = backup(loaded, to)
            assert done.returncode == 0, done.stderr
            loaded.sound(to)
            with sqlite3.connect(to) as database:
                (version,) = database.execute("SELECT version FROM dataset").fetchone()
                (sources,) = database.execute("SELECT count(*) FROM source").fetchone()
            database.close()
            versions.append((version, sources))
    finally:
        ends.set()
        reader.join()
    assert writer.returncode == 0
    assert versions == sorted(versions)
    assert versions[-1] == (171, 170)
    assert all(version == sources + 1 for version, sources in versions)  # and the vocabulary
    assert set(statuses) == {200}
    assert daemon.stop() == 0


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.9])
def test_killed_backup_leaves_no_copy_and_the_next_one_succeeds(loaded, moment):
    began = time.monotonic()
    assert backup(loaded, "first.db").returncode == 0
    seconds = time.monotonic() - began
    process = loaded.start("backup", "--db", loaded.database, "copy.db",
                           stdout=subprocess.DEVNULL)
    time.sleep(seconds * moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    copy = loaded.folder / "copy.db"
    if copy.exists():
        loaded.sound(copy)
        copy.unlink()
    assert backup(loaded, "copy.db").returncode == 0
    loaded.sound(copy)
    loaded.sound()
