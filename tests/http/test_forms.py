# SPDX-License-Identifier: MIT
"""The same rows as JSON, lines and CSV; which form a client gets."""
import csv
import io
import json
import socket

import pytest

LISTS = ["claims", "sources", "onset-windows", "time-windows", "faqs", "studies", "treatments",
         "conditions", "topics", "routes"]
TYPES = {"json": "application/json", "ndjson": "application/x-ndjson",
         "csv": "text/csv; charset=utf-8; header=present", "jsonld": "application/ld+json"}


def rows(client, path):
    """All rows as JSON, page by page."""
    target, found = path + ("&" if "?" in path else "?") + "limit=100", []
    while target:
        answer = client.get(target)
        assert answer.status == 200, answer.body
        found += answer.json["data"]
        target = answer.json["links"].get("next")
    return found


def lines(body):
    return [json.loads(line) for line in body.decode().splitlines()]


def cells(body):
    text = body.decode()
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def paths(client):
    segments = [source["segments_href"] for source in rows(client, "/v1/sources")]
    return ["/v1/" + name for name in LISTS] + segments


# --- What CSV says of a row ----------------------------------------------------

def cell(value):
    """As a spreadsheet gets it: words that look like a formula are disarmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return str(value)


PRIMARY = ("sentence", "item", "cell")


def flat(row):
    """The columns of a row: what is nested is spread."""
    out = {}
    for key, value in row.items():
        if key == "source":
            out.update({"source_" + name: cell(value[name])
                        for name in ("id", "title", "publisher", "url", "href")})
        elif key == "spans":
            span = next(span for span in value if span["role"] in PRIMARY)
            out.update(kind=span["role"], exact=cell(span["exact"]), start=cell(span["start"]),
                       end=cell(span["end"]))
        elif key == "selector":
            out.update(prefix=cell(value[0]["prefix"]), suffix=cell(value[0]["suffix"]))
        elif key == "expression":
            out.update(expression=cell(value["text"]), expression_start=cell(value["start"]),
                       expression_end=cell(value["end"]))
        elif key == "question_span":
            span = value or {"start": None, "end": None}
            out.update(question_start=cell(span["start"]), question_end=cell(span["end"]))
        elif key == "answer_spans":
            out.update(answer_start=cell(value[0]["start"]), answer_end=cell(value[-1]["end"]))
        elif key == "extractor":
            out.update(extractor_version=cell(value["version"]),
                       lexicon_version=cell(value["lexicon"]))
        elif key == "counts":
            out.update({"segments_" + role: cell(n) for role, n in value["segments"].items()})
            out.update({name: cell(n) for name, n in value.items() if name != "segments"})
        else:
            out[key] = cell(value)
    return out


def test_csv_lines_and_json_hold_the_same_rows(client):
    for path in paths(client):
        data = rows(client, path)
        assert data or path == "/v1/routes", path
        assert lines(client.get(path + "?format=ndjson").body) == data
        assert cells(client.get(path + "?format=csv").body) == [flat(row) for row in data]


def test_pages_of_lines_and_csv_lead_on_by_link(client):
    data = rows(client, "/v1/claims")
    for form, read in (("ndjson", lines), ("csv", cells)):
        target, found, pages = f"/v1/claims?format={form}&limit=7", [], 0
        while target:
            answer = client.get(target)
            assert answer.headers["Content-Type"] == TYPES[form]
            assert answer.headers["ETag"]
            found += read(answer.body)
            pages += 1
            link = [v for v in answer.headers.get_all("Link") if 'rel="next"' in v]
            target = link[0].partition(">")[0].lstrip("<") if link else None
        assert pages == (len(data) + 6) // 7
        assert found == (data if form == "ndjson" else [flat(row) for row in data])


def test_whole_list_has_no_tag_and_takes_filter_and_sort(client):
    query = "treatment=ketamine&topic=onset&sort=-updated_at"
    for form, read in (("ndjson", lines), ("csv", cells)):
        answer = client.get(f"/v1/claims?{query}&format={form}")
        assert answer.headers["ETag"] is None
        assert answer.headers["Content-Length"] is None
        data = rows(client, "/v1/claims?" + query)
        assert read(answer.body) == (data if form == "ndjson" else [flat(row) for row in data])
        assert data


def test_empty_list_is_no_line_and_a_header_alone(client):
    path = "/v1/claims?updated_since=2200-01-01"
    assert client.get(path + "&format=ndjson").body == b""
    assert cells(client.get(path + "&format=csv").body) == []
    assert client.get(path + "&format=csv").body.startswith(b"id,text,")
    assert client.get(path + "&format=jsonld").status == 200


def test_one_of_a_list_has_the_forms_of_the_list(client):
    for name in ("claims", "sources", "onset-windows", "time-windows", "faqs", "studies"):
        row = rows(client, "/v1/" + name)[-1]
        path = f"/v1/{name}/{row['id']}"
        assert lines(client.get(path + "?format=ndjson").body) == [row]
        assert cells(client.get(path + "?format=csv").body) == [flat(row)]
        tags = {client.get(path + "?format=" + form).headers["ETag"]
                for form in ("json", "ndjson", "csv")}
        assert len(tags) == 3


def test_fields_choose_the_keys_in_every_form(client):
    for path in paths(client):
        row = (rows(client, path) or [None])[0]
        if row is None:
            continue
        keys = list(row)[-1:] + list(row)[:1]
        query = "?fields=" + ",".join(keys)
        chosen = {key: row[key] for key in row if key in keys}
        assert client.data(path + query + "&limit=1") == [chosen]
        assert lines(client.get(path + query + "&format=ndjson&limit=1").body) == [chosen]
        assert cells(client.get(path + query + "&format=csv&limit=1").body) == [flat(chosen)]
    claim = rows(client, "/v1/claims")[0]
    one = client.get(f"/v1/claims/{claim['id']}?fields=topic&fields=text").json
    assert one["data"] == {"text": claim["text"], "topic": claim["topic"]}
    assert one["meta"]["disclaimer"]


# --- Which form ----------------------------------------------------------------

@pytest.mark.parametrize("accept, form", [
    ("*/*", "json"),
    ("application/*", "json"),
    ("text/*", "csv"),
    ("text/csv, application/json", "json"),
    ("text/csv;q=0.9, application/x-ndjson;q=0.8", "csv"),
    ("text/csv;q=0.8, application/x-ndjson", "ndjson"),
    ("application/json;q=0.1, */*;q=0.5", "ndjson"),
    ("application/json;q=0, application/ld+json;q=0.001", "jsonld"),
    ("TEXT/CSV; Q=1.0", "csv"),
])
def test_accept_chooses_what_it_likes_best(client, accept, form):
    answer = client.get("/v1/claims?limit=1", Accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (200, TYPES[form])
    assert "Accept" in answer.headers["Vary"]


def test_format_wins_over_accept(client):
    for form in TYPES:
        answer = client.get(f"/v1/faqs?limit=1&format={form}", Accept="image/png")
        assert (answer.status, answer.headers["Content-Type"]) == (200, TYPES[form])


@pytest.mark.parametrize("path, accept", [
    ("/v1/claims", "image/png"),
    ("/v1/claims", "application/json;q=0, text/html"),
    ("/v1/studies", "application/ld+json"),
    ("/v1/treatments", "application/ld+json"),
    ("/v1/search?q=ketamine", "text/csv"),
    ("/v1/onset-windows/summary", "application/x-ndjson"),
])
def test_what_is_not_to_be_had_is_406_and_says_what_is(client, path, accept):
    answer = client.get(path, Accept=accept)
    assert (answer.status, answer.json["code"]) == (406, "not-acceptable")
    assert "application/json" in answer.json["detail"]


@pytest.mark.parametrize("path, allowed", [
    ("/v1/studies?format=jsonld", "json, ndjson, csv"),
    ("/v1/sources?format=jsonld", "json, ndjson, csv"),
    ("/v1/search?q=ketamine&format=csv", "json"),
    ("/v1/onset-windows/summary?format=ndjson", "json"),
    ("/v1/claims?format=xml", "json, ndjson, csv, jsonld"),
])
def test_format_that_a_list_does_not_have_is_named(client, path, allowed):
    answer = client.get(path)
    assert answer.status == 400
    assert [error["parameter"] for error in answer.json["errors"]] == ["format"]
    assert answer.json["errors"][0]["detail"].endswith("not one of " + allowed)


@pytest.mark.parametrize("form, query, wrong", [
    ("csv", "facet=topic", "facet"),
    ("ndjson", "facet=topic", "facet"),
    ("jsonld", "facet=topic", "facet"),
    ("csv", "count=true", "count"),
    ("jsonld", "fields=id", "fields"),
])
def test_what_a_form_has_no_room_for_is_refused(client, form, query, wrong):
    answer = client.get(f"/v1/claims?{query}&format={form}")
    assert answer.status == 400
    assert [error["parameter"] for error in answer.json["errors"]] == [wrong]
    for page in ("", "&limit=1"):  # by Accept the form is not offered
        answer = client.get(f"/v1/claims?{query}{page}", Accept=TYPES[form].partition(";")[0])
        assert answer.status == 406


def test_head_of_a_whole_list_has_its_headers_and_no_body(client):
    for form in ("ndjson", "csv"):
        answer = client.ask("HEAD", "/v1/claims?format=" + form)
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["Content-Type"] == TYPES[form]
        assert client.get("/v1/topics").status == 200


def test_nothing_follows_the_head_of_a_whole_list(client):
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(b"HEAD /v1/claims?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b"".join(iter(lambda: s.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.partition(b"\r\n\r\n")[2] == b""


def test_client_of_http_1_0_gets_a_whole_list_until_the_end(client):
    answer = client.raw(b"GET /v1/claims?format=ndjson HTTP/1.0\r\n\r\n")
    assert answer.headers["Transfer-Encoding"] is None
    assert lines(answer.body) == rows(client, "/v1/claims")
