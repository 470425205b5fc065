# SPDX-License-Identifier: MIT
"""The API document walked through: every operation gives every status it tells of,
every media type, and takes every parameter."""
import re

import pytest

from conftest import DOCUMENT, Client
from tampering import tampered

NOBODY = "00000000-0000-5000-8000-000000000000"
METHODS = ("GET", "HEAD", "OPTIONS")
PATHS = sorted(DOCUMENT["paths"])
# How a client brings about a status: headers, what is added to the target, content.
CLIENTS = {
    400: ({}, "x=%zz", None),
    406: ({"Accept": "image/png"}, "", None),
    413: ({}, "", b"content"),
    414: ({}, "a" * 9000, None),
    431: ({f"X-{i}": "a" for i in range(200)}, "", None),
}


def resolve(node):
    while "$ref" in node:
        target, node = node["$ref"], DOCUMENT
        for part in target.removeprefix("#/").split("/"):
            node = node[part]
    return node


def parameters(path, place):
    item = DOCUMENT["paths"][path]
    found = [resolve(p) for p in item.get("parameters", []) + item["get"]["parameters"]]
    return {p["name"]: p for p in found if p["in"] == place}


def statuses(path, method):
    return {int(status) for status in DOCUMENT["paths"][path][method.lower()]["responses"]}


@pytest.fixture
def address(client):
    """A target that is there, with what a path cannot do without."""
    def find(path):
        target = path.replace("{code}", "bad-parameter")
        if "{id}" in path:
            target = path.replace("{id}", client.data(path.partition("/{id}")[0] + "?limit=1")
                                  [0]["id"])
        needed = [f"{name}={p['example']}" for name, p in parameters(path, "query").items()
                  if p.get("required")]
        return target + "?" + "&".join(needed).replace(" ", "+")
    return find


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_client_brings_about_each_status_it_can(client, address, path, method):
    target = address(path)
    wanted = statuses(path, method)
    for status in wanted & CLIENTS.keys():
        headers, query, body = CLIENTS[status]
        answer = client.ask(method, f"{target}&{query}", headers, body)
        assert answer.status == status
    if 304 in wanted:
        tag = client.get(target).headers["ETag"]
        assert client.ask(method, target, {"If-None-Match": tag}).status == 304
    if 404 in wanted and "{" in path:  # else it depends on how the service is set up
        nowhere = re.sub(r"\{\w+\}", NOBODY, path)
        assert client.ask(method, nowhere).status == 404


def renaming(database, before, after):
    """Every table of facts and vocabulary is there under another name only, or again."""
    with tampered(database) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA legacy_alter_table=ON")
        for table in ("claim", "source", "segment", "time_window", "faq", "study",
                      "vocabulary", "text"):
            connection.execute(f"ALTER TABLE {before}{table} RENAME TO {after}{table}")


def reading(status):
    return [path for path in PATHS if status in statuses(path, "GET")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_damaged_database_is_told_on_every_path_that_reads_it(own_daemon, checker, address, method):
    targets = [address(path) for path in reading(500)]
    client = Client(own_daemon("--threads", "1", "--cache-bytes", "0").port, checker)
    for target in targets:
        assert client.ask(method, target).status == 200
        renaming(own_daemon.database, "", "lost_")
        assert client.ask(method, target).status == 500, target
        renaming(own_daemon.database, "lost_", "")
    client.connection.close()


def test_database_that_is_away_is_told_on_every_path_that_reads_it(own_daemon, checker, address):
    targets = [address(path) for path in reading(503)]
    client = Client(own_daemon("--threads", "1").port, checker)
    for file in own_daemon.database.parent.glob("facts.db*"):
        file.unlink()
    for target in targets:
        for method in ("GET", "HEAD"):
            assert client.ask(method, target).status == 503, target
    client.connection.close()


@pytest.mark.parametrize("path", PATHS)
def test_each_media_type_is_had_by_accept(client, address, path):
    for media in DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]:
        answer = client.get(address(path), Accept=media.partition(";")[0])
        assert (answer.status, answer.headers["Content-Type"]) == (200, media)


@pytest.mark.parametrize("path", PATHS)
def test_each_parameter_is_taken_with_its_example(client, address, path):
    target = address(path)
    for name, parameter in parameters(path, "query").items():
        if parameter.get("required"):
            continue
        if name == "cursor":
            following = client.get(target + "&limit=1").json["links"]["next"]
            assert client.get(following).status == 200
            continue
        value = parameter["example"]
        text = str(value[0] if isinstance(value, list) else value)
        text = text.lower() if isinstance(value, bool) else text
        assert client.get(f"{target}&{name}={text.replace(' ', '+')}").status == 200, name
