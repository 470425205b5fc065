# SPDX-License-Identifier: MIT
"""A clock that jumps: what says when facts changed never goes back, and daemon and
loader go on."""
import email.utils
import http.client
import json
import subprocess
import threading
import time

import pytest
from conftest import PLAIN, TEXT, first_line

HOUR = 3600


@pytest.fixture
def served(program, control):
    """A daemon under the clock of control."""
    program.text("texts/a.txt", TEXT.format(t="ketamine", T="Ketamine", n=1, m=24, key=1))
    done = control.run("load", "--db", program.database, program.folder / "texts")
    assert done.returncode == 0, done.stderr
    process = subprocess.Popen([PLAIN, "serve", "--db", program.database, "--listen",
                                "127.0.0.1:0"], env=control.environment, text=True,
                               stderr=subprocess.PIPE)
    control.port = json.loads(first_line(process))["port"]
    lines = []
    threading.Thread(target=lambda: lines.extend(process.stderr), daemon=True).start()
    yield program
    control.clear()
    process.terminate()
    assert process.wait(30) == 0


def ask(control, path="/v1/claims", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", control.port, timeout=30)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def seconds(response, name):
    return email.utils.parsedate_to_datetime(response.headers[name]).timestamp()


def state(control):
    response, body = ask(control)
    document = json.loads(body)
    return response.headers["ETag"], document["meta"]["dataset_version"], document["data"]


def load(program, control, i):
    program.text("texts/a.txt", TEXT.format(t="ketamine", T="Ketamine", n=i, m=24, key=i))
    done = control.run("load", "--json", "--db", program.database, program.folder / "texts")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "changed"


@pytest.mark.parametrize("jump", [-HOUR, -10 * 365 * 24 * HOUR, 24 * HOUR])
def test_facts_are_never_older_than_those_before_them(served, control, jump):
    """updated_since would miss them, and caches keep what is not true any more."""
    tag, version, rows = state(control)
    changed = max(row["updated_at"] for row in rows)
    control.set(clock_seconds=jump)
    assert state(control)[:2] == (tag, version)
    for i in range(2, 5):
        load(served, control, i)
        new_tag, new_version, rows = state(control)
        assert new_tag != tag and new_version > version
        assert min(row["updated_at"] for row in rows) >= changed
        tag, version, changed = new_tag, new_version, max(row["updated_at"] for row in rows)
        found = json.loads(ask(control, f"/v1/claims?updated_since={changed}")[1])["data"]
        assert [row["id"] for row in found] == [row["id"] for row in rows]
    control.set(clock_seconds=0)
    load(served, control, 9)
    assert min(row["updated_at"] for row in state(control)[2]) >= changed
    served.sound()


def test_last_modified_is_not_in_the_future_and_conditions_hold(served, control):
    time.sleep(2.1)  # what changed less than two seconds ago has none yet
    first, _ = ask(control)
    assert seconds(first, "Last-Modified") <= seconds(first, "Date")
    for jump in (-HOUR, 0, HOUR):
        control.set(clock_seconds=jump)
        response, body = ask(control)
        assert response.status == 200 and response.headers["ETag"] == first.headers["ETag"]
        if response.headers["Last-Modified"]:
            assert seconds(response, "Last-Modified") <= seconds(response, "Date")
        again, _ = ask(control, If_None_Match=first.headers["ETag"])
        assert again.status == 304
    control.set(clock_seconds=-HOUR)
    load(served, control, 2)
    # A client of before the jump must not be told that nothing has changed.
    response, _ = ask(control, If_Modified_Since=first.headers["Last-Modified"])
    assert response.status == 200
    response, _ = ask(control, If_None_Match=first.headers["ETag"])
    assert response.status == 200
