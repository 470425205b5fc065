# SPDX-License-Identifier: MIT
"""Answers in gzip and br: who gets them, their tags, their sizes."""
import gzip

import brotli
import pytest

LARGE = "/v1/claims?limit=50"
SMALL = "/healthz"


@pytest.fixture
def plain(client):
    return client.get(LARGE)


@pytest.mark.parametrize("accept, coding", [
    ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br", "br"), ("gzip;q=1.0, br;q=0.9", "gzip"),
    ("x-gzip", "gzip"), ("BR", "br"), ("*", "br"), ("*;q=0.5, br;q=0", "gzip"),
    ("identity;q=0, gzip", "gzip"), ("identity;q=0, *", "br"),
    ("", None), ("identity", None), ("deflate", None), ("identity, gzip;q=0.5", None),
    ("br;q=0, gzip;q=0", None), ("br;q=nonsense", None),
])
def test_accept_encoding_decides(client, plain, accept, coding):
    answer = client.get(LARGE, Accept_Encoding=accept)
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == coding
    assert answer.content == plain.body
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert coding is None or len(answer.body) < len(plain.body) / 3


def test_client_that_says_nothing_gets_no_coding(client):
    answer = client.raw(b"GET /openapi.json HTTP/1.0\r\n\r\n")
    assert answer.headers["Content-Encoding"] is None
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("accept", ["identity;q=0", "*;q=0", "deflate, identity;q=0",
                                    "br;q=0, *;q=0"])
@pytest.mark.parametrize("target", [LARGE, SMALL, "/problems"])
def test_no_acceptable_coding_is_406(client, accept, target):
    answer = client.get(target, Accept_Encoding=accept)
    assert (answer.status, answer.json["code"]) == (406, "not-acceptable")
    assert "gzip and br" in answer.json["detail"]
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


def test_small_answer_is_not_coded(client):
    assert client.get(SMALL, Accept_Encoding="br, gzip").headers["Content-Encoding"] is None


def test_small_answer_is_coded_where_the_client_wants_nothing_else(client):
    answer = client.get(SMALL, Accept_Encoding="gzip, identity;q=0")
    assert (answer.headers["Content-Encoding"], answer.json) == ("gzip", {"status": "ok"})


def test_problem_is_coded_when_it_is_long(client):
    query = "&".join(f"no_such_{i}=1" for i in range(30))
    answer = client.get("/v1/claims?" + query, Accept_Encoding="br")
    assert (answer.status, answer.headers["Content-Encoding"]) == (400, "br")
    assert len(answer.json["errors"]) == 30
    assert answer.headers["ETag"] is None


@pytest.mark.parametrize("target", [LARGE, "/openapi.json", "/v1/sources", "/problems"])
@pytest.mark.parametrize("coding", ["gzip", "br", "identity"])
def test_head_has_the_headers_of_get(client, target, coding):
    given = client.get(target, Accept_Encoding=coding)
    head = client.ask("HEAD", target, {"Accept-Encoding": coding})
    varying = {"Date", "X-Request-Id"}
    assert ({k: v for k, v in head.headers.items() if k not in varying}
            == {k: v for k, v in given.headers.items() if k not in varying})
    assert int(head.headers["Content-Length"]) == len(given.body)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_same_answer_has_the_same_bytes(client, coding):
    first, second = (client.get(LARGE, Accept_Encoding=coding).body for _ in range(2))
    assert first == second


def test_gzip_tells_no_time_and_no_name(client):
    body = client.get(LARGE, Accept_Encoding="gzip").body
    assert body[:4] == b"\x1f\x8b\x08\x00" and body[4:8] == b"\0\0\0\0"


@pytest.mark.parametrize("target", [LARGE, "/openapi.json", "text"])
def test_tag_differs_by_coding_and_only_the_right_one_gives_304(client, target):
    if target == "text":
        target = client.data("/v1/sources")[0]["text_href"]
    tags = {coding: client.get(target, Accept_Encoding=coding).headers["ETag"]
            for coding in ("identity", "gzip", "br")}
    plain = tags["identity"].strip('"')
    assert tags == {"identity": f'"{plain}"', "gzip": f'"{plain}-gzip"', "br": f'"{plain}-br"'}
    for coding in tags:
        for of, tag in tags.items():
            answer = client.get(target, Accept_Encoding=coding, If_None_Match=tag)
            assert answer.status == (304 if of == coding else 200), (coding, of)
            assert answer.headers["ETag"] == tags[coding]
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        every = ", ".join(tags.values())
        assert client.get(target, Accept_Encoding=coding, If_None_Match=every).status == 304


def test_304_has_no_content_encoding(client):
    tag = client.get(LARGE, Accept_Encoding="br").headers["ETag"]
    answer = client.get(LARGE, Accept_Encoding="br", If_None_Match=tag)
    assert (answer.status, answer.headers["Content-Encoding"]) == (304, None)


def test_text_of_a_source_is_tagged_with_its_digest(client):
    source = client.data("/v1/sources")[0]
    answer = client.get(source["text_href"], Accept_Encoding="gzip")
    assert answer.headers["ETag"] == f'"{source["sha256"]}-gzip"'
    assert gzip.decompress(answer.body) == client.get(source["text_href"]).body


def test_log_has_the_size_that_was_sent(client, daemon):
    body = client.get(LARGE, Accept_Encoding="br", X_Request_Id="coded-1").body
    entry = daemon.wait_for(lambda e: e.get("request_id") == "coded-1")
    assert entry["bytes"] == len(body) < len(brotli.decompress(body))
