# SPDX-License-Identifier: MIT
"""The real image: built from the Dockerfile, run with a read-only root file system.

scripts/image builds it, loads texts mounted into it, asks it and stops it; here
stands what it has to say of that.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_BYTES = 25_000_000


def an_engine_answers():
    return shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True).returncode == 0


def may_mount():
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def told():
    if not an_engine_answers() and not may_mount():
        pytest.skip("no container engine answers, and this user may not mount file systems")
    run = subprocess.run([ROOT / "scripts/image"], cwd=ROOT, capture_output=True, text=True, timeout=900)
    if "no Debian mirror" in run.stderr:
        pytest.skip("there is no Debian mirror to make the base image from")
    assert run.returncode == 0, run.stderr[-4000:]
    return run.stdout


def test_loads_the_texts_that_are_mounted(told):
    assert "5 loaded, 0 unchanged, 0 refused" in told


def test_answers(told):
    assert '{"status":"ready"}' in told
    assert '{"data":[{"id":' in told


def test_stops_when_it_is_told_to(told):
    assert "stopped with exit code 0" in told


def test_is_small(told):
    assert int(re.search(r"image size: (\d+) bytes", told)[1]) <= MOST_BYTES


def test_labels_say_what_it_is(told):
    labels = re.search(r"^labels: (.*)", told, re.MULTILINE)[1]
    version = re.search(r"project\(treatfacts VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
    for name, value in {"title": "treatfacts", "version": version, "licenses": "MIT"}.items():
        assert re.search(rf'image\.{name}"?[=:]"?{re.escape(value)}\b', labels), labels
    assert "unknown" not in labels or not (ROOT / ".git").exists()


def test_list_of_its_parts_lies_beside_the_program(told):
    parts = json.loads((ROOT / "build/treatfacts.cdx.json").read_text())
    assert parts["bomFormat"] == "CycloneDX"
    assert {"libc6", "libsqlite3-0"} <= {component["name"] for component in parts["components"]}
