# SPDX-License-Identifier: MIT
"""What is taken out of each text, told in words, against what was once judged right.

A changed golden is a change of what users see: read the difference, then
`TREATFACTS_UPDATE_GOLDEN=1 python3 -m pytest tests/golden` writes the files anew.
"""
import pathlib

import pytest

from conftest import ROOT, facts_of, text_of
from prose import tell

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = sorted((ROOT / "examples" / "sources").glob("*.txt")) + sorted((HERE / "texts").glob("*"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_text_is_read_as_it_was_judged(path, update):
    told = tell(facts_of(path), text_of(path))
    golden = HERE / "expected" / f"{path.stem}.golden"
    if update:
        golden.write_text(told, encoding="utf-8")
    assert told.splitlines() == golden.read_text(encoding="utf-8").splitlines()


def test_no_golden_is_left_without_its_text():
    assert {p.stem for p in (HERE / "expected").iterdir()} == {p.stem for p in TEXTS}
