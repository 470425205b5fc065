# SPDX-License-Identifier: MIT
"""What /metrics counts is what was asked; a reader of Prometheus' format judges its form."""
import os
import pathlib
import re
import socket
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import DOCUMENT, ROOT, Client, run
from tampering import tampered

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
SCRAPER = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
           "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")


def scrape(client):
    """(name of sample, labels) -> value, and the families by name."""
    answer = client.get("/metrics", Accept=SCRAPER)
    assert (answer.status, answer.headers["Content-Type"]) == (200, FORMAT)
    families = list(text_string_to_metric_families(answer.content.decode()))
    samples = [s for family in families for s in family.samples]
    found = {(s.name, tuple(sorted(s.labels.items()))): s.value for s in samples}
    assert len(found) == len(samples), "a sample stands twice"
    return found, {family.name: family for family in families}


def value(found, name, **labels):
    return found.get((name, tuple(sorted(labels.items()))), 0)


@pytest.fixture
def counting(own_daemon, checker):
    """A fresh daemon with several threads, so that what they count has to be summed."""
    daemon = own_daemon("--threads", "3")
    clients = [Client(daemon.port, checker) for _ in range(6)]
    yield clients
    for client in clients:
        client.connection.close()
    assert daemon.stop() == 0


def settled(client, wanted):
    """A request is counted when its answer is sent, a moment after the client has it."""
    end = time.monotonic() + 10
    while True:
        found, families = scrape(client)
        if wanted(found) or time.monotonic() > end:
            return found, families


ASKED = [
    ("GET", "/v1/claims", 200, "/v1/claims", 12), ("HEAD", "/v1/claims", 200, "/v1/claims", 3),
    ("OPTIONS", "/v1/topics", 204, "/v1/topics", 2), ("GET", "/v1/claims/x", 400,
                                                      "/v1/claims/{id}", 4),
    ("GET", "/nowhere", 404, "none", 5), ("POST", "/v1/faqs", 405, "/v1/faqs", 2),
]


def test_requests_are_counted_by_route_method_and_status(counting):
    for method, target, status, _, times in ASKED:
        for i in range(times):
            assert counting[i % 6].ask(method, target).status == status
    wanted = {("treatfacts_http_requests_total", tuple(sorted({
        "route": route, "code": str(status),
        "method": method if method != "POST" else "other"}.items()))): times
        for method, _, status, route, times in ASKED}
    found, families = settled(counting[0], lambda f: wanted.items() <= f.items())
    assert {k: v for k, v in found.items() if k[0] == "treatfacts_http_requests_total"
            and dict(k[1])["route"] != "/metrics"} == wanted
    assert families["treatfacts_http_requests"].type == "counter"


def test_durations_are_a_histogram_of_each_route(counting):
    for i in range(9):
        counting[i % 6].get("/v1/search?q=relief")
    name = "treatfacts_http_request_duration_seconds"
    found, families = settled(counting[0],
                              lambda f: value(f, name + "_count", route="/v1/search") == 9)
    assert families[name].type == "histogram"
    for route in {dict(labels).get("route") for key, labels in found if key == name + "_count"}:
        buckets = [(float(dict(labels)["le"]), v) for (key, labels), v in found.items()
                   if key == name + "_bucket" and dict(labels)["route"] == route]
        assert buckets == sorted(buckets) and buckets[-1][0] == float("inf")
        assert [v for _, v in buckets] == sorted(v for _, v in buckets)
        assert buckets[-1][1] == value(found, name + "_count", route=route) > 0
        assert 0 < value(found, name + "_sum", route=route) < 100
    assert value(found, name + "_count", route="/v1/search") == 9


def test_cache_is_counted(counting):
    before, _ = scrape(counting[0])
    for client in counting:
        client.get("/v1/topics?limit=3")
        client.get("/healthz")  # is never kept
    after, _ = scrape(counting[0])

    def more(name):
        return value(after, name) - value(before, name)

    assert more("treatfacts_cache_misses_total") == 1
    assert more("treatfacts_cache_hits_total") == 5
    assert more("treatfacts_cache_entries") == 1
    assert more("treatfacts_cache_bytes") > len(counting[0].get("/v1/topics?limit=3").body)


