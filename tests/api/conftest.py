# SPDX-License-Identifier: MIT
"""What tests/http has: the daemon over the example sources, and its clients."""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_service():
    spec = importlib.util.spec_from_file_location("service", ROOT / "tests/http/conftest.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["service"] = module
    spec.loader.exec_module(module)
    return module


service = sys.modules.get("service") or load_service()
checker, client = service.checker, service.client
daemon, database = service.daemon, service.database

PACKAGE = ["package.json", "package-lock.json", ".npmrc", "spectral.yaml", "redocly.yaml",
           "structured_data.mjs", "vocabulary.mjs"]
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH",
               "EHOSTUNREACH")


def run_in(folder, *command, seconds=300, **more):
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env={**os.environ, **quiet}, capture_output=True,
                          text=True, timeout=seconds, **more)


@pytest.fixture(scope="session")
def node():
    """The packages and programs of tests/node, in a copy beside the program."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    folder = pathlib.Path(service.BINARY).resolve().parent / "node"
    lock = (ROOT / "tests" / "node" / "package-lock.json").read_text()
    installed = folder / "installed-lock.json"
    folder.mkdir(exist_ok=True)
    for name in PACKAGE:
        shutil.copy(ROOT / "tests" / "node" / name, folder)
    if not installed.exists() or installed.read_text() != lock:
        done = run_in(folder, "npm", "ci")
        if done.returncode and any(word in done.stderr for word in UNREACHABLE):
            pytest.skip("the npm registry cannot be reached")
        assert done.returncode == 0, done.stderr
        installed.write_text(lock)
    return folder
