# SPDX-License-Identifier: MIT
"""The API document is what its tables give."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schema"


def test_api_document_is_what_its_tables_give():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import openapi; print(openapi.text(), end='')"
    given = subprocess.run([sys.executable, "-B", "-c", code, SCHEMA], capture_output=True,
                           text=True)
    assert given.returncode == 0, given.stderr
    assert given.stdout == (SCHEMA / "openapi.json").read_text(encoding="utf-8"), \
        "run schema/openapi.py"
