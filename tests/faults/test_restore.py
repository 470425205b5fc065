# SPDX-License-Identifier: MIT
"""Backups that become the database again: under a daemon, over what is damaged, with
whatever goes wrong on the way."""
import contextlib
import json
import os
import signal
import sqlite3

import pytest
from conftest import SEED, Control, fails_well, get, in_parallel, make_older, texts


def restore(program, backup, *options, **more):
    return program.run("restore", "--db", program.database, backup, *options, **more)


def version(path):
    with sqlite3.connect(path) as database:
        (number,) = database.execute("SELECT version FROM dataset").fetchone()
    database.close()
    return number


def export(program, database=None):
    done = program.run("export", "--db", database or program.database)
    assert done.returncode == 0, done.stderr
    return done.stdout


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def kept(program):
    """A database of two loads, and a backup of the first."""
    texts(program.folder / "first", 15)
    assert program.load("first").returncode == 0
    assert program.run("backup", "--db", program.database, "backup.db").returncode == 0
    program.first = export(program)
    texts(program.folder / "second", 25, seed=SEED + 1)
    assert program.load("second").returncode == 0
    program.second = export(program)
    return program


def test_restored_database_is_the_backup_and_verify_accepts_it(kept):
    before, backup = version(kept.database), (kept.folder / "backup.db").read_bytes()
    done = restore(kept, "backup.db")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{kept.database}: restored from backup.db, ")
    assert export(kept) == kept.first
    kept.sound()
    assert version(kept.database) == before + 1  # none is used twice
    assert (kept.folder / "backup.db").read_bytes() == backup
    assert "facts.db.part" not in names(kept.folder)
    assert kept.load("second").returncode == 0
    kept.sound()


def test_database_that_is_not_there_is_made(kept):
    for file in kept.folder.glob("facts.db*"):
        file.unlink()
    assert restore(kept, "backup.db").returncode == 0
    assert export(kept) == kept.first
    kept.sound()


def test_daemon_serves_what_is_restored_at_once(kept):
    """No request fails, and what was kept of the other state is not given again."""
    path = "/v1/sources?count=true&limit=1"
    daemon = kept.serve()
    for total in (40, 15, 40, 15):
        if total == 15:
            assert restore(kept, "backup.db").returncode == 0
        else:
            assert kept.load("second").returncode == 0
        for _ in range(5):
            status, body = get(daemon.port, path)
            assert (status, json.loads(body)["meta"]["total"]) == (200, total)
        claims = get(daemon.port, "/v1/claims?format=ndjson")[1]
        assert claims.decode() in export(kept)
    assert daemon.stop() == 0


def test_restore_waits_for_a_load_and_refuses_where_one_holds_on(kept):
    holder = sqlite3.connect(kept.database)
    holder.execute("BEGIN IMMEDIATE")
    fails_well(restore(kept, "backup.db"), "locked")
    holder.rollback()
    holder.close()
    assert export(kept) == kept.second
    kept.sound()


def test_damaged_backup_is_listed_and_nothing_is_touched(kept):
    with sqlite3.connect(kept.folder / "backup.db") as database:
        database.execute("UPDATE text SET bytes = CAST(replace(CAST(bytes AS TEXT),"
                         " 'ease', 'cure') AS BLOB)")
    database.close()
    done = restore(kept, "backup.db")
    fails_well(done, "backup.db: ", "findings; nothing was restored")
    assert len(done.stdout.splitlines()) >= 2
    assert export(kept) == kept.second
    assert "facts.db.part" not in names(kept.folder)


@pytest.mark.parametrize("content", [b"", b"some notes" * 1000, None], ids=["empty", "words", "cut"])
def test_what_is_no_backup_is_refused(kept, content):
    backup = kept.folder / "backup.db"
    if content is None:
        content = backup.read_bytes()[:-5000]
    backup.write_bytes(content)
    done = restore(kept, "backup.db")
    assert done.returncode == 1 and "backup.db: " in done.stderr, done.stderr
    assert export(kept) == kept.second
    fails_well(restore(kept, "nowhere.db"), "nowhere.db: No such file")


def test_file_in_use_is_no_backup(kept):
    (kept.folder / "backup.db").rename(kept.folder / "other.db")
    held = sqlite3.connect(kept.folder / "other.db")
    held.execute("UPDATE dataset SET version = version + 1")
    held.commit()
    fails_well(restore(kept, "other.db"), "other.db-wal", "treatfacts backup")
    held.close()
    fails_well(restore(kept, kept.database), "is the database itself", code=2)


def test_damaged_database_is_replaced_only_by_force_and_when_nobody_has_it(kept):
    daemon = kept.serve()
    assert get(daemon.port, "/v1/sources")[0] == 200
    with open(kept.database, "r+b") as file:
        file.write(b"rubbish" * 20)
    fails_well(restore(kept, "backup.db"), "--force")
    fails_well(restore(kept, "backup.db", "--force"), "in use")
    assert daemon.stop() == 0
    for log in kept.folder.glob("facts.db-*"):
        log.unlink()
    assert restore(kept, "backup.db", "--force").returncode == 0
    assert export(kept) == kept.first
    kept.sound()