def test_what_goes_on_is_told(counting):
    counting[0].get("/healthz")
    with socket.create_connection(("127.0.0.1", counting[0].port)) as half:
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        found, _ = settled(counting[0],
                           lambda f: value(f, "treatfacts_http_requests_in_flight") == 2)
        assert value(found, "treatfacts_http_requests_in_flight") == 2
        assert value(found, "treatfacts_http_connections") == 2
    found, _ = settled(counting[0], lambda f: value(f, "treatfacts_http_connections") == 1)
    assert value(found, "treatfacts_http_connections") == 1
    assert value(found, "treatfacts_http_requests_in_flight") == 1


def test_rows_are_those_of_the_lists_also_after_a_load(own_daemon, checker, tmp_path):
    client = Client(own_daemon().port, checker)
    paths = {"claims": "claims", "sources": "sources", "windows": "time-windows", "faqs": "faqs",
             "studies": "studies"}
    seen = []
    for text in ("Ketamine may ease anxiety within 2 to 24 hours.\n", "Ketamine may ease panic.\n"):
        found, _ = scrape(client)
        for kind, path in paths.items():
            meta = client.get(f"/v1/{path}?count=true&limit=1").json["meta"]
            assert value(found, "treatfacts_dataset_rows", kind=kind) == meta["total"]
            assert value(found, "treatfacts_dataset_version") == meta["dataset_version"]
        assert value(found, "treatfacts_database_up") == 1
        seen.append(value(found, "treatfacts_dataset_rows", kind="claims"))
        (tmp_path / "page.txt").write_text(text)
        assert run("load", "--db", own_daemon.database, tmp_path / "page.txt").returncode == 0
    assert 0 < seen[0] < seen[1]


def test_database_that_fails_is_counted_and_the_rest_is_told(own_daemon, checker):
    client = Client(own_daemon("--threads", "1", "--cache-bytes", "0").port, checker)
    name = "treatfacts_database_errors_total"
    with tampered(own_daemon.database) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("ALTER TABLE faq RENAME TO lost")
    for _ in range(3):
        assert client.get("/v1/faqs").status == 500
    found, _ = scrape(client)
    assert value(found, name, reason="database error") == 3
    for file in own_daemon.database.parent.glob("facts.db*"):
        file.unlink()
    assert client.get("/v1/faqs").status in (500, 503)  # it may be noticed by this one only
    found, families = scrape(client)
    assert value(found, "treatfacts_database_up") == 0
    assert "treatfacts_dataset_version" not in families
    before = value(found, name, reason="not found")
    assert client.get("/v1/claims").status == 503
    assert value(scrape(client)[0], name, reason="not found") == before + 1


def test_process_is_told_as_the_kernel_sees_it(own_daemon, checker):
    began = time.time()
    daemon = own_daemon()
    client = Client(daemon.port, checker)
    found, _ = scrape(client)
    proc = pathlib.Path(f"/proc/{daemon.process.pid}")
    resident = int((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    assert 0.5 < value(found, "process_resident_memory_bytes") / resident < 2
    assert value(found, "process_open_fds") == len(list((proc / "fd").iterdir()))
    assert began - 1 < value(found, "process_start_time_seconds") < time.time() + 1


def test_build_info_has_the_versions(counting):
    found, _ = scrape(counting[0])
    labels = [dict(labels) for name, labels in found if name == "treatfacts_build_info"]
    told = dict(line.split() for line in run("version").stdout.splitlines())
    assert labels == [{"version": told["treatfacts"],
                       **{k: told[k] for k in ("extractor", "lexicon", "schema", "sqlite",
                                               "libmicrohttpd")}}]


def test_broken_folder_of_tables_is_told_at_the_start(database, tmp_path):
    done = run("serve", "--db", database, "--listen", "127.0.0.1:0", "--lexicon", tmp_path / "no")
    assert done.returncode == 1 and str(tmp_path / "no") in done.stderr


def test_every_route_has_a_place():
    table = (ROOT / "src/http/metrics.h").read_text()
    places = int(re.search(r"METRICS_ROUTES = (\d+)", table)[1])
    assert len(DOCUMENT["paths"]) + 1 <= places
