# SPDX-License-Identifier: MIT
"""What one request, or one client, may take: each limit is set and exceeded."""
import contextlib
import http.client
import re
import socket
import threading
import time

import pytest
from conftest import DOCUMENT, Client, Daemon, load_copies

ANY_WORD = "+OR+".join("the of to and in is a for it may can with ketamine".split())
HEAVY = (f"/v1/claims?q={ANY_WORD}&count=true"
         "&facet=certainty,condition,kind,polarity,route,source,topic,treatment")
# The same through every filter that nothing fails.
HEAVIER = (f"{HEAVY}&certainty=asserted,hedged&polarity=affirmed,negated&kind=sentence,item,cell"
           "&sort=-updated_at")


class Unchecked:
    def check(self, method, target, answer):
        pass


@pytest.fixture
def large(large_database):
    started = []

    def start(*options, database=large_database):
        started.append(Daemon(database, *options))
        return started[-1]

    yield start
    for daemon in started:
        assert daemon.stop() == 0


# --- Rate ------------------------------------------------------------------------


def counted():
    for path, item in DOCUMENT["paths"].items():
        for method in ("get", "head", "options"):
            if "429" in item[method]["responses"]:
                yield path.replace("{code}", "internal").replace(
                    "{id}", "00000000-0000-5000-8000-000000000000"), method.upper()


def test_client_that_asks_too_often_is_told_on_every_path(own_daemon, checker):
    client = Client(own_daemon("--rate", "1", "--burst", "1").port, checker)
    checked = 0
    for path, method in counted():
        answers = [client.ask(method, path).status for _ in range(2)]
        assert 429 in answers, (path, method)
        checked += 1
    assert checked > 60


def test_limit_tells_when_to_go_on_and_then_there_is_more(own_daemon, checker):
    client = Client(own_daemon("--rate", "2", "--burst", "4").port, checker)
    left = []
    while (answer := client.get("/v1/topics")).status == 200:
        assert answer.headers["RateLimit-Policy"] == '"default";q=4;w=2'
        left.append(re.fullmatch(r'"default";r=(\d+);t=(\d+)', answer.headers["RateLimit"]))
    assert [int(found[1]) for found in left[:4]] == [3, 2, 1, 0]
    assert 4 <= len(left) <= 6
    assert answer.status == 429 and answer.json["code"] == "rate-limited"
    assert answer.headers["RateLimit"] == '"default";r=0;t=1'
    assert answer.headers["Retry-After"] == "1"
    time.sleep(1)
    assert client.get("/v1/topics").status == 200


def test_kept_answers_unchanged_ones_and_refusals_count_too(own_daemon, checker):
    client = Client(own_daemon("--rate", "1", "--burst", "5").port, checker)
    tag = client.get("/v1/topics").headers["ETag"]
    unchanged = client.get("/v1/topics", If_None_Match=tag)
    assert (unchanged.status, unchanged.headers["RateLimit"][:13]) == (304, '"default";r=3')
    assert client.get("/v1/nowhere").headers["RateLimit"][:13] == '"default";r=2'
    assert client.get("/v1/topics?x=1").headers["RateLimit"][:13] == '"default";r=1'


def test_who_watches_the_service_is_not_counted(own_daemon, checker):
    client = Client(own_daemon("--rate", "1", "--burst", "1").port, checker)
    for _ in range(10):
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert answer.status == 200 and answer.headers["RateLimit"] is None


def test_without_a_rate_nothing_is_counted(client):
    answer = client.get("/v1/topics")
    assert answer.headers["RateLimit"] is None and answer.headers["RateLimit-Policy"] is None


def ask_from(address, port):
    with socket.create_connection(("127.0.0.1", port), 10, (address, 0)) as s:
        s.sendall(b"GET /v1/topics HTTP/1.0\r\n\r\n")
        response = http.client.HTTPResponse(s)
        response.begin()
        return response.status


def test_each_address_has_a_rate_of_its_own(own_daemon):
    port = own_daemon("--rate", "1", "--burst", "1").port
    for address in ("127.0.0.2", "127.0.0.3"):
        assert {ask_from(address, port) for _ in range(3)} == {200, 429}


# --- Queries -----------------------------------------------------------------------


