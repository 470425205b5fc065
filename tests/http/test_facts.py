# SPDX-License-Identifier: MIT
"""What lists and texts hold: spans, filters, pages."""
import hashlib
from urllib.parse import parse_qsl, quote, unquote

import pytest
from conftest import Client, Daemon, run


def texts(client):
    return {source["id"]: client.get(source["text_href"]) for source in client.data("/v1/sources")}


def test_spans_are_the_slices_of_the_served_text(client):
    bodies = {key: answer.body for key, answer in texts(client).items()}
    claims = client.data("/v1/claims?limit=500")
    assert len(claims) > 20
    for claim in claims:
        body = bodies[claim["source"]["id"]]
        for span in claim["spans"]:
            assert body[span["byte_start"]:span["byte_end"]].decode() == span["exact"]
            assert body.decode()[span["start"]:span["end"]] == span["exact"]


def test_quote_selector_stands_between_its_prefix_and_suffix(client):
    text = {key: answer.body.decode() for key, answer in texts(client).items()}
    for claim in client.data("/v1/claims?limit=500"):
        words, place = claim["selector"]
        body = text[claim["source"]["id"]]
        assert body[place["start"]:place["end"]] == words["exact"]
        assert body[:place["start"]].endswith(words["prefix"])
        assert body[place["end"]:].startswith(words["suffix"])
        assert len(words["prefix"]) == min(32, place["start"])


# Quotes that are read with what is around them, and without; neighbours of one, two,
# three and four bytes a character.
AROUND = ["plain words before it. ", "\u00fcber \u00f6de \u00c4ste \u2013 \u00e9t\u00e9. ", "\u201cquoted\u201d \u2026 \u4e2d\u6587\u4e2d\u6587. ",
          "\U0001f600\U0001f601\U0001f602\U0001f603\U0001f604. "]


@pytest.mark.parametrize("more", [0, 20, 69, 70, 71, 200])
def test_words_around_a_quote_of_any_length(tmp_path, checker, more):
    sentence = "Ketamine may ease anxiety" + " and bad sleep" * more + " within 2 hours. "
    text = "How it works\n\n" + "".join(AROUND + [sentence + words * 3 for words in AROUND]) + "\n"
    source = tmp_path / "long.txt"
    source.write_text(text, encoding="utf-8")
    assert run("load", "--db", tmp_path / "facts.db", source).returncode == 0
    daemon = Daemon(tmp_path / "facts.db", "--threads", "1")
    claims = [claim for claim in Client(daemon.port, checker).data("/v1/claims?limit=500")
              if "Ketamine" in claim["text"]]
    assert len(claims) == len(AROUND)
    for claim in claims:
        words, place = claim["selector"]
        assert len(words["exact"]) >= len(sentence) - 1
        assert text[place["start"]:place["end"]] == words["exact"]
        assert words["prefix"] == text[max(0, place["start"] - 32):place["start"]]
        assert words["suffix"] == text[place["end"]:place["end"] + 32]
    assert daemon.stop() == 0


def test_deep_link_carries_the_words_of_the_quote(client):
    linked = 0
    for claim in client.data("/v1/claims?limit=500"):
        url, words = claim["source"]["url"], " ".join(claim["selector"][0]["exact"].split())
        if url is None:
            assert claim["deep_link"] is None
            continue
        linked += 1
        base, _, fragment = claim["deep_link"].partition("#:~:text=")
        assert base == url
        parts = [unquote(part) for part in fragment.split(",")]
        assert parts == [words] or (words.startswith(parts[0]) and words.endswith(parts[1]))
    assert linked > 0


def test_text_is_the_stored_bytes_and_its_tag_their_digest(client):
    for source in client.data("/v1/sources"):
        answer = client.get(source["text_href"])
        digest = hashlib.sha256(answer.body).hexdigest()
        assert answer.headers["ETag"] == f'"{digest}"'
        assert source["sha256"] == digest
        assert source["bytes"] == len(answer.body)
        assert source["characters"] == len(answer.body.decode())


def test_text_of_a_numbered_revision_never_changes(client):
    source = client.data("/v1/sources?limit=1")[0]
    answer = client.get(source["text_href"] + "?revision=1")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(source["text_href"] + "?revision=2").status == 404


