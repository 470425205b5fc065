# SPDX-License-Identifier: MIT
"""How well the reader does on texts that it was not written for."""
import json

import pytest

from conftest import ROOT, facts_of
from labels import score

LABELLED = ROOT / "tests" / "labelled"
LEAST = {"claims_f1": 0.97, "roles": 0.95, "faqs_f1": 0.93, "windows_f1": 0.88}


@pytest.fixture(scope="module")
def figures():
    gold = [json.loads(p.read_text(encoding="utf-8"))
            for p in sorted((LABELLED / "gold").glob("*.json"))]
    return score([(facts_of(LABELLED / "texts" / g["source"]), g) for g in gold])


@pytest.mark.parametrize("name", LEAST)
def test_figure_is_not_below_its_least(figures, name):
    assert figures[name] >= LEAST[name]


def test_labels_themselves_would_score_in_full():
    gold = json.loads(next((LABELLED / "gold").glob("101*.json")).read_text(encoding="utf-8"))
    facts = {"segments": gold["segments"], "faqs": [], "windows": [],
             "claims": [{"spans": [{**s, "role": "sentence"}]}
                        for s in gold["segments"] if s["role"] == "claim"]}
    perfect = score([(facts, {**gold, "faqs": [], "windows": []})])
    assert perfect["claims_f1"] == perfect["roles"] == 1
    assert score([({**facts, "claims": []}, gold)])["claims_f1"] == 0