def test_query_that_takes_too_long_is_given_up_and_the_next_is_answered(large, checker):
    daemon = large("--query-ms", "1", "--threads", "1", "--cache-bytes", "0")
    one = Client(large().port, Unchecked()).data("/v1/claims?limit=1")[0]["href"]
    client = Client(daemon.port, checker)
    for _ in range(3):
        answer = client.get(HEAVY)
        assert (answer.status, answer.json["code"]) == (503, "took-too-long")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get(one).status == 200
    daemon.wait_for(lambda e: e["event"] == "failure" and e["reason"] == "took too long")


def test_queries_may_take_any_time_where_that_is_set(large):
    client = Client(large("--query-ms", "0").port, Unchecked())
    assert client.get(HEAVY).status == 200


def test_whole_list_may_take_longer_than_one_query(large):
    client = Client(large("--query-ms", "500").port, Unchecked())
    wanted = client.get("/v1/claims?limit=1&count=true").json["meta"]["total"]
    assert client.get("/v1/claims?format=ndjson").body.count(b"\n") == wanted > 9000


def test_too_many_cold_queries_are_refused_and_the_rest_is_answered(large, checker, tmp_path):
    # so many claims that one query takes longer than others wait for it: 0.25 s
    daemon = large("--threads", "4", "--cold-queries", "1", "--query-ms", "0",
                   database=load_copies(tmp_path, 150))
    client = Client(daemon.port, checker)
    while not (answer := client.get("/v1/claims?limit=3")).headers["Last-Modified"]:
        time.sleep(0.1)  # just loaded: this answer is kept for a moment only
    kept, seen, stop = answer.body, [], threading.Event()

    def ask(number):
        own = Client(daemon.port, Unchecked())
        for i in range(1000):
            if stop.is_set():
                break
            seen.append(own.get(f"{HEAVIER}&limit={1 + (number * 100 + i) % 500}"))
        own.connection.close()

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end and 503 not in {answer.status for answer in seen}:
            with contextlib.suppress(OSError):
                fresh = Client(daemon.port, checker)
                assert fresh.get("/healthz").status == 200
                assert fresh.get("/v1/claims?limit=3").body == kept
                fresh.connection.close()
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert {answer.status for answer in seen} == {200, 503}
    for answer in seen:
        checker.check("GET", HEAVIER, answer)
        assert answer.status == 200 or (answer.json["code"] == "overloaded" and
                                        answer.headers["Retry-After"] == "1")
    assert client.get(HEAVIER).status == 200  # none is left over


# --- Sizes -----------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 10, 100000])
def test_content_is_read_so_far_and_no_further(own_daemon, most):
    port = own_daemon("--max-body-bytes", str(most)).port
    for size in (most, most + 1):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz", body=b"x" * size if size else None)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == (413 if size else 200)
        assert answer.will_close == (size > most)
        if size <= most:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
        connection.close()


def test_answer_that_would_be_too_large_is_refused(own_daemon, checker):
    client = Client(own_daemon("--max-answer-bytes", "20000").port, checker)
    answer = client.get("/v1/claims?limit=500")
    assert (answer.status, answer.json["code"]) == (400, "answer-too-large")
    assert "20000" in answer.json["detail"]
    assert client.get("/v1/claims?limit=2").status == 200
    whole = client.get("/v1/claims?format=ndjson")
    assert whole.status == 200 and len(whole.body) > 20000
    assert client.get("/v1/claims?limit=500&format=csv").status == 400


@pytest.mark.parametrize("most", [100, 16384])
def test_url_may_be_as_long_as_is_set(own_daemon, checker, most):
    client = Client(own_daemon("--max-url-bytes", str(most)).port, checker)
    for length, status in ((most, 404), (most + 1, 414)):
        answer = client.get("/" + "a" * (length - 1))
        assert answer.status == status
    assert f" {most} " in answer.json["detail"]


@pytest.mark.parametrize("most", [512, 262144])
def test_head_may_be_as_large_as_is_set(own_daemon, checker, most):
    client = Client(own_daemon("--max-head-bytes", str(most)).port, checker)
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n"
    rest = len(head % b"") - len("/healthz")
    for length, status in ((most, 200), (most + 1, 431)):
        assert client.raw(head % (b"a" * (length - rest))).status == status


@pytest.mark.parametrize("most", [8, 1000])
def test_head_may_have_as_many_fields_as_is_set(own_daemon, checker, most):
    client = Client(own_daemon("--max-head-fields", str(most)).port, checker)
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n%s\r\n"
    for count, status in ((most, 200), (most + 1, 431)):
        assert client.raw(head % (b"X: a\r\n" * (count - 1))).status == status


