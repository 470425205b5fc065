# SPDX-License-Identifier: MIT
"""A load that is killed: the old state or the new one of each source, and what the
report has named is there."""
import json
import random
import shutil
import signal
import subprocess
import time

import pytest
from conftest import BINARY, PLAIN, SEED, Control, environment, in_parallel, texts

TIMES = 100    # killed at a moment of the clock, with the sanitizers
CHANGES = 100  # killed at a change of a file, half of which is made
SOURCES = 12


def reported(output):
    """Keys of whole lines: what follows the last line break was not told."""
    return {json.loads(line)["key"]: json.loads(line)["outcome"]
            for line in output.split("\n")[:-1]}


def run(*arguments, program=PLAIN):
    return subprocess.run([program, *map(str, arguments)], env=environment(), text=True,
                          capture_output=True, timeout=120)


def check(database, named):
    """Sound, and the load that is made again has nothing left to do for what was named."""
    done = run("verify", "--db", database, program=BINARY)
    nothing_yet = not named and "empty, not a treatfacts database" in done.stderr
    assert done.returncode == 0 or nothing_yet, done.stdout + done.stderr
    again = run("load", "--json", "--db", database, database.parent / "texts")
    assert again.returncode == 0, again.stderr
    outcomes = reported(again.stdout)
    assert len(outcomes) == SOURCES
    assert {key: outcomes[key] for key in named} == dict.fromkeys(named, "unchanged")
    done = run("verify", "--db", database)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def place(tmp_path):
    """Makes folders with texts, half of them of a second revision, beside the database
    that has the first."""
    first = tmp_path / "first"
    texts(first, SOURCES // 2)
    base = tmp_path / "facts.db"
    assert run("load", "--db", base, first).returncode == 0
    second = tmp_path / "second"
    texts(second, SOURCES)
    for path in sorted(second.iterdir())[:SOURCES // 4]:
        path.write_text(path.read_text() + "\nHeadache is rare.\n")

    def make(i, empty):
        folder = tmp_path / f"place-{i}"
        folder.mkdir()
        shutil.copytree(second, folder / "texts")
        if not empty:
            shutil.copy(base, folder)
        return folder / "facts.db"
    return make


def load(database, program, env):
    return subprocess.Popen([program, "load", "--json", "--db", database,
                             database.parent / "texts"], env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def test_load_killed_at_a_hundred_moments_of_the_clock(place):
    def seconds(i):
        began = time.monotonic()
        process = load(place(f"timed-{i}", empty=i % 2), BINARY, environment())
        process.communicate(timeout=60)
        assert process.returncode == 0
        return time.monotonic() - began

    longest = max(in_parallel(seconds, range(4)))
    moments = random.Random(SEED)
    jobs = [(i, (i + moments.random()) / TIMES) for i in range(TIMES)]

    def kill(job):
        i, fraction = job
        database = place(i, empty=i % 2)
        process = load(database, BINARY, environment())
        time.sleep(fraction * longest)
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
        if database.exists() and database.stat().st_size:
            check(database, reported(output))
        return process.returncode

    codes = in_parallel(kill, jobs)
    assert codes.count(-signal.SIGKILL) > TIMES / 4  # and not all came too late


def test_load_killed_at_a_hundred_changes_of_its_files(place, control):
    """Writes, flushes, truncations and removals, from the first to the last; what is
    written last is torn."""
    def changes(empty):
        control.clear()
        process = load(place(f"counted-{empty}", empty), PLAIN, control.environment)
        process.communicate(timeout=60)
        assert process.returncode == 0
        return control.get("changes")

    counts = [changes(False), changes(True)]
    assert min(counts) > CHANGES
    moments = random.Random(SEED)

    def kill(i):
        database = place(i, empty=i % 2)
        own = Control(database.parent)
        count = counts[i % 2]
        own.set(change=1 + int((i + moments.random()) * count / CHANGES))
        process = load(database, PLAIN, own.environment)
        output, _ = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL)
        if database.stat().st_size:
            check(database, reported(output))
        return process.returncode

    codes = in_parallel(kill, range(CHANGES))
    assert codes.count(-signal.SIGKILL) > CHANGES * 9 // 10
