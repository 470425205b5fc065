# SPDX-License-Identifier: MIT
"""Outside judges of the API document. Which rules do not fit stands, with the
reasons, in tests/node/spectral.yaml and tests/node/redocly.yaml."""
import pytest

from conftest import ROOT, run_in

DOCUMENT = ROOT / "schema" / "openapi.json"
LINTERS = {
    "spectral": ["spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity=hint",
                 DOCUMENT],
    "redocly": ["redocly", "lint", "--config", "redocly.yaml", "--max-problems=1000", DOCUMENT],
}


@pytest.mark.parametrize("linter", LINTERS)
def test_document_passes(node, linter):
    program, *arguments = LINTERS[linter]
    done = run_in(node, node / "node_modules" / ".bin" / program, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout + done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("linter", LINTERS)
def test_linter_finds_a_fault(node, linter, tmp_path):
    broken = tmp_path / "openapi.json"
    text = DOCUMENT.read_text(encoding="utf-8")
    broken.write_text(text.replace('"operationId": "listFaqs"', '"operationId": "listClaims"'))
    program, *arguments = LINTERS[linter]
    done = run_in(node, node / "node_modules" / ".bin" / program, *arguments[:-1], broken)
    assert done.returncode == 1
    assert "operationId" in done.stdout + done.stderr
