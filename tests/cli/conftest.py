# SPDX-License-Identifier: MIT
"""Runs the real program in a folder of its own, with no setting from outside."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TREATFACTS_BIN", str(ROOT / "build-dev" / "treatfacts"))

SAMPLE = """How fast does ketamine help?

Ketamine may ease anxiety within 2 to 24 hours.
Relief often lasts for one to two weeks.
It can raise blood pressure for a short while.
"""


def environment(**extra):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TREATFACTS_")}
    kept.pop("TERM", None)
    return {**kept, **extra}


class Program:
    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "facts.db"

    def run(self, *arguments, env=None, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, text=True,
                              env=environment(**(env or {})), timeout=120, **options)

    def start(self, *arguments, env=None, **options):
        return subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, text=True,
                                env=environment(**(env or {})), **options)

    def load(self, *arguments, **options):
        return self.run("load", "--db", self.database, *arguments, **options)

    def verify(self):
        return self.run("verify", "--db", self.database)

    def text(self, name, content=SAMPLE):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)
