# SPDX-License-Identifier: MIT
"""Runs last: the tests before it must have used the whole API document."""
import pytest

from conftest import DOCUMENT


@pytest.fixture(autouse=True)
def whole_run(request):
    files = {item.fspath.basename for item in request.session.items}
    if not {"test_routes.py", "test_refusals.py", "test_statuses.py"} <= files:
        pytest.skip("only a part of the tests was asked for")


OPERATIONS = {(path, method.upper()): operation for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items() if method in ("get", "head", "options")}


def test_every_status_of_every_operation_was_seen(checker):
    wanted = {(*key, int(status)) for key, operation in OPERATIONS.items()
              for status in operation["responses"]}
    assert len(wanted) > 300
    assert wanted - checker.seen == set()


def test_every_media_type_of_every_path_was_seen(checker):
    wanted = {(path, media) for (path, method), operation in OPERATIONS.items() if method == "GET"
              for media in operation["responses"]["200"]["content"]}
    assert wanted - checker.media == set()


def test_every_parameter_of_every_path_was_used(checker):
    named = {(path, checker.resolve(p)["name"]) for (path, method), operation in OPERATIONS.items()
             for p in operation["parameters"] if checker.resolve(p)["in"] == "query"}
    assert named - checker.parameters == set()


def test_every_problem_was_seen(checker):
    assert set(DOCUMENT["components"]["schemas"]["ProblemCode"]["enum"]) - checker.codes == set()


def test_every_type_of_problem_that_was_seen_leads_to_its_page(client, checker):
    for address in list(checker.types):
        assert client.get(address).status == 200
        assert client.get(address, Accept="application/json").json["data"]["type"] == address
