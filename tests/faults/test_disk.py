# SPDX-License-Identifier: MIT
"""A disk that is full while something is loaded or served."""
import os
import subprocess
import time

import pytest
from conftest import BINARY, SEED, environment, fails_well, get, texts

PATHS = ["/v1/claims?limit=100", "/v1/sources", "/v1/search?q=anxiety", "/v1/onset-windows/summary",
         "/v1/faqs?facet=topic", "/v1/studies?format=ndjson"]


def load(database, *paths, wrapper=()):
    return subprocess.run([*map(str, wrapper), BINARY, "load", "--db", database, *paths], text=True,
                          env=environment(), capture_output=True, timeout=120)


def fill(disk, left):
    """Takes all but so many bytes."""
    space = os.statvfs(disk)
    with open(disk / "ballast", "wb") as ballast:
        ballast.write(bytes(max(0, space.f_bavail * space.f_frsize - left)))
    return disk / "ballast"


def sound_or_empty(program, database):
    """Or not to be read while there is no room for the file that readers share."""
    done = program.run("verify", "--db", database)
    assert done.returncode == 0 or "empty, not a treatfacts" in done.stderr or \
        "No space left on device" in done.stderr or not database.exists(), done.stdout + done.stderr


@pytest.mark.parametrize("kilobytes", [0, 4, 36, 100, 300, 700])
def test_first_load_onto_a_full_disk_fails_and_succeeds_when_there_is_room(
        program, small_disk, kilobytes):
    texts(program.folder / "texts", 60)
    disk = small_disk("16m")
    ballast = fill(disk, kilobytes * 1024)
    fails_well(load(disk / "facts.db", program.folder / "texts"), "facts.db")
    sound_or_empty(program, disk / "facts.db")
    ballast.unlink()
    assert load(disk / "facts.db", program.folder / "texts").returncode == 0
    program.sound(disk / "facts.db")


@pytest.mark.parametrize("kilobytes", [0, 40, 100, 200, 400, 800])
def test_load_onto_a_disk_that_fills_up_keeps_what_was_there(program, small_disk, kilobytes):
    texts(program.folder / "first", 20)
    texts(program.folder / "texts", 200, seed=SEED + 1)
    disk = small_disk("16m")
    database = disk / "facts.db"
    assert load(database, program.folder / "first").returncode == 0
    before = program.run("export", "--db", database).stdout
    ballast = fill(disk, kilobytes * 1024)
    fails_well(load(database, program.folder / "texts"), "facts.db", "full")
    program.run("verify", "--db", database)  # wants room itself; says so where there is none
    ballast.unlink()
    program.sound(database)
    after = program.run("export", "--db", database).stdout
    assert set(before.splitlines()) <= set(after.splitlines())
    assert load(database, program.folder / "texts").returncode == 0
    program.sound(database)


@pytest.mark.parametrize("kilobytes", [4, 32, 100, 400])
def test_load_over_the_limit_of_file_sizes_keeps_what_was_there(program, kilobytes):
    texts(program.folder / "first", 2)
    texts(program.folder / "texts", 100, seed=SEED + 1)
    assert program.load("first").returncode == 0
    limit = ["prlimit", f"--fsize={kilobytes * 1024}"]
    fails_well(load(program.database, program.folder / "texts", wrapper=limit), "facts.db")
    program.sound()
    assert program.load("texts").returncode == 0
    program.sound()


def test_daemon_on_a_full_disk_answers_and_is_well_again_after(program, small_disk):
    texts(program.folder / "first", 30)
    texts(program.folder / "texts", 60, seed=SEED + 1)
    disk = small_disk("16m")
    program.database = disk / "facts.db"
    assert program.load("first").returncode == 0
    early = program.serve("--cache-bytes", "0")
    good = {path: get(early.port, path) for path in PATHS}
    assert {status for status, _ in good.values()} == {200}
    ballast = fill(disk, 0)
    late = program.serve("--cache-bytes", "0")
    for daemon in (early, late):
        for path in PATHS:
            status, body = get(daemon.port, path)
            assert status == 503 or (status, body) == good[path], (status, body)
    fails_well(program.load("texts"), "full")
    for path in PATHS:
        status, body = get(early.port, path)
        assert status == 503 or (status, body) == good[path], (status, body)
    ballast.unlink()
    for daemon in (early, late):
        assert {path: get(daemon.port, path) for path in PATHS} == good
    assert program.load("texts").returncode == 0
    for daemon in (early, late):
        end = time.monotonic() + 10
        while get(daemon.port, "/v1/sources?count=true&limit=1")[1].find(b'"total":90') < 0:
            assert time.monotonic() < end
        assert daemon.stop() == 0


def test_daemon_that_starts_on_a_full_disk_says_why_and_starts_when_there_is_room(
        program, small_disk):
    disk = small_disk("1m")
    ballast = fill(disk, 8192)
    serve = [BINARY, "serve", "--db", disk / "facts.db", "--listen", "127.0.0.1:0"]
    done = subprocess.run(serve, env=environment(), text=True, capture_output=True, timeout=60)
    fails_well(done, "facts.db")
    ballast.unlink()
    program.database = disk / "facts.db"
    assert program.serve().stop() == 0