def test_segments_of_a_source_count_as_the_source_says(client):
    for source in client.data("/v1/sources"):
        segments = client.data(source["segments_href"] + "?limit=500")
        counted = {role: 0 for role in source["counts"]["segments"]}
        for segment in segments:
            counted[segment["role"]] += 1
        assert counted == source["counts"]["segments"]
        assert [s["start"] for s in segments] == sorted(s["start"] for s in segments)
        assert sum(1 for s in segments if s["claim"]) == source["counts"]["claims"]


def test_promotional_share_is_that_of_the_segments(client):
    for source in client.data("/v1/sources"):
        segments = client.data(source["segments_href"] + "?limit=500")
        length = sum(s["end"] - s["start"] for s in segments)
        promo = sum(s["end"] - s["start"] for s in segments if s["role"] == "promo")
        assert source["promotional_share"] == pytest.approx(promo / length, abs=1e-4)


def test_onset_windows_are_the_windows_with_measure_onset(client):
    windows = client.data("/v1/time-windows?limit=500")
    onset = client.data("/v1/onset-windows?limit=500")
    assert [w for w in windows if w["measure"] == "onset"] == onset
    others = [w for w in windows if w["measure"] != "onset"]
    assert onset and others
    assert client.get("/v1/onset-windows/" + others[0]["id"]).status == 404


@pytest.mark.parametrize("query, holds", [
    ("topic=onset", lambda c: c["topic"] == "onset"),
    ("topic=onset,safety", lambda c: c["topic"] in ("onset", "safety")),
    ("topic=onset&topic=safety", lambda c: c["topic"] in ("onset", "safety")),
    ("certainty=hedged", lambda c: c["certainty"] == "hedged"),
    ("treatment=ketamine&condition=anxiety",
     lambda c: "ketamine" in c["treatments"] and "anxiety" in c["conditions"]),
    ("kind=sentence", lambda c: any(s["role"] == "sentence" for s in c["spans"])),
])
def test_filter_keeps_exactly_what_it_says(client, query, holds):
    everything = client.data("/v1/claims?limit=500")
    kept = client.data("/v1/claims?limit=500&" + query)
    assert kept == [claim for claim in everything if holds(claim)]
    assert kept


def test_filter_by_source_takes_id_and_key(client):
    source = client.data("/v1/sources")[-1]
    by_id = client.data("/v1/claims?limit=500&source=" + source["id"])
    by_key = client.data("/v1/claims?limit=500&source=" + quote(source["key"], safe=""))
    assert by_id == by_key
    assert len(by_id) == source["counts"]["claims"]


def test_plus_in_a_query_is_a_space(client):
    assert (client.data("/v1/claims?q=ketamine+anxiety&limit=3")
            == client.data("/v1/claims?q=ketamine%20anxiety&limit=3") != [])


def test_an_empty_list_is_200(client):
    answer = client.get("/v1/claims?q=xylophone")
    assert (answer.status, answer.json["data"]) == (200, [])


@pytest.mark.parametrize("path", ["claims", "time-windows", "treatments"])
def test_walking_the_cursors_gives_every_row_once(client, path):
    whole = client.data(f"/v1/{path}?limit=500")
    target, walked, pages = f"/v1/{path}?limit=7&count=true", [], 0
    while target:
        answer = client.get(target)
        assert answer.json["meta"]["total"] == len(whole)
        assert answer.json["links"]["self"] == target
        walked += answer.json["data"]
        target = answer.json["links"].get("next")
        links = answer.headers.get_all("Link")
        assert (f'<{target}>; rel="next"' in links) == bool(target)
        pages += 1
    assert walked == whole
    assert pages == -(-len(whole) // 7) > 1


def test_next_link_keeps_the_filters_as_asked(client):
    answer = client.get("/v1/claims?limit=1&topic=onset&topic=safety&q=%22ketamine%22+anx*")
    following = parse_qsl(answer.json["links"]["next"].partition("?")[2])
    assert following[:-1] == [("limit", "1"), ("topic", "onset"), ("topic", "safety"),
                              ("q", '"ketamine" anx*')]
    assert following[-1][0] == "cursor"
    assert client.get(answer.json["links"]["next"]).status == 200


def test_total_is_there_only_when_asked_for(client):
    assert "total" not in client.get("/v1/claims?limit=1").json["meta"]
