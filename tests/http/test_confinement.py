# SPDX-License-Identifier: MIT
"""The daemon as all tests of this folder meet it: confined. What it then cannot do
is in tests/unit/confine_test.c."""
import pathlib
import re
import shutil

import pytest

from conftest import Client, run


def status(process, thread=None):
    folder = pathlib.Path(f"/proc/{process.pid}")
    text = (folder / "task" / thread if thread else folder).joinpath("status").read_text()
    return dict(re.findall(r"^(\w+):\s*(\S+)", text, re.MULTILINE))


def threads(process):
    return [path.name for path in pathlib.Path(f"/proc/{process.pid}/task").iterdir()]


def confined(daemon):
    return daemon.wait_for(lambda entry: entry["event"] == "confined")


def need(entry, layer):
    if entry[layer].startswith("off"):
        pytest.skip(f"{layer} {entry[layer]}")


def test_log_says_what_is_confined_before_anything_is_served(daemon):
    entry = confined(daemon)
    assert daemon.log.index(entry) < [e["event"] for e in daemon.log].index("listening")
    assert set(entry) == {"time", "level", "event", "landlock", "seccomp"}
    for layer in ("landlock", "seccomp"):
        assert re.fullmatch(r"on, version \d+|off: .+", entry[layer])
    whole = all(entry[layer].startswith("on") for layer in ("landlock", "seccomp"))
    assert entry["level"] == ("info" if whole else "warn")


def test_every_thread_is_filtered(daemon, client):
    need(confined(daemon), "seccomp")
    client.get("/v1/claims")
    names = threads(daemon.process)
    assert len(names) > 4
    for name in names:
        assert status(daemon.process, name)["Seccomp"] == "2"


def test_no_new_privileges_and_no_core_dumps(daemon):
    assert status(daemon.process)["NoNewPrivs"] == "1"
    limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)


def test_confinement_can_be_switched_off(own_daemon, checker):
    daemon = own_daemon("--confine", "off")
    entry = confined(daemon)
    assert (entry["level"], entry["landlock"], entry["seccomp"]) == (
        "warn", "off: --confine off", "off: --confine off")
    given = status(daemon.process)
    assert (given["NoNewPrivs"], given["Seccomp"]) == ("0", "0")
    assert Client(daemon.port, checker).get("/v1/claims").status == 200


@pytest.mark.parametrize("value", ["yes", "Off", ""])
def test_other_words_are_refused(database, value):
    done = run("serve", "--db", database, "--confine", value)
    assert done.returncode == 2
    assert all(word in done.stderr for word in ("--confine", "enforce", "off"))


def test_other_database_may_be_put_in_its_place(own_daemon, checker, tmp_path):
    """The confinement is to a folder, whatever files come into it later."""
    daemon = own_daemon("--threads", "1")
    newer, page = tmp_path / "newer.db", tmp_path / "page.txt"
    shutil.copy(own_daemon.database, newer)
    page.write_text("Ketamine may ease anxiety within hours.\n")
    assert run("load", "--db", newer, page).returncode == 0
    own_daemon.database.rename(tmp_path / "older.db")
    client = Client(daemon.port, checker)
    assert client.get("/readyz").status == 503
    newer.rename(own_daemon.database)
    assert "page.txt" in {source["key"] for source in client.data("/v1/sources")}
