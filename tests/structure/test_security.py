# SPDX-License-Identifier: MIT
"""The tests that docs/security.md names are there, and every risk has one."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z]+/[a-z_]+\.(?:py|c)(?:::\w+)?)`", PAGE)))
RISKS = re.findall(r"^\| (API\d+) .*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", NAMED)
def test_named_test_is_there(name):
    file, _, function = name.partition("::")
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    if file.endswith(".py"):
        assert re.search(rf"^def {function}\(", text, re.MULTILINE)
    elif function:  # defined, and among those that are run
        assert re.search(rf"^static void {function}\(void \*\*state\)", text, re.MULTILINE)
        assert len(re.findall(rf"\b{function}\b", text.partition("int main(")[2])) == 1
    else:
        target = pathlib.Path(file).stem.removeprefix("fuzz_")
        assert f"tf_fuzz({target} " in (ROOT / "tests/fuzz/CMakeLists.txt").read_text()


def test_each_of_the_ten_risks_has_its_tests():
    assert RISKS == [f"API{i}" for i in range(1, 11)]
    for row in re.findall(r"^\| API\d+ .*$", PAGE, re.MULTILINE):
        assert re.search(r"`[a-z]+/\w+\.(py|c)", row.split("|")[3]), row
