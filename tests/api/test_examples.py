# SPDX-License-Identifier: MIT
"""The examples of the document are what the daemon answers. tests/api/examples.py
asks for them anew."""
import pytest

from examples import STORED, ask, file_of, read, shown, wanted

WANTED = list(wanted())


def test_every_answer_of_every_path_has_an_example():
    assert {file_of(operation, media) for operation, _, media in WANTED} == set(
        STORED.glob("*.json"))


@pytest.mark.parametrize("operation, media", [(o, m) for o, _, m in WANTED])
def test_example_is_what_the_daemon_answers(client, operation, media):
    stored = read(operation, media)
    answer = shown(operation, ask(client, stored["target"], media))
    if operation == "getVersion":  # of what is installed here
        assert answer.keys() == stored["answer"].keys()
    else:
        assert answer == stored["answer"]