def padded(path, fields, size):
    """A request with so many headers, all of whose head but the path has so many bytes."""
    head = b"GET %s HTTP/1.1\r\nHost: x\r\n" % path.encode() + b"X: a\r\n" * (fields - 2) + b"X: %s\r\n\r\n"
    return head % (b"a" * (size - (len(head) - 2 - len(path))))


def listing(size):
    """A path with so many bytes, most of which the link to the next page has again."""
    path = "/v1/claims?limit=1&treatment=ketamine"
    path += ",ketamine" * ((size - len(path)) // len(",ketamine"))
    return path + "&" * (size - len(path))


@pytest.mark.parametrize("url, size, fields", [(64, 512, 8), (8192, 16384, 100), (16384, 262144, 1000)],
                         ids=["least", "usual", "most"])
def test_head_has_room_as_far_as_it_is_allowed(own_daemon, checker, url, size, fields):
    """Whatever is largest: all is answered, with the whole URL once more, or refused by us."""
    client = Client(own_daemon("--max-url-bytes", str(url), "--max-head-bytes", str(size),
                               "--max-head-fields", str(fields)).port, checker)

    def status(path, count, head_size):
        answer = client.raw(padded(path, count, head_size))
        if answer.status == 200:
            following = [link for link in answer.headers.get_all("Link") if 'rel="next"' in link]
            assert len(following) == 1 and path.rstrip("&") in following[0]
        return answer.status

    usual_url, usual_head = listing(min(url, 512)), min(size, 1024)
    assert status(usual_url, min(fields, 16), size) == 200
    assert status(usual_url, min(fields, 16), size + 1) == 431
    assert status(usual_url, fields, min(size, fields * 64)) == 200
    assert status(usual_url, fields + 1, min(size, fields * 64)) == 431
    assert status(listing(url), min(fields, 16), usual_head) == 200
    for path in (listing(url), listing(max(64, url * 3 // 4))):
        for count in (3, fields // 2, fields):
            # Between a head that is taken, if any is, and one that is not.
            least, most = count * 6 + 32, size + 1
            while most - least > 1:
                middle = (least + most) // 2
                least, most = (middle, most) if status(path, count, middle) == 200 else (least, middle)
            assert {status(path, count, most + more) for more in (0, 1, 100, 500)} == {431}


@pytest.mark.parametrize("size, counts", [(3, range(220, 245)), (30, range(125, 143)), (300, range(20, 28))],
                         ids=["small", "usual", "large"])
def test_cookies_have_room_or_are_refused_by_us(client, size, counts):
    """The library holds them twice, with an entry for each."""
    found = [client.get("/v1/claims?limit=1", Cookie="; ".join([f"c={'a' * size}"] * count)).status
             for count in counts]
    assert found == [200] * found.count(200) + [431] * found.count(431)
    assert 200 in found and 431 in found


# --- Connections --------------------------------------------------------------------------


def is_open(s):
    s.settimeout(0.3)
    try:
        return s.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def connect(stack, port, address):
    return stack.enter_context(socket.create_connection(("127.0.0.1", port), 10, (address, 0)))


def test_client_with_too_many_connections_loses_those_that_wait(own_daemon):
    port = own_daemon("--connections-per-client", "3").port
    with contextlib.ExitStack() as stack:
        other = connect(stack, port, "127.0.0.3")
        own = []
        for _ in range(5):
            own.append(connect(stack, port, "127.0.0.2"))
            time.sleep(0.1)
        assert [is_open(s) for s in own] == [False, False, True, True, True]
        assert is_open(other)


def test_client_whose_connections_are_all_busy_gets_no_more(large):
    port = large("--connections-per-client", "2").port
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            s = stack.enter_context(socket.socket())
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.bind(("127.0.0.2", 0))
            s.connect(("127.0.0.1", port))
            s.sendall(b"GET /v1/claims?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
            assert s.recv(1)
        assert not is_open(connect(stack, port, "127.0.0.2"))
        assert is_open(connect(stack, port, "127.0.0.3"))


def test_total_of_connections_is_kept(own_daemon):
    port = own_daemon("--connections", "20", "--threads", "1").port
    with contextlib.ExitStack() as stack:
        held = [connect(stack, port, f"127.0.0.{2 + i}") for i in range(40)]
        time.sleep(1)
        assert sum(is_open(s) for s in held) <= 20
        assert ask_from("127.0.0.1", port) == 200
