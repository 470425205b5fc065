# SPDX-License-Identifier: MIT
"""What holds of every text: spans are exact, nothing is lost, nothing depends on the place."""
import json
import os
import pathlib
import re
import shutil

import pytest

from conftest import ROOT, facts_of, run_extract, text_of
from prose import primary

SHARED = ROOT.parent / "shared"
HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = [ROOT / "examples" / "sources", ROOT / "tests" / "labelled" / "texts", HERE / "texts",
           SHARED / "sources", SHARED / "bench" / "faq"]
TEXTS = [path for folder in FOLDERS for path in sorted(folder.glob("*.txt"))]

KEYS = {
    "": {"source", "extractor", "segments", "claims", "windows", "faqs", "studies"},
    "source": {"title", "published", "sha256", "bytes", "characters"},
    "extractor": {"version", "lexicon"},
    "segments": {"start", "end", "role"},
    "claims": {"id", "text", "section", "spans", "topic", "certainty", "hedges", "polarity",
               "treatments", "conditions", "routes"},
    "spans": {"role", "start", "end", "byte_start", "byte_end", "exact"},
    "windows": {"id", "claim", "measure", "basis", "min", "max", "min_seconds", "max_seconds",
                "bound", "precision", "treatments", "route", "condition", "expression",
                "min_sessions", "max_sessions"},
    "expression": {"text", "start", "end"},
    "faqs": {"id", "question", "question_span", "origin", "answer", "answer_spans", "claims"},
    "question_span": {"start", "end"},
    "answer_spans": {"start", "end"},
    "studies": {"id", "name", "year", "study_type", "participants", "claim"},
}

# A word outside the segments: what opens a line (a number, Q, A), the number of
# an enumeration inside one, or an entity.
MARKER = re.compile(r"\d+|[QA]\d*|nbsp|amp|bull")


@pytest.fixture(params=TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def path(request):
    return request.param


def check_keys(name, value):
    if isinstance(value, list):
        for item in value:
            check_keys(name, item)
    elif isinstance(value, dict):
        assert value.keys() == KEYS[name], name
        for key, inner in value.items():
            check_keys(key, inner)


def test_all_keys_are_present(path):
    check_keys("", facts_of(path))


def test_source_is_measured_as_it_is(path):
    source = facts_of(path)["source"]
    assert source["bytes"] == path.stat().st_size
    assert source["characters"] == len(text_of(path))


def test_segments_share_out_every_word(path):
    text = text_of(path)
    owner = [None] * len(text)
    for number, segment in enumerate(facts_of(path)["segments"]):
        assert segment["start"] < segment["end"]
        for i in range(segment["start"], segment["end"]):
            assert owner[i] is None, f"{text[i:i + 40]!r} lies in two segments"
            owner[i] = number
    lost = []
    for word in re.finditer(r"\w+", text):
        owners = set(owner[word.start():word.end()])
        if owners == {None} and MARKER.fullmatch(word.group()):
            continue
        if None in owners or len(owners) > 1:
            lost.append((word.start(), word.group()))
    assert lost == []


def test_spans_are_exact_in_characters_and_bytes(path):
    text, raw, facts = text_of(path), path.read_bytes(), facts_of(path)
    spans = [s for c in facts["claims"] for s in c["spans"]]
    for s in spans:
        assert text[s["start"]:s["end"]] == s["exact"]
        assert raw[s["byte_start"]:s["byte_end"]].decode("utf-8") == s["exact"]
    for w in facts["windows"]:
        e = w["expression"]
        assert text[e["start"]:e["end"]] == e["text"]
    for f in facts["faqs"]:
        q = f["question_span"]
        assert (f["question"] is None) == (q is None)
        assert q is None or text[q["start"]:q["end"]] == f["question"]
        pieces = " ".join(text[s["start"]:s["end"]] for s in f["answer_spans"])
        assert set(re.findall(r"\w+", f["answer"])) <= set(re.findall(r"\w+", pieces))


def test_claims_lie_in_claim_segments(path):
    facts = facts_of(path)
    roles = {(s["start"], s["end"]): s["role"] for s in facts["segments"]}
    for claim in facts["claims"]:
        assert sum(s["role"] in ("sentence", "item", "cell") for s in claim["spans"]) == 1
        span = primary(claim)
        assert roles.get((span["start"], span["end"])) == "claim"
    assert len(facts["claims"]) == sum(role == "claim" for role in roles.values())


def test_ids_are_unique_and_lead_to_claims(path):
    facts = facts_of(path)
    for kind in ("claims", "windows", "faqs", "studies"):
        ids = [item["id"] for item in facts[kind]]
        assert len(ids) == len(set(ids)), kind
    claims = {c["id"] for c in facts["claims"]}
    named = [x["claim"] for kind in ("windows", "studies") for x in facts[kind]]
    assert set(named).union(*(f["claims"] for f in facts["faqs"])) <= claims


def test_hedged_claims_name_their_hedges(path):
    for claim in facts_of(path)["claims"]:
        assert (claim["certainty"] == "hedged") == bool(claim["hedges"]), claim["text"]


@pytest.mark.parametrize("source", FOLDERS[1].glob("*.txt"), ids=lambda p: p.stem)
def test_same_bytes_whatever_language_zone_and_place(source, tmp_path):
    shutil.copy(source, tmp_path / source.name)
    here = run_extract(source)
    assert json.loads(here) == facts_of(source)
    for settings in ({"LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"},
                     {"LC_ALL": "C", "TZ": "UTC"}):
        moved = run_extract(source.name, cwd=tmp_path, env={**os.environ, **settings})
        assert moved == here
