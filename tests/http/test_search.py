# SPDX-License-Identifier: MIT
"""Full text: what is found, how it is shown, and that no question is too odd."""
import html
import random
import re
from urllib.parse import quote

import pytest
from conftest import Client, Daemon, run
from tampering import tampered

PAGE = """Ketamine & "relief": what <b>patients</b> say

How soon does it work?

Ketamine may ease anxiety within <two> hours, "Dr. O'Neil" & others suggest. Running helps, too.

Is \x02marked\x03 text safe?

Anxiety \x02returned\x03 in \x02 some patients — “naïve” ones, as a rule.
"""


def ask(client, words, query=""):
    answer = client.get(f"/v1/search?q={quote(words, safe='')}{query}")
    assert answer.status == 200, (words, answer.body)
    return answer.json


def hits(client, words, query=""):
    target, found = f"/v1/search?q={quote(words, safe='')}&limit=100{query}", []
    while target:
        answer = client.get(target).json
        found += answer["data"]
        target = answer["links"].get("next")
    return found


def names(found):
    return [(hit["type"], hit["id"]) for hit in found]


def claims(client, words):
    return {hit["id"] for hit in hits(client, words, "&type=claim")}


@pytest.fixture
def page(tmp_path, checker):
    """A client of a daemon over PAGE alone."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "page.txt").write_text(PAGE, encoding="utf-8")
    done = run("load", "--db", tmp_path / "facts.db", tmp_path / "texts")
    assert done.returncode == 0, done.stderr
    daemon = Daemon(tmp_path / "facts.db")
    client = Client(daemon.port, checker)
    client.database = tmp_path / "facts.db"
    yield client
    client.connection.close()
    assert daemon.stop() == 0


# --- What is found -------------------------------------------------------------

def test_hits_are_the_claims_faqs_and_sources_that_have_the_words(client):
    text = {row["id"]: row["text"] for row in client.data("/v1/claims?limit=500")}
    found = hits(client, "serotonin")
    assert {hit["type"] for hit in found} >= {"claim"}
    wanted = {id for id, words in text.items() if re.search(r"\bserotonin\b", words, re.I)}
    assert claims(client, "serotonin") == wanted != set()
    for hit in found:
        assert client.get(hit["href"]).json["data"]["id"] == hit["id"]
        assert hit["source"]["id"] in client.get(hit["href"]).body.decode()


def test_words_are_joined_as_they_say(client):
    ketamine, anxiety = claims(client, "ketamine"), claims(client, "anxiety")
    assert ketamine & anxiety and ketamine - anxiety and anxiety - ketamine
    assert claims(client, "ketamine anxiety") == ketamine & anxiety
    assert claims(client, "ketamine AND anxiety") == ketamine & anxiety
    assert claims(client, "ketamine OR anxiety") == ketamine | anxiety
    assert claims(client, "ketamine NOT anxiety") == ketamine - anxiety
    assert claims(client, "ketamine -anxiety") == ketamine - anxiety
    assert claims(client, "KETAMINE Anxiety") == ketamine & anxiety
    hours = claims(client, "hours")
    assert claims(client, "hours OR ketamine -anxiety") == hours | (ketamine - anxiety)


def test_words_in_quotes_stand_side_by_side(client):
    text = {row["id"]: row["text"] for row in client.data("/v1/claims?limit=500")}
    found = claims(client, '"within hours"')
    assert found == {id for id, words in text.items() if "within hours" in words.lower()} != set()
    assert claims(client, '"hours within"') == set()
    assert found < claims(client, "within hours")


def test_words_are_found_by_stem_and_by_beginning(client):
    assert claims(client, "infusion") == claims(client, "infusions") != set()
    assert claims(client, "treat") == claims(client, "treating")
    begun = claims(client, "ketam*")
    assert begun >= claims(client, "ketamine") != set()
    assert claims(client, "ketam") == set()
    assert claims(client, '"within hou"*') >= claims(client, '"within hours"')


def test_small_words_that_join_are_words_where_they_join_nothing(client):
    for words in ("AND", "OR", "ketamine AND", "OR ketamine", "ketamine NOT", "and", "not"):
        ask(client, words)
    assert claims(client, "ketamine and anxiety") <= claims(client, "ketamine anxiety")


def test_filters_leave_what_they_say(client):
    everything = hits(client, "ketamine")
    types = {hit["type"] for hit in everything}
    assert types == {"claim", "faq", "source"}
    for type in types:
        assert hits(client, "ketamine", "&type=" + type) == [
            hit for hit in everything if hit["type"] == type]
    two = hits(client, "ketamine", "&type=claim,faq")
    assert two == hits(client, "ketamine", "&type=faq&type=claim")
    assert two == [hit for hit in everything if hit["type"] != "source"]
    source = everything[0]["source"]["id"]
    assert hits(client, "ketamine", "&source=" + source) == [
        hit for hit in everything if hit["source"]["id"] == source]
    kept = [hit["id"] for hit in hits(client, "ketamine", "&condition=depression&type=claim")]
    rows = {row["id"]: row for row in client.data("/v1/claims?limit=500")}
    assert kept == [hit["id"] for hit in everything if hit["type"] == "claim"
                    and "depression" in rows[hit["id"]]["conditions"]]


@pytest.mark.parametrize("words", ["ketamine", "anxiety OR hours", "serotonin", "nothing-of-that"])
def test_pages_of_any_size_hold_every_hit_once(client, words):
    whole = hits(client, words)
    assert len(set(names(whole))) == len(whole)
    scores = [hit["score"] for hit in whole]
    assert scores == sorted(scores, reverse=True)
    for limit in (1, 2, 3, 7):
        target, found = f"/v1/search?q={quote(words)}&limit={limit}", []
        while target:
            answer = client.get(target).json
            assert answer["meta"]["total"] == len(whole)
            assert answer["meta"]["limit"] == limit
            found += answer["data"]
            target = answer["links"].get("next")
        assert found == whole


def test_types_are_counted_over_all_pages_the_most_frequent_first(client):
    for words, first in (("ketamine", "claim"), ("does", "faq")):
        answer = ask(client, words, "&limit=1")
        whole = hits(client, words)
        values = answer["facets"]["type"]["values"]
        assert {v["value"]: v["count"] for v in values} == {
            type: sum(hit["type"] == type for hit in whole) for type in
            {hit["type"] for hit in whole}}
        assert values == sorted(values, key=lambda v: (-v["count"], v["value"]))
        assert values[0]["value"] == first and len(values) > 1
        assert sum(v["count"] for v in values) == answer["meta"]["total"]
    nothing = ask(client, "walrus")
    assert (nothing["data"], nothing["meta"]["total"]) == ([], 0)
    assert nothing["facets"]["type"] == {"values": [], "truncated": False}
    assert "next" not in nothing["links"]


# --- How it is shown -----------------------------------------------------------

def check_snippet(hit):
    snippet, at, marked = hit["snippet"], 0, ""
    for place in hit["highlights"]:
        assert at <= place["start"] < place["end"] <= len(snippet)
        marked += html.escape(snippet[at:place["start"]], quote=True).replace("&#x27;", "'")
        inner = snippet[place["start"]:place["end"]]
        marked += "<mark>" + html.escape(inner, quote=True).replace("&#x27;", "'") + "</mark>"
        at = place["end"]
    marked += html.escape(snippet[at:], quote=True).replace("&#x27;", "'")
    assert hit["snippet_html"] == marked
    assert hit["highlights"]


@pytest.mark.parametrize("words, stems", [
    ("ketamine", ("ketamine",)),
    ("infusions", ("infusion",)),
    ('"within hours" OR depression', ("within hours", "depress")),
    ("brain*", ("brain",)),
])
def test_highlights_are_the_words_asked_for(client, words, stems):
    found = hits(client, words)
    assert found
    for hit in found:
        check_snippet(hit)
        for place in hit["highlights"]:
            word = hit["snippet"][place["start"]:place["end"]].lower()
            assert word.startswith(stems), word


def test_snippet_html_has_no_markup_of_the_text(page):
    for words in ("ease", "patients", "neil"):
        for hit in hits(page, words):
            check_snippet(hit)
            assert re.findall(r"<[^>]*>", hit["snippet_html"]) == [
                "<mark>", "</mark>"] * len(hit["highlights"])
    claim = hits(page, "ease", "&type=claim")[0]
    assert "<two>" in claim["snippet"] and "&lt;two&gt;" in claim["snippet_html"]
    assert "&quot;Dr. O" in claim["snippet_html"] and " &amp; " in claim["snippet_html"]


def test_marks_of_a_text_are_no_hits(page):
    found = hits(page, "anxiety OR returned OR text OR some")
    assert len(found) > 2
    for hit in found:
        check_snippet(hit)
        for place in hit["highlights"]:
            word = hit["snippet"][place["start"]:place["end"]]
            assert word.lower() in ("anxiety", "returned", "text", "some")
        assert not re.search("[\x02\x03]", hit["snippet"])


def test_marks_and_accents_of_a_question_do_not_matter(page):
    for words in ("naive", "NAÏVE", "“naïve”", "na\u0131\u0308ve OR naive"):
        assert len(hits(page, words, "&type=claim")) == 1, words


def test_hit_whose_row_is_gone_is_damage(page):
    with tampered(page.database) as db:
        db.execute("DELETE FROM extraction")
    answer = page.get("/v1/search?q=ketamine")
    assert (answer.status, answer.json["code"]) == (500, "internal")


# --- Odd questions -------------------------------------------------------------

PIECES = ['"', "'", "*", "-", "(", ")", "AND", "OR", "NOT", "NEAR", "NEAR(", "{", "}", ":", "^",
          "+", ",", ";", "\\", "%", "/", "--", "\t", "\n", "…", "—", "é", "日本", "\u0301", "\U0001f600",
          "\x01", "\x02", "ketamine", "anxiety*", '"within hours"', "text:", "rowid", "a", "1",
          "0x", "NULL", "&", "<mark>", " ", " ", " "]


def test_no_question_is_too_odd(client):
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    statuses = set()
    for _ in range(400):
        joint = chance.choice(["", " "])
        words = joint.join(chance.choices(PIECES, k=chance.randint(1, 12)))
        target = quote(words, safe="")
        for path in (f"/v1/search?q={target}", f"/v1/claims?limit=1&q={target}",
                     f"/v1/faqs?limit=1&q={target}"):
            answer = client.get(path)
            statuses.add(answer.status)
            assert answer.status in (200, 400), (words, answer.body)
            if answer.status == 400:
                assert [error["parameter"] for error in answer.json["errors"]] == ["q"], words
            elif path.startswith("/v1/search"):
                for hit in answer.json["data"]:
                    check_snippet(hit)
    assert statuses == {200, 400}


def test_any_characters_at_all_are_no_failure(client):
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        words = "".join(chr(chance.choice([chance.randrange(1, 128), chance.randrange(1, 0xd800),
                                           chance.randrange(0xe000, 0x110000)]))
                        for _ in range(chance.randint(1, 40)))
        answer = client.get("/v1/search?q=" + quote(words, safe=""))
        assert answer.status in (200, 400), (words, answer.body)
