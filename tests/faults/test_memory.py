# SPDX-License-Identifier: MIT
"""An allocation fails, alone or with all after it: an error that says so, or success;
never a crash, and never a database that is not sound.

Of most requests every allocation fails in its turn. A command makes up to 200,000, nearly
all of them SQLite's and most in the same few loops: there the first of each place fails, a
place being who called whom down to the allocation. Of a command's places some hundreds are
tried, TREATFACTS_EVERY_ALLOCATION=1 tries all (ten minutes)."""
import http.client
import json
import os
import random
import shutil
import subprocess
import threading

import pytest
from conftest import Control, PLAIN, SEED, TEXT, first_line, get, in_parallel, make_older

EVERY = bool(os.environ.get("TREATFACTS_EVERY_ALLOCATION"))
FIRST, LATER = 200, 200  # allocations of a request
PLACES, ROOM = 200, 1 << 14  # of a command
BEFORE = 3000  # a place is looked for from so many allocations before: threads change their order
ONE_TEXT = TEXT.format(t="ketamine", T="Ketamine", n=2, m=24, key=1)


def chosen(count):
    """Numbers of allocations, from 1; of the later ones one at random in each stretch."""
    if EVERY or count <= FIRST + LATER:
        return list(range(1, count + 1))
    made, stretch = random.Random(SEED), (count - FIRST) / LATER
    return [*range(1, FIRST + 1),
            *(FIRST + 1 + int((i + made.random()) * stretch) for i in range(LATER))]


def judge(done):
    """Success, or an error that speaks of memory; 7 is SQLite's word for it where it
    checks its pages."""
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    if done.returncode == 1:
        said = done.stderr + done.stdout
        assert "memory" in said or "error code=7" in said, said


class Command:
    """One subcommand over a database of its own for each failure."""

    def __init__(self, folder, base, arguments, written="facts.db"):
        self.folder, self.base, self.arguments, self.written = folder, base, arguments, written

    def run(self, name, places=0, **fields):
        folder = self.folder / name
        folder.mkdir()
        (folder / "a.txt").write_text(ONE_TEXT)
        if self.base:
            shutil.copy(self.base, folder / "facts.db")
        control = Control(folder, places)
        control.set(**fields)
        done = control.run(*self.arguments, cwd=folder)
        return folder, control, done

    def places(self):
        _, control, done = self.run("counted", places=ROOM)
        assert done.returncode == 0, done.stderr
        self.good = done.stdout
        found = control.places()
        assert 0 < len(found) < ROOM / 2, "too many for the room they have"
        return sorted(found.items(), key=lambda item: item[1])

    def fail(self, place, number, all_after):
        """Whether it was reached, and the exit code."""
        name = f"{number}-{all_after}"
        folder, control, done = self.run(name, place=place, **{"from": max(1, number - BEFORE)},
                                         all=all_after)
        judge(done)
        if done.returncode == 0:
            assert done.stdout == self.good, number
        for name in {"facts.db", self.written}:
            self.check(folder / name, number)
        reached = control.get("place") == 0
        shutil.rmtree(folder)
        return reached, done.returncode

    @staticmethod
    def check(database, number):
        """Sound, if there is one; an older one still migrates."""
        def run(*arguments):
            return subprocess.run([PLAIN, *arguments, "--db", database], text=True,
                                  capture_output=True, timeout=60)

        if not database.exists() or not database.stat().st_size:
            return
        verify = run("verify")
        if "older treatfacts" in verify.stderr and run("migrate").returncode == 0:
            verify = run("verify")
        assert verify.returncode == 0 or "empty, not a treatfacts" in verify.stderr, \
            (number, verify.stdout, verify.stderr)


def one_text(folder, control):
    """A database with another text."""
    (folder / "b.txt").write_text(ONE_TEXT.replace("etamine", "etoprofen"))
    done = control.run("load", "--db", folder / "base.db", folder / "b.txt")
    assert done.returncode == 0, done.stderr
    return folder / "base.db"


def older(folder, _):
    make_older(3, folder / "base.db")
    return folder / "base.db"


