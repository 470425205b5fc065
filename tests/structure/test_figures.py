# SPDX-License-Identifier: MIT
"""How well the reader does on labelled texts, where those are at hand."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCORER = ROOT.parent / "shared" / "score" / "score.py"
BINARY = os.environ.get("TREATFACTS_BIN", str(ROOT / "build-dev" / "treatfacts"))
LEAST = {"claims_f1": 0.97, "roles": 0.96, "windows_f1": 0.95, "faqs_f1": 0.95, "studies_f1": 1.0,
         "topic_any": 0.90, "certainty": 0.95, "polarity": 0.97, "treatments_f1": 0.93,
         "conditions_f1": 0.95, "window_bound": 0.95, "window_precision": 0.95}

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason="no labelled texts to score against")


@pytest.fixture(scope="module")
def figures():
    run = subprocess.run([sys.executable, SCORER, "--bin", BINARY, "--json"],
                         capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return json.loads(run.stdout[run.stdout.index("{"):])


@pytest.mark.parametrize("name", LEAST)
def test_figure_is_not_below_its_least(figures, name):
    assert figures[name] >= LEAST[name]
