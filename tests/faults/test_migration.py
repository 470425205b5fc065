# SPDX-License-Identifier: MIT
"""A migration that is killed: the database has the old schema, or one on the way, and
the next one leads it on to what an undisturbed one gives."""
import random
import shutil
import signal
import subprocess
import time

import pytest
from conftest import PLAIN, SEED, Control, environment, fails_well, in_parallel, make_older

KILLED = 16  # at changes of the file, as many at moments of the clock
OLDER = [3, 4, 5]


@pytest.fixture(params=OLDER)
def older(request, tmp_path, control):
    path = tmp_path / "older.db"
    make_older(request.param, path)
    return path


def run(*arguments):
    return subprocess.run([PLAIN, *map(str, arguments)], env=environment(), text=True,
                          capture_output=True, timeout=120)


def migrate(path, name):
    """In a folder of its own; gives database, control and process."""
    folder = path.parent / name
    folder.mkdir()
    shutil.copy(path, folder / "facts.db")
    own = Control(folder)
    return folder / "facts.db", own, lambda: subprocess.Popen(
        [PLAIN, "migrate", "--db", folder / "facts.db"], env=own.environment, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def export(database):
    done = run("export", "--db", database)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_migration_that_is_killed_is_finished_by_the_next(older):
    database, control, start = migrate(older, "whole")
    began = time.monotonic()
    assert start().wait(120) == 0
    seconds, changes = time.monotonic() - began, control.get("changes")
    good = export(database)
    assert good.count("\n") > 300 and changes > 20
    made = random.Random(f"{SEED} {older}")

    def kill(i):
        database, control, start = migrate(older, f"killed-{i}")
        timed, fraction = i % 2, (i // 2 + made.random()) / KILLED
        if not timed:
            control.set(change=1 + int(fraction * changes))
        process = start()
        if timed:
            time.sleep(fraction * seconds)
            process.send_signal(signal.SIGKILL)
        code = process.wait(120)
        state = run("verify", "--db", database)
        if state.returncode:
            fails_well(state, "made by an older treatfacts")
        again = run("migrate", "--db", database)
        assert again.returncode == 0, again.stderr
        done = run("verify", "--db", database)
        assert done.returncode == 0, done.stdout + done.stderr
        assert export(database) == good
        return code

    codes = in_parallel(kill, range(2 * KILLED))
    assert codes.count(-signal.SIGKILL) > KILLED
