# SPDX-License-Identifier: MIT
"""The pages that explain problems."""
from html.parser import HTMLParser

import pytest

VOID = {"meta"}
KNOWN = {"html", "head", "title", "body", "main", "h1", "h2", "p", "a", "code", "dl", "dt", "dd"}


class Page(HTMLParser):
    """Refuses what is not nested well, is not a plain element or refers elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.links = [], [], []
        assert text.startswith("<!DOCTYPE html>\n")
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert tag in KNOWN | VOID
        assert {name for name, _ in attributes} <= {"lang", "charset", "name", "content", "href"}
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.text.append((self.open[-1], data.strip()))


@pytest.fixture
def types(client):
    return client.get("/problems?format=json").json["data"]


def test_list_names_every_code_of_the_document(types, checker):
    codes = checker.document["components"]["schemas"]["ProblemCode"]["enum"]
    assert [t["code"] for t in types] == codes
    assert all(t["type"] == "/problems/" + t["code"] for t in types)


def test_page_of_the_list_leads_to_each(client, types):
    page = Page(client.get("/problems", Accept="text/html").body.decode())
    assert page.links == [t["type"] for t in types]


def test_each_page_tells_what_it_means_and_what_to_do(client, types):
    assert len(types) >= 9
    for kind in types:
        assert client.get(kind["type"] + "?format=json").json["data"] == kind
        page = Page(client.get(kind["type"], Accept="text/html").body.decode())
        assert ("h1", kind["title"]) in page.text
        assert ("p", kind["meaning"]) in page.text and ("p", kind["advice"]) in page.text
        assert ("code", kind["code"]) in page.text
        assert f"HTTP status {kind['status']}." in " ".join(text for _, text in page.text)
        assert page.links == ["/problems"]


def test_numbers_in_the_pages_are_the_limits(client, types):
    meaning = {t["code"]: t["meaning"] for t in types}
    head = b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
    longest = b"/" + b"a" * 8191
    assert client.raw(head % (longest, b"")).status == 404
    assert client.raw(head % (longest + b"a", b"")).status == 414
    assert "8192" in meaning["uri-too-long"]
    assert client.raw(head % (b"/healthz", b"X: a\r\n" * 99)).status == 200
    assert client.raw(head % (b"/healthz", b"X: a\r\n" * 100)).status == 431
    assert " 100 " in meaning["headers-too-large"]
    rest = len(head % (b"", b"X: \r\n"))
    assert client.raw(head % (b"/healthz", b"X: %s\r\n" % (b"a" * (16384 - rest)))).status == 200
    assert client.raw(head % (b"/healthz", b"X: %s\r\n" % (b"a" * (16385 - rest)))).status == 431
    assert " 16384 " in meaning["headers-too-large"]


@pytest.mark.parametrize("target", ["/problems", "/problems/not-found"])
@pytest.mark.parametrize("query, accept, media", [
    ("", "*/*", "text/html; charset=utf-8"), ("", "application/json", "application/json"),
    ("", "text/html;q=0.5, application/json", "application/json"),
    ("", "text/*", "text/html; charset=utf-8"),
    ("?format=json", "text/html", "application/json"),
    ("?format=json", "image/png", "application/json"),
    ("?format=html", "application/json", "text/html; charset=utf-8"),
])
def test_accept_and_format_decide(client, target, query, accept, media):
    answer = client.get(target + query, Accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (200, media)


@pytest.mark.parametrize("target", ["/problems", "/problems/not-found"])
def test_other_forms_are_406(client, target):
    answer = client.get(target, Accept="text/csv")
    assert (answer.status, answer.json["code"]) == (406, "not-acceptable")
    assert "text/html, application/json" in answer.json["detail"]


@pytest.mark.parametrize("query, parameter", [
    ("format=xml", "format"), ("format=", "format"), ("format=json&format=json", "format"),
    ("limit=1", "limit"),
])
def test_bad_parameter_is_named(client, query, parameter):
    for target in ("/problems", "/problems/not-found"):
        answer = client.get(f"{target}?{query}")
        assert answer.status == 400
        assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


@pytest.mark.parametrize("target", ["/problems/", "/problems/nonsense", "/problems/NOT-FOUND",
                                    "/problems/not-found/x"])
def test_unknown_problem_is_404(client, target):
    answer = client.get(target)
    assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_tag_differs_by_form(client):
    tags = {client.get("/problems", Accept=a).headers["ETag"]
            for a in ("text/html", "application/json")}
    assert len(tags) == 2
