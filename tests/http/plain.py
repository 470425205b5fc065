# SPDX-License-Identifier: MIT
"""`client` for answers that the API document does not describe: it checks
nothing. Without this import a file gets the checked one of conftest.py."""
import pytest
from conftest import Client


class Unchecked:
    def check(self, method, target, answer):
        pass


@pytest.fixture
def client(daemon):
    client = Client(daemon.port, Unchecked())
    yield client
    client.connection.close()
