# SPDX-License-Identifier: MIT
"""Every path of the API document, in every method."""
import socket

import pytest

from conftest import COUNTED, DOCUMENT

PATHS = sorted(DOCUMENT["paths"])
LISTS = ["claims", "sources", "onset-windows", "time-windows", "faqs", "studies", "treatments",
         "conditions", "topics", "routes"]


def example(client, path):
    """A target that exists for a path with or without an id."""
    path = path.replace("{code}", "not-found")
    if path == "/v1/search":
        return path + "?q=relief"
    if "{id}" not in path:
        return path
    rows = client.data("/v1/" + path.split("/")[2] + "?limit=1")
    assert rows, path
    return path.replace("{id}", rows[0]["id"])


@pytest.mark.parametrize("path", PATHS)
def test_get_answers_as_described(client, path):
    assert client.get(example(client, path)).status == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_content(client, path):
    target = example(client, path)
    given, head = client.get(target), client.ask("HEAD", target)
    assert head.status == 200
    varying = {"Date", "X-Request-Id"} | ({"Content-Length"} if path in COUNTED else set())
    assert ({k: v for k, v in head.headers.items() if k not in varying}
            == {k: v for k, v in given.headers.items() if k not in varying})
    if path not in COUNTED:
        assert int(head.headers["Content-Length"]) == len(given.body)


# The library's last chunk came as the beginning of the next answer.
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_head_of_a_whole_list_sends_nothing_behind_its_headers(daemon, form):
    with socket.create_connection(("127.0.0.1", daemon.port), 10) as s:
        s.sendall(b"HEAD /v1/claims?format=%s HTTP/1.1\r\nHost: x\r\n\r\n" % form.encode())
        received = b""
        while chunk := s.recv(65536):
            received += chunk
    head, _, rest = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and rest == b""


@pytest.mark.parametrize("path", PATHS)
def test_options_names_the_methods(client, path):
    answer = client.ask("OPTIONS", example(client, path))
    assert answer.status == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_405_and_names_the_allowed(client, method):
    answer = client.ask(method, "/v1/claims")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_options_for_the_whole_server(client):
    answer = client.raw(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("kind", [k for k in LISTS[:6]])
def test_an_item_of_a_list_is_the_item_at_its_address(client, kind):
    for row in client.data(f"/v1/{kind}?limit=5"):
        assert client.data(f"/v1/{kind}/{row['id']}") == row
        assert client.data(row["href"]) == row


def test_index_lists_the_paths_of_the_document(client):
    points = [point["path"] for point in client.get("/").json["entry_points"]]
    assert sorted(points) == PATHS


def test_document_is_served_as_it_is_in_the_repository(client):
    assert client.get("/openapi.json").json == DOCUMENT


def examples(node):
    if isinstance(node, dict):
        if "example" in node and "schema" in node:
            yield node["schema"], node["example"]
        if "examples" in node and "schema" in node:
            yield from ((node["schema"], example["value"]) for example in node["examples"].values())
        for value in node.values():
            yield from examples(value)
    elif isinstance(node, list):
        for value in node:
            yield from examples(value)


def test_examples_of_the_document_keep_to_its_schemas(checker):
    found = list(examples(DOCUMENT))
    assert len(found) > 40
    for schema, value in found:
        checker.validator(schema).validate(value)


@pytest.mark.parametrize("kind", LISTS)
def test_document_names_the_parameters_a_list_takes(client, checker, kind):
    answer = client.get(f"/v1/{kind}?no_such_parameter=1")
    assert answer.status == 400
    detail = answer.json["errors"][0]["detail"]
    taken = detail[detail.index("allowed are ") + len("allowed are "):].split(", ")
    described = [checker.resolve(p) for p in DOCUMENT["paths"]["/v1/" + kind]["get"]["parameters"]]
    assert sorted(taken) == sorted(p["name"] for p in described if p["in"] == "query")


def test_document_names_the_values_a_parameter_takes(client, checker):
    checked = set()
    for path in PATHS:
        for parameter in DOCUMENT["paths"][path]["get"].get("parameters", []):
            parameter = checker.resolve(parameter)
            schema = checker.resolve(parameter["schema"])
            values = checker.resolve(schema.get("items", schema)).get("enum")
            if not values:
                continue
            target = example(client, path)
            joint = "&" if "?" in target else "?"
            answer = client.get(f"{target}{joint}{parameter['name']}=no_such_value")
            (error,) = answer.json["errors"]
            taken = error["detail"].partition(" is not one of ")[2].split(", ")
            assert set(taken) == {v.removeprefix("-") for v in values}, (path, parameter["name"])
            checked.add(parameter["name"])
    assert {"topic", "role", "basis", "origin"} <= checked
