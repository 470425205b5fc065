# SPDX-License-Identifier: MIT
"""Linked data as search engines read it: put into a page, taken out again, and
judged by an outside validator, by the rules for FAQ pages, and by the
vocabulary of schema.org."""
import json

import pytest

from conftest import run_in

KINDS = ["claims", "faqs", "onset-windows", "time-windows"]


def findings(node, text):
    done = run_in(node, "node", "structured_data.mjs", input=text)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_list_is_sound(node, client, kind):
    answer = client.get(f"/v1/{kind}?limit=500", Accept="application/ld+json")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert findings(node, answer.content.decode()) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_single_is_sound(node, client, kind):
    filters = "?limit=1" + ("&origin=explicit,heading" if kind == "faqs" else "")
    (row,) = client.data(f"/v1/{kind}{filters}")
    answer = client.get(f"/v1/{kind}/{row['id']}?format=jsonld")
    assert findings(node, answer.content.decode()) == (0, "")


def test_faq_page_has_every_question_and_no_orphan(client):
    rows = client.data("/v1/faqs?limit=500")
    page = json.loads(client.get("/v1/faqs?limit=500&format=jsonld").content)
    asked = [q["name"] for q in page["mainEntity"]]
    assert asked == [row["question"] for row in rows if row["question"]]
    assert any(row["question"] is None for row in rows)


def test_a_fault_is_found(node, client):
    page = json.loads(client.get("/v1/faqs?limit=5&format=jsonld").content)
    del page["mainEntity"][0]["acceptedAnswer"]
    code, told = findings(node, json.dumps(page))
    assert code == 1 and "acceptedAnswer" in told