COMMANDS = {
    "first load": (None, ["load", "--db", "facts.db", "a.txt"]),
    "load": (one_text, ["load", "--json", "--db", "facts.db", "a.txt"]),
    "verify": (one_text, ["verify", "--db", "facts.db"]),
    "rebuild": (one_text, ["rebuild", "--db", "facts.db"]),
    "migrate": (older, ["migrate", "--db", "facts.db"]),
    "extract": (None, ["extract", "a.txt"]),
    "export": (one_text, ["export", "--db", "facts.db"]),
    "backup": (one_text, ["backup", "--db", "facts.db", "copy.db"], "copy.db"),
    "restore": (one_text, ["restore", "--db", "new.db", "facts.db"], "new.db"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_survives_the_failure_of_an_allocation(tmp_path, control, name):
    make_base, *rest = COMMANDS[name]
    command = Command(tmp_path, make_base(tmp_path, control) if make_base else None, *rest)
    places = command.places()
    if not EVERY and len(places) > PLACES:
        places = random.Random(SEED).sample(places, PLACES)
    jobs = [(place, number, i % 2) for i, (place, number) in enumerate(places)]
    results = in_parallel(lambda job: command.fail(*job), jobs)
    reached = [code for was_reached, code in results if was_reached]
    assert len(reached) > 0.9 * len(results), "places are not where they were"
    assert 1 in reached


# --- Requests ------------------------------------------------------------------

PATHS = ["/v1/claims?treatment=ketamine&count=true&facet=topic", "/v1/claims?q=anxiety",
         "/v1/claims?format=ndjson", "/v1/sources?format=csv", "/v1/search?q=anxi*",
         "/v1/onset-windows/summary", "/v1/faqs?format=jsonld", "/v1/claims?unknown=1",
         "/readyz", "/"]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """Without kept answers; what it logs is thrown away."""
    if not PLAIN.exists():
        pytest.skip("the build has no treatfacts_plain")
    folder = tmp_path_factory.mktemp("served")
    control = Control(folder)
    for name, word in (("a.txt", "ketamine"), ("b.txt", "esketamine")):
        (folder / name).write_text(ONE_TEXT.replace("ketamine", word))
    done = control.run("load", "--db", folder / "facts.db", folder)
    assert done.returncode == 0, done.stderr
    process = subprocess.Popen([PLAIN, "serve", "--db", folder / "facts.db", "--listen",
                                "127.0.0.1:0", "--threads", "1", "--cache-bytes", "0",
                                "--log-level", "info"],
                               env=control.environment, stderr=subprocess.PIPE, text=True)
    control.port = json.loads(first_line(process))["port"]
    threading.Thread(target=process.stderr.read, daemon=True).start()
    yield control
    control.clear()
    process.terminate()
    assert process.wait(30) == 0


@pytest.mark.parametrize("path", PATHS)
def test_request_survives_the_failure_of_an_allocation(daemon, path):
    """The connection may end without an answer; one that comes is right or says that
    something failed, and the next one is right."""
    daemon.clear()
    good = get(daemon.port, path)
    outcomes = set()
    for all_after in (0, 1):
        # A failure closes the worker's store: what follows counts its opening, too.
        daemon.set(allocations=0, allocation=1, all=all_after)
        failing(daemon, path)
        daemon.set(allocations=0, allocation=0)
        assert get(daemon.port, path)[0] == good[0]
        count = daemon.get("allocations")
        for number in chosen(count):
            daemon.set(allocation=number, all=all_after)
            answer = failing(daemon, path)
            daemon.clear()
            assert answer is None or answer[0] in (500, 503) or same(answer, good), answer
            outcomes.add(answer and answer[0])
            assert same(get(daemon.port, path), good), number
    assert outcomes & {None, 500, 503}


def failing(daemon, path):
    try:
        return get(daemon.port, path)
    except (http.client.HTTPException, ConnectionError):
        return None


def same(answer, good):
    """A problem has the id of its request in it; and FTS5 leaves out marks of a snippet
    without a word."""
    if answer[0] == good[0] == 400:
        return json.loads(answer[1])["errors"] == json.loads(good[1])["errors"]
    if answer[0] == good[0] and b'"highlights"' in good[1]:
        return unmarked(answer[1]) == unmarked(good[1])
    return answer == good


def unmarked(body):
    document = json.loads(body)
    for hit in document["data"]:
        del hit["highlights"], hit["snippet_html"]
    return document
