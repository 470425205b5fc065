# SPDX-License-Identifier: MIT
"""What is wrong with a request is said, in one form, without a hang."""
import socket

import pytest

NOBODY = "00000000-0000-5000-8000-000000000000"
HEAD = b" HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("target, parameter", [
    ("/v1/claims?colour=red", "colour"),
    ("/v1/claims?topic=weather", "topic"),
    ("/v1/claims?treatment=snake_oil", "treatment"),
    ("/v1/claims?topic=", "topic"),
    ("/v1/claims?topic", "topic"),
    ("/v1/claims?limit=0", "limit"),
    ("/v1/claims?limit=501", "limit"),
    ("/v1/claims?limit=ten", "limit"),
    ("/v1/claims?limit=99999999999999999999", "limit"),
    ("/v1/claims?limit=1&limit=2", "limit"),
    ("/v1/claims?cursor=AAAA", "cursor"),
    ("/v1/claims?count=yes", "count"),
    ("/v1/claims?updated_since=yesterday", "updated_since"),
    ("/v1/claims?q=%22", "q"),
    ("/v1/claims?=x", ""),
    ("/v1/onset-windows?max_lte=24", "max_lte"),
    ("/v1/onset-windows?measure=onset", "measure"),
    ("/v1/claims/nonsense", "id"),
    (f"/v1/claims/{NOBODY}x", "id"),
    (f"/v1/claims/{NOBODY}?limit=1", "limit"),
    (f"/v1/sources/{NOBODY}/text?revision=0", "revision"),
    (f"/v1/sources/{NOBODY}/text?revision=99999999999", "revision"),
    (f"/v1/sources/{NOBODY}/text?revision=1&revision=1", "revision"),
    (f"/v1/sources/{NOBODY}/text?limit=1", "limit"),
    ("/healthz?x=1", "x"), ("/readyz?x=1", "x"), ("/version?x=1", "x"), ("/?x=1", "x"),
    ("/openapi.json?x=1", "x"), ("/v1/topics?topic=onset", "topic"),
])
def test_bad_parameter_is_named(client, target, parameter):
    answer = client.get(target)
    assert answer.status == 400
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]
    assert answer.json["code"] == "bad-parameter"


def test_all_bad_parameters_are_named_at_once(client):
    errors = client.get("/v1/claims?limit=0&topic=weather&colour=red").json["errors"]
    assert sorted(e["parameter"] for e in errors) == ["colour", "limit", "topic"]


def test_what_is_missing_or_not_together_is_named_beside_what_is_wrong(client):
    errors = client.get("/v1/search?type=page").json["errors"]
    assert sorted(e["parameter"] for e in errors) == ["q", "type"]
    errors = client.get("/v1/search?q=").json["errors"]
    assert [e["parameter"] for e in errors] == ["q"]
    errors = client.get("/v1/time-windows?min_gte=P2D&max_lte=P1D&basis=luck").json["errors"]
    assert sorted(e["parameter"] for e in errors) == ["basis", "max_lte", "min_gte"]


def test_a_cursor_of_another_filter_is_refused(client):
    following = client.get("/v1/claims?limit=1").json["links"]["next"]
    assert client.get(following + "&topic=onset").status == 400


def test_a_quoted_value_cut_inside_a_character_is_still_told(client):
    answer = client.get("/v1/claims?topic=x" + "%C3%A4" * 60)
    assert answer.status == 400


@pytest.mark.parametrize("target", [
    "/nowhere", "/v1", "/v1/", "/v1/claims/", "//v1/claims", "/v1%2Fclaims", "/V1/claims",
    "/v1/claims/x/y", "/healthz/", "/v1/../v1/claims",
    f"/v1/claims/{NOBODY}", f"/v1/sources/{NOBODY}", f"/v1/sources/{NOBODY}/text",
    f"/v1/sources/{NOBODY}/segments", f"/v1/faqs/{NOBODY}", f"/v1/studies/{NOBODY}",
    f"/v1/time-windows/{NOBODY}", f"/v1/onset-windows/{NOBODY}",
])
def test_what_is_not_there_is_404(client, target):
    answer = client.get(target)
    assert answer.status == 404
    assert answer.json["instance"] == target


@pytest.mark.parametrize("target", [
    b"/%zz", b"/%", b"/%4", b"/%00", b"/%FF", b"/%C0%AF", b"/%ED%A0%80",
    b"/v1/claims?%FF=q", b"/v1/claims#part", b"/v1/cl aims", b"/v1/cl\taims", b"claims", b"x:80",
])
def test_malformed_target_is_400(client, checker, target):
    answer = client.raw(b"GET " + target + HEAD + b"\r\n")
    assert answer.status == 400
    assert answer.json["code"] == "bad-request"
    checker.codes.add(answer.json["code"])
    checker.validator({"$ref": "#/components/schemas/Problem"}).validate(answer.json)