def write_by_another_program(path, *statements):
    """All pages anew, with checksums that do not fit."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in (*statements, "VACUUM"):
            database.execute(statement)


def test_pages_that_another_program_wrote_come_back_with_new_checksums(kept):
    write_by_another_program(kept.folder / "backup.db")
    foreign = (kept.folder / "backup.db").read_bytes()
    fails_well(restore(kept, "backup.db"), "another program has written it")
    assert export(kept) == kept.second
    done = restore(kept, "backup.db", "--new-checksums")
    assert done.returncode == 0, done.stderr
    assert export(kept) == kept.first
    kept.sound()
    assert (kept.folder / "backup.db").read_bytes() == foreign


def test_new_checksums_are_for_pages_and_not_for_what_they_hold(kept):
    write_by_another_program(kept.folder / "backup.db",
                             "UPDATE text SET bytes = CAST(replace(bytes, 'a', 'b') AS BLOB) WHERE revision_id = 3")
    done = restore(kept, "backup.db", "--new-checksums")
    assert done.returncode == 1 and "nothing was restored" in done.stderr
    assert export(kept) == kept.second
    kept.sound()


def test_backup_with_pages_of_another_size_takes_the_place_by_force_only(kept):
    write_by_another_program(kept.folder / "backup.db", "PRAGMA journal_mode = DELETE",
                             "PRAGMA page_size = 4096")
    fails_well(restore(kept, "backup.db", "--new-checksums"), "larger or smaller", "--force")
    assert export(kept) == kept.second
    daemon = kept.serve()
    assert get(daemon.port, "/v1/sources")[0] == 200
    fails_well(restore(kept, "backup.db", "--new-checksums", "--force"), "in use")
    assert daemon.stop() == 0
    assert restore(kept, "backup.db", "--new-checksums", "--force").returncode == 0
    assert export(kept) == kept.first
    kept.sound()
    assert kept.load("second").returncode == 0
    kept.sound()


def test_log_that_was_left_is_not_taken_for_the_new_file(kept):
    """It would be written into the restored pages."""
    reader = sqlite3.connect(kept.database)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM claim").fetchall()
    texts(kept.folder / "third", 5, seed=SEED + 2)
    assert kept.load("third").returncode == 0
    log = (kept.folder / "facts.db-wal").read_bytes()
    reader.close()
    for file in kept.folder.glob("facts.db*"):
        file.unlink()
    (kept.folder / "facts.db-wal").write_bytes(log)
    fails_well(restore(kept, "backup.db", "--force"), "facts.db-wal", "remove both")
    (kept.folder / "facts.db-wal").unlink()
    assert restore(kept, "backup.db").returncode == 0
    kept.sound()


def test_backup_from_where_nobody_can_write_is_restored(kept):
    folder = kept.folder / "kept"
    folder.mkdir()
    (kept.folder / "backup.db").rename(folder / "backup.db")
    before = names(folder)
    (folder / "backup.db").chmod(0o444)
    folder.chmod(0o555)
    assert restore(kept, "kept/backup.db").returncode == 0
    assert names(folder) == before
    folder.chmod(0o755)


def test_full_disk_leaves_the_database_as_it_was(kept, small_disk):
    disk = small_disk("4m")
    backup = kept.folder / "backup.db"
    other = disk / "facts.db"
    kept.run("backup", "--db", kept.database, other)
    for left in (0, 100, 500):
        space = os.statvfs(disk)
        with open(disk / "ballast", "wb") as ballast:
            ballast.write(bytes(space.f_bavail * space.f_frsize - left * 1024))
        done = kept.run("restore", "--db", other, backup)
        assert done.returncode == 1 and "Sanitizer" not in done.stderr, done.stderr
        (disk / "ballast").unlink()
        assert export(kept, other) == kept.second
        assert "facts.db.part" not in names(disk)
    assert kept.run("restore", "--db", other, backup).returncode == 0
    assert export(kept, other) == kept.first


def test_restore_that_is_killed_leaves_the_old_state_or_the_new_one(kept, control):
    (kept.folder / "facts.db-shm").unlink(missing_ok=True)
    database, backup = kept.database.read_bytes(), (kept.folder / "backup.db").read_bytes()
    changes = {}

    def start(name, change, present):
        folder = kept.folder / name
        folder.mkdir()
        (folder / "backup.db").write_bytes(backup)
        if present:
            (folder / "facts.db").write_bytes(database)
        own = Control(folder)
        own.set(change=change)
        done = own.run("restore", "--db", folder / "facts.db", folder / "backup.db")
        changes[name] = own.get("changes")
        return folder / "facts.db", done

    for present in (False, True):
        _, done = start(f"counted-{present}", 0, present)
        assert done.returncode == 0, done.stderr
        count = changes[f"counted-{present}"]
        assert count > 3

        def kill(change):
            path, done = start(f"killed-{present}-{change}", change, present)
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
            if path.exists():
                state = export(kept, path)
                assert state == kept.first or (present and state == kept.second)
                kept.sound(path)
            again = kept.run("restore", "--db", path, path.parent / "backup.db")
            assert again.returncode == 0, again.stderr
            assert export(kept, path) == kept.first
            assert not path.with_name("facts.db.part").exists()

        in_parallel(kill, sorted({1 + i * count // 12 for i in range(12)}))


def test_backup_of_an_older_schema_is_brought_up_to_date(program, control):
    for older in (3, 5):
        make_older(older, program.folder / "old.db")
        assert restore(program, "old.db").returncode == 0
        program.sound()
