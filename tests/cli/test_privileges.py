# SPDX-License-Identifier: MIT
"""What the commands give up that read texts and databases of anybody."""
import pathlib
import re
import sqlite3
import time

import pytest


def waiting_load(program, *options):
    """A load that cannot begin, because another writer has the database."""
    program.text("a.txt")
    assert program.load("a.txt").returncode == 0
    program.text("b.txt")
    lock = sqlite3.connect(program.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    return lock, program.start("load", "--db", program.database, "b.txt", *options)


def read(process, name):
    return pathlib.Path(f"/proc/{process.pid}/{name}").read_text()


def becomes(condition, seconds=8):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.01)
    return condition()


def no_new_privileges(process):
    return "NoNewPrivs:\t1\n" in read(process, "status")


def test_load_gives_up_privileges_and_core_dumps(program):
    lock, load = waiting_load(program)
    assert becomes(lambda: no_new_privileges(load))
    assert becomes(lambda: re.search(r"^Max core file size +0 +0 ", read(load, "limits"),
                                     re.MULTILINE))
    lock.execute("COMMIT")
    assert load.wait(30) == 0
    lock.close()


def test_and_not_when_told_so(program):
    lock, load = waiting_load(program, "--confine", "off")
    assert becomes(lambda: "facts.db-shm" in read(load, "maps"))  # it is past its start
    assert not no_new_privileges(load)
    lock.execute("COMMIT")
    assert load.wait(30) == 0
    lock.close()


@pytest.mark.parametrize("command", ["load", "serve", "verify", "rebuild", "migrate"])
def test_every_command_with_a_database_takes_the_option(program, command):
    done = program.run(command, "--confine", "loosely")
    assert done.returncode == 2
    assert "--confine" in done.stderr and "enforce, off" in done.stderr