@pytest.mark.parametrize("value", [b"%zz", b"%", b"%4", b"a%00b", b"%FF", b"\xff", b"%C0%AF"])
def test_malformed_value_is_400_and_names_its_parameter(client, checker, value):
    answer = client.raw(b"GET /v1/claims?limit=1&q=" + value + HEAD + b"\r\n")
    assert (answer.status, answer.json["code"]) == (400, "bad-parameter")
    assert [e["parameter"] for e in answer.json["errors"]] == ["q"]
    checker.validator({"$ref": "#/components/schemas/Problem"}).validate(answer.json)


@pytest.mark.parametrize("target", [b"/" + b"a" * 9000, b"/v1/claims?q=" + b"a" * 9000,
                                    b"/v1/claims?" + b"&" * 9000, b"/" + b"a" * 17000])
def test_url_that_is_too_long_is_414(client, checker, target):
    answer = client.raw(b"GET " + target + HEAD + b"\r\n")
    assert answer.status == 414
    checker.validator({"$ref": "#/components/schemas/Problem"}).validate(answer.json)
    checker.codes.add(answer.json["code"])


@pytest.mark.parametrize("count", [65, 4000])
def test_too_many_parameters_are_400(client, count):
    query = b"&".join([b"a"] * count)
    answer = client.raw(b"GET /v1/claims?" + query + HEAD + b"\r\n")
    assert answer.status == 400
    assert "64 parameters" in answer.json["detail"]


@pytest.mark.parametrize("head", [b"", b"Host: a\r\nHost: b\r\n"], ids=["none", "two"])
def test_anything_but_one_host_is_400(client, head):
    answer = client.raw(b"GET /healthz HTTP/1.1\r\n" + head + b"\r\n")
    assert (answer.status, answer.json["code"]) == (400, "bad-request")


def test_http_1_0_needs_no_host(client):
    assert client.raw(b"GET /healthz HTTP/1.0\r\n\r\n").status == 200


def test_absolute_form_of_the_target_is_understood(client):
    answer = client.raw(b"GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (answer.status, answer.json) == (200, {"status": "ok"})


# These the library refuses before the program sees them: no problem details.
@pytest.mark.parametrize("data, statuses", [
    (b"GET /healthz\r\n\r\n", {400}),
    (b"GET /healthz FOO/9\r\nHost: x\r\n\r\n", {400}),
    (b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n", {505}),
    (b"GET /healthz" + HEAD + b"no colon here\r\n\r\n", {400}),
    (b"GET /healthz" + HEAD + b"Content-Length: -3\r\n\r\n", {400}),
    (b"GET /" + b"a" * 300000 + HEAD + b"\r\n", {414}),
    (b"GET /healthz" + HEAD + b"X: " + b"a" * 300000 + b"\r\n\r\n", {431}),
])
def test_what_is_hardly_http_is_refused(client, data, statuses):
    assert client.raw(data).status in statuses


@pytest.mark.parametrize("headers, body", [
    ({}, b"abc"), ({"Content-Length": "3000000"}, b"abc"),
    ({"Transfer-Encoding": "chunked"}, b"3\r\nabc\r\n0\r\n\r\n"),
    ({"Transfer-Encoding": "chunked", "Content-Length": "3"}, b"0\r\n\r\n"),
], ids=["small", "large", "chunked", "in doubt"])
def test_content_is_refused(client, headers, body):
    answer = client.ask("GET", "/v1/claims", headers, body)
    assert (answer.status, answer.json["code"]) == (413, "content-too-large")


def test_content_that_was_refused_is_not_taken_for_a_request(client):
    inner = b"GET /version" + HEAD + b"\r\n"
    request = b"GET /healthz" + HEAD + b"Content-Length: %d\r\n\r\n" % len(inner) + inner
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(request + b"GET /readyz" + HEAD + b"Connection: close\r\n\r\n")
        received = b""
        while chunk := s.recv(65536):
            received += chunk
    assert received.count(b"HTTP/1.1 ") == 2
    assert b"413" in received and b'"ready"' in received and b"sqlite" not in received


@pytest.mark.parametrize("accept, status", [
    ("application/json", 200), ("*/*", 200), ("application/*;q=0.1", 200),
    ("text/html, */*;q=0.1", 200), ("nonsense", 200), ("", 200), ("APPLICATION/JSON", 200),
    ("text/html", 406), ("application/json;q=0", 406), ("*/*, application/json;q=0", 200),
])
def test_accept_decides(client, accept, status):
    assert client.get("/v1/topics", Accept=accept).status == status


@pytest.mark.parametrize("query", ["facet=topic", "count=true", "fields=id"])
def test_what_a_form_cannot_hold_is_not_left_out_silently(client, query):
    linked = "application/ld+json"
    assert client.get(f"/v1/claims?limit=1&{query}", Accept=linked).status == 406
    answer = client.get(f"/v1/claims?limit=1&{query}", Accept=linked + ", application/json;q=0.1")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    answer = client.get(f"/v1/claims?limit=1&{query}&format=jsonld")
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]
