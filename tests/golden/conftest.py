# SPDX-License-Identifier: MIT
"""Texts, and what the program takes out of them."""
import functools
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TREATFACTS_BIN", str(ROOT / "build-dev" / "treatfacts"))


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true",
                     default=os.environ.get("TREATFACTS_UPDATE_GOLDEN") == "1",
                     help="write the golden files anew (also TREATFACTS_UPDATE_GOLDEN=1)")


@pytest.fixture
def update(request):
    return request.config.getoption("--update")


def run_extract(path, *options, **keywords):
    """The bytes printed; path may be relative to keywords' cwd."""
    run = subprocess.run([BINARY, "extract", *options, str(path)], capture_output=True,
                         timeout=120, **keywords)
    assert run.returncode == 0, run.stderr.decode(errors="replace")
    return run.stdout


@functools.lru_cache(maxsize=None)
def facts_of(path):
    return json.loads(run_extract(path))


def text_of(path):
    """As offsets count it: BOM and carriage returns included."""
    return path.read_bytes().decode("utf-8")
