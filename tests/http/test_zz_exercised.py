# SPDX-License-Identifier: MIT
"""Runs last: the tests before it must have used the whole API document."""
import pytest

from conftest import DOCUMENT


@pytest.fixture(autouse=True)
def whole_run(request):
    files = {item.fspath.basename for item in request.session.items}
    if not {"test_routes.py", "test_refusals.py", "test_daemon.py"} <= files:
        pytest.skip("only a part of the tests was asked for")


def test_every_operation_was_exercised_and_succeeded(checker):
    wanted = {(path, method.upper()) for path, operations in DOCUMENT["paths"].items()
              for method in operations}
    assert wanted - {(path, method) for path, method, status in checker.seen if status < 300} == set()


def test_every_problem_was_seen(checker):
    codes = set(checker.document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
    assert codes - checker.codes == set()


def test_every_type_of_problem_that_was_seen_leads_to_its_page(client, checker):
    for address in list(checker.types):
        assert client.get(address).status == 200
        assert client.get(address, Accept="application/json").json["data"]["type"] == address
