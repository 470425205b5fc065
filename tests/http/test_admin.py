# SPDX-License-Identifier: MIT
"""The address for operators: what is there, and what is not."""
import socket

import pytest

from conftest import Client, run
from test_metrics import scrape, settled, value

HERE = ["/metrics", "/healthz", "/readyz", "/version"]
NOT_HERE = ["/", "/openapi.json", "/v1/claims", "/v1/topics", "/problems", "/problems/not-found"]


@pytest.fixture
def pair(own_daemon, checker):
    """Clients of the public address and of the other one."""
    daemon = own_daemon("--admin-listen", "127.0.0.1:0")
    listening = daemon.wait_for(lambda entry: entry["event"] == "listening")
    assert listening["admin_address"] == "127.0.0.1"
    clients = [Client(port, checker) for port in (daemon.port, listening["admin_port"])]
    yield clients
    for client in clients:
        client.connection.close()
    assert daemon.stop() == 0


def bare(client, method, target):
    """Without the document, which is of the public address."""
    client.connection.request(method, target)
    response = client.connection.getresponse()
    return response.status, response.read()


def test_metrics_are_only_there(pair):
    public, admin = pair
    for method in ("GET", "HEAD"):
        assert public.ask(method, "/metrics").status == 404
    assert admin.get("/metrics").status == 200
    assert "/metrics" not in {p["path"] for p in public.get("/").json["entry_points"]}


@pytest.mark.parametrize("target", HERE)
def test_state_of_the_service_is_there(pair, target):
    assert pair[1].get(target).status == 200
    assert pair[1].ask("OPTIONS", target).status == 204


@pytest.mark.parametrize("target", NOT_HERE)
def test_facts_are_not_there_even_when_they_are_kept(pair, target):
    public, admin = pair
    for _ in range(3):
        assert public.get(target).status == 200
    status, body = bare(admin, "GET", target)
    assert status == 404 and b"at this address" in body
    assert public.get(target).status == 200


def test_both_addresses_are_counted(pair):
    public, admin = pair
    for client in pair:
        for _ in range(4):
            client.get("/healthz")
    found, _ = settled(admin, lambda f: value(f, "treatfacts_http_requests_total",
                                              route="/healthz", method="GET", code="200") == 8)
    assert value(found, "treatfacts_http_requests_total", route="/healthz", method="GET",
                 code="200") == 8
    assert value(scrape(admin)[0], "treatfacts_http_connections") == 2


def test_without_it_everything_is_at_one_address(client):
    paths = {p["path"] for p in client.get("/").json["entry_points"]}
    assert set(HERE) <= paths and client.get("/metrics").status == 200


def test_healthcheck_asks_there(own_daemon):
    daemon = own_daemon("--admin-listen", "127.0.0.1:0")
    port = daemon.wait_for(lambda entry: entry["event"] == "listening")["admin_port"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    asked = ["healthcheck", "--listen", f"127.0.0.1:{nobody}"]
    assert run(*asked).returncode == 1
    assert run(*asked, "--admin-listen", f"127.0.0.1:{port}").returncode == 0


def test_address_in_use_is_named_and_nothing_starts(database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--db", database, "--listen", "127.0.0.1:0", "--admin-listen",
                   f"127.0.0.1:{port}")
    assert done.returncode == 1 and f"port {port}" in done.stderr and "listening" not in done.stderr
