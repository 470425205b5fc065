# SPDX-License-Identifier: MIT
"""ThreadSanitizer over the daemon and a loader at once. TREATFACTS_RACES names the
program built with it (preset "races"); scripts/test does."""
import os
import shutil
import subprocess
import time

import pytest
from conftest import ROOT, Daemon, environment

import conftest
from traffic import Traffic

RACES = os.environ.get("TREATFACTS_RACES")
SECONDS = float(os.environ.get("TREATFACTS_RACES_SECONDS", "15"))


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Its reports, a file a process, are what has to be empty in the end."""
    if not RACES:
        pytest.skip("no program with ThreadSanitizer: TREATFACTS_RACES is not set")
    monkeypatch.setenv("TSAN_OPTIONS", f"log_path={tmp_path}/report "
                                       "second_deadlock_stack=1 exitcode=66")
    monkeypatch.setattr(conftest, "BINARY", RACES)
    started = subprocess.run([RACES, "version"], env=environment(), capture_output=True, text=True)
    if started.returncode != 0:
        pytest.skip("ThreadSanitizer does not start here: " + started.stderr.strip()[-200:])
    yield RACES
    assert "\n".join(path.read_text() for path in tmp_path.glob("report*")) == ""


def test_no_race_is_seen_while_many_ask_and_one_loads(program, tmp_path):
    texts, database = tmp_path / "texts", tmp_path / "facts.db"
    shutil.copytree(ROOT / "examples" / "sources", texts)
    assert conftest.run("load", "--db", database, texts).returncode == 0
    daemon = Daemon(database, "--threads", "4", "--cache-bytes", "200000", "--cors-origin", "*")
    rounds = 0
    with Traffic(daemon.port, clients=8) as traffic:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            rounds += 1
            for path in texts.glob("*.txt"):
                path.write_text(path.read_text() + f"\nRelief began within {rounds} hours.\n")
            loaded = conftest.run("load", "--db", database, texts)
            assert loaded.returncode == 0, loaded.stderr
            time.sleep(0.2)
        try:
            code = daemon.stop(60)  # while they still ask
        finally:
            traffic.stopping.set()
            daemon.process.kill()
    assert code == 0
    assert traffic.unexpected() == {}
    assert rounds > 1 and traffic.statuses[200] > 50 and traffic.statuses[304] > 0


def test_no_race_is_seen_while_many_texts_are_loaded(program, tmp_path):
    """Read and digested by other threads where they are new, by the writer where they are known."""
    texts, database = tmp_path / "texts", tmp_path / "facts.db"
    texts.mkdir()
    for change in range(2):
        for i in range(0, 200, change + 1):
            words = f"Relief began within {i + change + 1} hours. " * (1 + i % 7 * 40)
            (texts / f"{i}.txt").write_text(f"How fast is treatment {i}?\n\n{words}\n")
        loaded = conftest.run("load", "--db", database, texts)
        assert loaded.returncode == 0, loaded.stderr
    assert "100 loaded, 100 unchanged, 0 refused" in loaded.stdout + loaded.stderr
