# SPDX-License-Identifier: MIT
"""Caching, connections, ids of requests, the log."""
import socket

import pytest


def etag(client, target="/v1/claims?limit=2"):
    return client.get(target).headers["ETag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"a,b",W/{} , "c"', "*"])
def test_tag_that_the_client_has_gives_304(client, form):
    tag = etag(client)
    answer = client.get("/v1/claims?limit=2", If_None_Match=form.format(tag))
    assert answer.status == 304
    assert answer.headers["ETag"] == tag


@pytest.mark.parametrize("form", ['"other"', "W/", "", '"{}', "{} x"])
def test_tag_that_the_client_lacks_gives_200(client, form):
    tag = etag(client)
    assert client.get("/v1/claims?limit=2",
                      If_None_Match=form.format(tag.strip('"'))).status == 200


@pytest.mark.parametrize("target", ["/v1/sources", "/v1/topics", "/", "/openapi.json"])
def test_head_gives_304_too(client, target):
    tag = etag(client, target)
    assert client.ask("HEAD", target, {"If-None-Match": tag}).status == 304


def test_several_if_none_match_headers_are_one_list(client):
    tag = etag(client).encode()
    answer = client.raw(b'GET /v1/claims?limit=2 HTTP/1.1\r\nHost: x\r\nIf-None-Match: "a"\r\n'
                        b"If-None-Match: " + tag + b"\r\n\r\n")
    assert answer.status == 304


def test_tag_is_the_same_for_the_same_answer_and_another_for_another(client):
    assert etag(client) == etag(client) != etag(client, "/v1/claims?limit=3")


@pytest.mark.parametrize("target, policy", [
    ("/v1/claims", "public, max-age=60, stale-while-revalidate=600"),
    ("/healthz", "no-store"), ("/readyz", "no-store"), ("/version", "no-store"),
    ("/v1/claims?limit=0", "no-store"),
])
def test_cache_control(client, target, policy):
    assert client.get(target).headers["Cache-Control"] == policy


@pytest.mark.parametrize("given", ["a", "A.b_c-9", "x" * 64])
def test_valid_request_id_is_echoed(client, given):
    assert client.get("/healthz", X_Request_Id=given).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "<script>", "ä".encode()])
def test_invalid_request_id_is_replaced(client, given):
    made = client.get("/healthz", X_Request_Id=given).headers["X-Request-Id"]
    assert made != given and len(made) == 32


def test_made_request_ids_differ(client):
    made = {client.get("/healthz").headers["X-Request-Id"] for _ in range(20)}
    assert len(made) == 20


@pytest.mark.parametrize("given", [{"Authorization": "Basic YWRtaW46YWRtaW4="},
                                   {"Authorization": "Bearer x"}, {"Cookie": "session=admin"},
                                   {"X_Forwarded_User": "admin"}, {"X_Original_URL": "/admin"},
                                   {"X_HTTP_Method_Override": "DELETE"}])
def test_credentials_and_cookies_change_nothing(client, given):
    for target in ("/v1/claims?limit=2", "/nowhere"):
        plain, answer = client.get(target), client.get(target, **given)
        assert (answer.status, answer.headers["ETag"]) == (plain.status, plain.headers["ETag"])
        assert not {"Set-Cookie", "WWW-Authenticate"} & set(answer.headers)


def test_connection_stays_open_for_the_next_request(client):
    client.get("/v1/claims?limit=1")
    sock = client.connection.sock
    for target in ("/v1/claims?limit=1", "/nowhere", "/v1/claims?limit=0", "/healthz"):
        client.get(target)
        assert client.connection.sock is sock
    client.ask("GET", "/healthz", body=b"small content")
    client.get("/healthz")
    assert client.connection.sock is sock


def test_requests_sent_at_once_are_answered_in_order(client):
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: n%d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(b"".join(one % i for i in range(5)))
        received = b""
        while received.count(b'"ok"') < 5:
            chunk = s.recv(65536)
            assert chunk
            received += chunk
    places = [received.index(b"n%d\r\n" % i) for i in range(5)]
    assert places == sorted(places)


def test_each_request_leaves_one_line_in_the_log(daemon, client):
    tag = etag(client)
    client.get("/v1/claims/nonsense", X_Request_Id="log-1")
    client.get("/nowhere", X_Request_Id="log-2")
    client.get("/v1/claims?limit=2", X_Request_Id="log-3", If_None_Match=tag)
    body = client.get("/v1/topics", X_Request_Id="log-4").body
    lines = {}
    for name in ("log-1", "log-2", "log-3", "log-4"):
        lines[name] = daemon.wait_for(lambda entry: entry.get("request_id") == name)
        assert [e.get("request_id") for e in daemon.log].count(name) == 1
        assert {"time", "level", "event", "request_id", "method", "route", "status", "bytes",
                "ms", "client"} == set(lines[name])
    assert (lines["log-1"]["route"], lines["log-1"]["status"]) == ("/v1/claims/{id}", 400)
    assert (lines["log-2"]["route"], lines["log-2"]["status"]) == (None, 404)
    assert (lines["log-3"]["bytes"], lines["log-3"]["status"]) == (0, 304)
    assert (lines["log-4"]["bytes"], lines["log-4"]["method"]) == (len(body), "GET")
    assert lines["log-4"]["client"] == "127.0.0.1"
