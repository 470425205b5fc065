# SPDX-License-Identifier: MIT
"""The real nginx in front, with the configuration of examples/nginx.conf."""
import http.client
import os
import shutil
import socket
import subprocess
import time

import pytest

from conftest import ROOT, Answer, run

NGINX = os.environ.get("TREATFACTS_NGINX") or shutil.which(
    "nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
CONFIG = (ROOT / "examples" / "nginx.conf").read_text()
MAX_AGE = 2
# What a site of Debian's nginx is included into, with all its folders in one.
FRAME = """{user}pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

pytestmark = pytest.mark.skipif(not NGINX, reason="there is no nginx")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def site(folder, port, daemon):
    text = CONFIG
    for mark, value in (("/var/cache/nginx/treatfacts", f"{folder}/cache"),
                        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{daemon.port};"),
                        ("listen 80;", f"listen 127.0.0.1:{port};")):
        assert text.count(mark) == 1
        text = text.replace(mark, value)
    return text


class Front:
    """nginx on a free port before a daemon."""

    def __init__(self, folder, daemon):
        self.port, self.daemon = free_port(), daemon
        (folder / "site.conf").write_text(site(folder, self.port, daemon))
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(FRAME.format(folder=folder, user=user))
        self.log = folder / "error.log"
        self.process = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf",
                                         "-e", self.log])
        self.wait()

    def wait(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def ask(self, method, target, source=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10,
                                                source_address=source)
        connection.request(method, target,
                           headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        answer = Answer(response, response.read())
        connection.close()
        return answer

    def get(self, target, **headers):
        """The answer, and what nginx says of its cache."""
        answer = self.ask("GET", target, **headers)
        return answer, answer.headers["X-Cache-Status"]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def start_front(own_daemon, tmp_path):
    """Starts nginx before a daemon whose answers are good for so many seconds."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    started = []

    def start(seconds):
        daemon = own_daemon("--max-age", str(seconds), "--trusted-proxies", "127.0.0.1")
        started.append(Front(folder, daemon))
        return started[-1]

    yield start
    for front in started:
        front.stop()


@pytest.fixture
def front(start_front):
    return start_front(600)


@pytest.fixture
def brief_front(start_front):
    return start_front(MAX_AGE)


def test_second_answer_comes_from_the_cache(front):
    first, status = front.get("/v1/claims?limit=5")
    assert (first.status, status) == (200, "MISS")
    second, status = front.get("/v1/claims?limit=5")
    assert (second.body, status) == (first.body, "HIT")
    assert front.get("/v1/claims?limit=6")[1] == "MISS"
    front.daemon.stop()  # so that its log is whole
    asked = [e for e in front.daemon.log if e["event"] == "request"]
    assert len(asked) == 2
    head = front.ask("HEAD", "/v1/claims?limit=5")
    assert (head.headers["X-Cache-Status"], head.body) == ("HIT", b"")
    assert head.headers["ETag"] == first.headers["ETag"]


def test_codings_are_kept_apart(front):
    target = "/v1/claims?limit=50"
    plain = front.get(target, Accept_Encoding="identity")[0].body
    for _ in range(2):
        for accept, coding in (("identity", None), ("gzip", "gzip"), ("gzip, br", "br")):
            answer = front.get(target, Accept_Encoding=accept)[0]
            assert answer.headers["Content-Encoding"] == coding
            assert answer.content == plain
    for accept in ("identity", "gzip", "gzip, br"):
        assert front.get(target, Accept_Encoding=accept)[1] == "HIT"


def test_media_types_are_kept_apart(front):
    types = {"text/html": "text/html; charset=utf-8", "application/json": "application/json"}
    for wanted in ("MISS", "HIT"):
        for accept, media in types.items():
            answer, status = front.get("/problems/not-found", Accept=accept)
            assert (answer.headers["Content-Type"], status) == (media, wanted)


def test_client_that_has_it_gets_304_from_the_cache(front):
    target = "/v1/claims?limit=50"
    tags = {c: front.get(target, Accept_Encoding=c)[0].headers["ETag"] for c in ("gzip", "br")}
    for coding in tags:
        for of, tag in tags.items():
            answer, status = front.get(target, Accept_Encoding=coding, If_None_Match=tag)
            assert (answer.status, status) == (304 if of == coding else 200, "HIT")
            assert answer.headers["ETag"] == tags[coding]


def test_first_request_may_be_a_conditional_one(brief_front):
    tag = brief_front.get("/v1/topics")[0].headers["ETag"]
    time.sleep(MAX_AGE + 1)
    answer, status = brief_front.get("/v1/topics", If_None_Match=tag)
    assert (answer.status, status) == (304, "REVALIDATED")
    assert brief_front.get("/v1/topics")[0].json["data"]


def test_after_max_age_nginx_asks_with_the_tag(brief_front):
    first, _ = brief_front.get("/v1/claims?limit=5", Accept_Encoding="br")
    time.sleep(MAX_AGE + 1)
    second, status = brief_front.get("/v1/claims?limit=5", Accept_Encoding="br")
    assert (second.body, status) == (first.body, "REVALIDATED")
    brief_front.daemon.stop()  # so that its log is whole
    asked = [e["status"] for e in brief_front.daemon.log if e["event"] == "request"]
    assert asked == [200, 304]


def test_what_was_loaded_arrives_after_max_age(brief_front, own_daemon, tmp_path):
    page = tmp_path / "page.txt"
    target = "/v1/claims?source=page.txt"
    page.write_text("Ketamine may ease anxiety within hours.\n")
    assert run("load", "--db", own_daemon.database, page).returncode == 0
    before, _ = brief_front.get(target)
    assert [c["text"] for c in before.json["data"]] == ["Ketamine may ease anxiety within hours."]
    page.write_text("Ketamine may ease panic in days.\n")
    assert run("load", "--db", own_daemon.database, page).returncode == 0
    time.sleep(MAX_AGE + 1)
    after, status = brief_front.get(target)
    assert status == "EXPIRED"
    assert [c["text"] for c in after.json["data"]] == ["Ketamine may ease panic in days."]
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("target, status", [("/healthz", 200), ("/nowhere", 404),
                                            ("/v1/claims?limit=0", 400)])
def test_what_may_not_be_kept_is_asked_for_each_time(front, target, status):
    for _ in range(2):
        answer, cache = front.get(target)
        assert (answer.status, cache) == (status, "MISS")


def test_ids_of_requests_are_those_of_nginx(front):
    ids = {front.get("/v1/topics")[0].headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    problem = front.get("/nowhere")[0]
    assert problem.json["request_id"] == problem.headers["X-Request-Id"]
    assert problem.headers["Content-Security-Policy"].startswith("default-src 'none'")


# All of 127.0.0.0/8 is this machine; only one address of it is the proxy's.
STRANGER = ("127.0.0.2", 0)


@pytest.mark.parametrize("forged", [{}, {"X_Forwarded_For": "192.0.2.1"},
                                    {"Forwarded": "for=192.0.2.1"},
                                    {"X_Forwarded_For": "127.0.0.1", "Forwarded": 'for="'}])
def test_log_names_the_client_of_nginx_and_no_forged_one(front, forged):
    answer = front.ask("GET", "/healthz", source=STRANGER, **forged)
    name = answer.headers["X-Request-Id"]
    entry = front.daemon.wait_for(lambda entry: entry.get("request_id") == name)
    assert entry["client"] == "127.0.0.2"


def test_what_is_kept_outlives_the_daemon(brief_front):
    first = brief_front.get("/v1/topics")[0]
    time.sleep(MAX_AGE + 1)
    brief_front.daemon.stop()
    answer, status = brief_front.get("/v1/topics")
    assert (answer.status, answer.body, status) == (200, first.body, "STALE")
