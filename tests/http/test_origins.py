# SPDX-License-Identifier: MIT
"""Which websites' scripts may read the answers, and how long caches may keep them."""
import pytest

from conftest import Client, run

CLINIC, OTHER = "https://clinic.example", "http://localhost:3000"
EXPOSED = "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
PREFLIGHT = {"Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "if-none-match"}


def cors(answer):
    return {k: v for k, v in answer.headers.items() if k.startswith("Access-Control-")}


@pytest.fixture
def listed(own_daemon, checker):
    return Client(own_daemon("--cors-origin", f"{CLINIC}, {OTHER}").port, checker)


@pytest.fixture
def open_to_all(own_daemon, checker):
    return Client(own_daemon("--cors-origin", "*").port, checker)


REPLIES = [("GET", "/v1/topics", 200), ("HEAD", "/v1/topics", 200), ("GET", "/nowhere", 404),
           ("GET", "/v1/claims?limit=0", 400), ("POST", "/v1/topics", 405),
           ("GET", "/healthz", 200), ("OPTIONS", "/v1/topics", 204)]


@pytest.mark.parametrize("origin", [CLINIC, OTHER])
def test_listed_origin_may_read_every_answer(listed, origin):
    for method, target, status in REPLIES:
        answer = listed.ask(method, target, {"Origin": origin})
        assert answer.status == status
        assert cors(answer) == {"Access-Control-Allow-Origin": origin,
                                "Access-Control-Expose-Headers": EXPOSED}
        assert answer.headers["Vary"] == "Accept, Accept-Encoding, Origin"


@pytest.mark.parametrize("origin", [
    None, "null", "https://evil.example", "http://clinic.example", "https://clinic.example:8443",
    "https://clinic.example.evil.example", "https://sub.clinic.example", "HTTPS://clinic.example",
    f"{CLINIC}, {OTHER}", "", "*",
])
def test_other_origins_may_not_and_the_answer_still_varies(listed, origin):
    headers = {} if origin is None else {"Origin": origin}
    for method, target, status in REPLIES:
        answer = listed.ask(method, target, headers)
        assert (answer.status, cors(answer)) == (status, {})
        assert answer.headers["Vary"] == "Accept, Accept-Encoding, Origin"


def test_304_carries_them_too(listed):
    tag = listed.get("/v1/topics").headers["ETag"]
    answer = listed.get("/v1/topics", If_None_Match=tag, Origin=CLINIC)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (304, CLINIC)


def test_star_lets_everyone_read_and_caches_need_not_tell_apart(open_to_all):
    for headers in ({}, {"Origin": "https://anyone.example"}):
        for method, target, status in REPLIES:
            answer = open_to_all.ask(method, target, headers)
            assert answer.status == status
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("target", ["/v1/claims", "/", "/nowhere", "/v1/claims/nonsense"])
def test_preflight_tells_what_may_be_sent(listed, target):
    answer = listed.raw(f"OPTIONS {target} HTTP/1.1\r\nHost: x\r\nOrigin: {CLINIC}\r\n"
                        "Access-Control-Request-Method: GET\r\n\r\n".encode())
    assert (answer.status, answer.body) == (204, b"")
    assert cors(answer) == {
        "Access-Control-Allow-Origin": CLINIC, "Access-Control-Expose-Headers": EXPOSED,
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match, X-Request-Id",
        "Access-Control-Max-Age": "86400"}


def test_preflight_of_another_origin_allows_nothing(listed):
    answer = listed.ask("OPTIONS", "/v1/claims", {"Origin": "https://evil.example", **PREFLIGHT})
    assert (answer.status, cors(answer)) == (204, {})


def test_preflight_is_answered_to_all_with_star(open_to_all):
    answer = open_to_all.ask("OPTIONS", "/v1/claims", {"Origin": "https://a.example", **PREFLIGHT})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_without_the_option_no_script_may_read(client):
    for method, target, status in REPLIES:
        answer = client.ask(method, target, {"Origin": CLINIC})
        assert (answer.status, cors(answer)) == (status, {})
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    answer = client.ask("OPTIONS", "/v1/claims", {"Origin": CLINIC, **PREFLIGHT})
    assert (answer.status, answer.headers["Allow"], cors(answer)) == (204, "GET, HEAD, OPTIONS", {})


@pytest.mark.parametrize("given", [
    "https://a.example", "http://127.0.0.1:8000", "https://[::1]:8443", "app://localhost",
    "https://xn--bcher-kva.example", "https://a.example,http://b.example:81", "*",
])
def test_good_origins_are_taken(own_daemon, given):
    assert own_daemon("--cors-origin", given).port


@pytest.mark.parametrize("given", [
    "clinic.example", "https://", "null", "", "https://a.example/", "https://a.example/x",
    "https://*.example", "https://A.example", "https://u@a.example", "https://a.example:443",
    "http://a.example:80", "https://a.example:", "https://a.example:99999",
    "https://a.example:8o", "https://a b", "https://ä.example",
])
def test_what_is_no_origin_is_refused_at_start(database, given):
    done = run("serve", "--db", database, "--listen", "127.0.0.1:0", f"--cors-origin={given}")
    assert done.returncode == 2
    assert "--cors-origin" in done.stderr and "scheme://host[:port]" in done.stderr
    assert f'"{given}" is not that' in done.stderr


@pytest.mark.parametrize("given, named", [
    ("https://a.example,", ""), ("https://a.example,,https://b.example", ""),
    ("https://a.example,*", "*"), ("http://b.example, https://c.example/", "https://c.example/"),
])
def test_the_one_of_a_list_that_is_none_is_named(database, given, named):
    done = run("serve", "--db", database, "--listen", "127.0.0.1:0", "--cors-origin", given)
    assert done.returncode == 2
    assert f'"{named}" is not that' in done.stderr


@pytest.mark.parametrize("options, policy", [
    ((), "public, max-age=300, stale-while-revalidate=3000"),
    (("--max-age", "7"), "public, max-age=7, stale-while-revalidate=70"),
    (("--max-age", "7", "--stale-while-revalidate", "9"),
     "public, max-age=7, stale-while-revalidate=9"),
    (("--max-age", "0", "--stale-while-revalidate", "0"),
     "public, max-age=0, stale-while-revalidate=0"),
])
def test_cache_control_is_settable(own_daemon, checker, options, policy):
    client = Client(own_daemon(*options).port, checker)
    assert client.get("/v1/topics").headers["Cache-Control"] == policy
