# SPDX-License-Identifier: MIT
"""The real program where something goes wrong around it: killed, without room, over
damaged files. Every fault is made, none is played."""
import concurrent.futures
import contextlib
import http.client
import importlib.util
import mmap
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


command = module("command", "tests/cli/conftest.py")
service = module("service", "tests/http/conftest.py")
BINARY, Program, environment = command.BINARY, command.Program, command.environment
Daemon = service.Daemon
SEED = int(os.environ.get("TREATFACTS_SEED", "1"))

# Claims, a window, a question, a study: a little of everything, in few bytes.
TREATMENTS = ["ketamine", "sertraline", "lithium", "melatonin", "psilocybin", "esketamine",
              "fluoxetine", "propranolol"]
TEXT = """How fast does {t} help?

{T} may ease anxiety within {n} to {m} hours. A 2021 study in JAMA Psychiatry found relief
of depression after {n} days. Relief often lasts for one to {m} weeks.

- It can raise blood pressure for a short while.
- Nausea is common after {t}, and visit {key} tells more.
"""


def texts(folder, count, seed=SEED):
    """So many small texts that differ; gives their names."""
    made = random.Random(seed)
    names = [f"{seed}-{i:03}.txt" for i in range(count)]
    folder.mkdir(exist_ok=True)
    for name in names:
        t, n = made.choice(TREATMENTS), made.randint(1, 9)
        (folder / name).write_text(TEXT.format(t=t, T=t.capitalize(), n=n, m=n + made.randint(1, 20),
                                               key=made.randint(1, 10**9)))
    return names


class Faulty(Program):
    def __init__(self, folder):
        super().__init__(folder)
        self.daemons = []

    def serve(self, *options, **more):
        self.daemons.append(Daemon(self.database, *options, **more))
        return self.daemons[-1]

    def close(self):
        for daemon in self.daemons:
            if daemon.process.poll() is None:
                daemon.process.kill()
            daemon.process.wait()
            daemon.reader.join(5)

    def sound(self, database=None):
        """verify finds nothing."""
        done = self.run("verify", "--db", database or self.database)
        assert done.returncode == 0, done.stdout + done.stderr
        return done


@pytest.fixture
def program(tmp_path):
    program = Faulty(tmp_path)
    yield program
    program.close()


def first_line(process):
    """The first line of a daemon's log that does not only tell how it is confined."""
    line = process.stderr.readline()
    while '"event":"confined"' in line:
        line = process.stderr.readline()
    return line


def fails_well(done, *words, code=1):
    """An error that says what is wrong, and nothing of a sanitizer."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert done.stderr.startswith("treatfacts: ") or "refused" in done.stderr, done.stderr
    assert "Sanitizer" not in done.stderr and "assert" not in done.stderr, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def get(port, target, seconds=30):
    """(status, body), on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


# --- File systems -------------------------------------------------------------

@contextlib.contextmanager
def mounted(folder, *arguments):
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mount: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a disk of so many bytes."""
    with contextlib.ExitStack() as stack:
        def mount(size):
            folder = tmp_path / "disk"
            folder.mkdir()
            return stack.enter_context(mounted(folder, "-t", "tmpfs", "-o", f"size={size}",
                                               "treatfacts"))
        yield mount


def copy_database(database, folder):
    """With the log and its index, as they lie there."""
    for file in database.parent.glob(database.name + "*"):
        shutil.copy(file, folder)
    return folder / database.name


# --- The program without sanitizers, and what makes faults in it ---------------

TESTS = pathlib.Path(BINARY).resolve().parent / "tests"
PLAIN, FAULT = TESTS / "treatfacts_plain", TESTS / "fault.so"


class Control:
    """The fields of fault.c, shared with the processes that run under it."""

    FIELDS = ["allocations", "allocation", "place", "from", "all", "changes", "change",
              "clock_seconds"]

    def __init__(self, folder, places=0):
        self.path = folder / "control"
        self.path.write_bytes(bytes(8 * len(self.FIELDS) + 16 * places))
        with open(self.path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), 0)

    def set(self, **fields):
        for name, value in fields.items():
            struct.pack_into("q", self.shared, 8 * self.FIELDS.index(name), value)

    def clear(self):
        self.set(**dict.fromkeys(self.FIELDS, 0))

    def get(self, name):
        return struct.unpack_from("q", self.shared, 8 * self.FIELDS.index(name))[0]

    def places(self):
        """Of those that allocated the number of their first allocation."""
        noted = struct.iter_unpack("qq", self.shared[8 * len(self.FIELDS):])
        return {place: number for place, number in noted if place}

    @property
    def environment(self):
        return environment(LD_PRELOAD=str(FAULT), TREATFACTS_FAULT=str(self.path))

    def run(self, *arguments, **options):
        return subprocess.run([PLAIN, *map(str, arguments)], env=self.environment, text=True,
                              capture_output=True, timeout=120, **options)


@pytest.fixture
def control(tmp_path):
    if not FAULT.exists() or not PLAIN.exists():
        pytest.skip("the build has no treatfacts_plain and fault.so")
    return Control(tmp_path)


def make_older(schema, path):
    """A database of an older schema; the oldest that can still be made is 3."""
    made = subprocess.run([TESTS / "older", str(schema), path], capture_output=True, text=True,
                          timeout=120)
    assert made.returncode == 0, made.stdout + made.stderr


def in_parallel(work, jobs):
    """work(job) for each, on two processors; the results in order."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, jobs))
