# SPDX-License-Identifier: MIT
"""What holds of the repository itself: who knows which library, who includes whom."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FOREIGN = {"sqlite3.h": "store", "jansson.h": "resource", "microhttpd.h": "http",
           "gnutls/gnutls.h": "http", "zlib.h": "http", "brotli/encode.h": "http",
           "seccomp.h": "confine", "linux/landlock.h": "confine"}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)


def tracked():
    # Also what is new and not ignored: it will be tracked. The checkout may be
    # somebody else's, which git otherwise refuses to look at.
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached",
                             "--others", "--exclude-standard"], cwd=ROOT, capture_output=True)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    # No checkout but a copy of its files.
    made = re.compile(r"\.git|build|build-.*|__pycache__|\.pytest_cache")
    return [path for path in sorted(ROOT.rglob("*")) if path.is_file()
            and not any(made.fullmatch(part) for part in path.relative_to(ROOT).parts)]


def rooms():
    """Room -> rooms it may include, as CMakeLists.txt links them."""
    text = (ROOT / "CMakeLists.txt").read_text()
    found = {}
    for line in re.findall(r"^tf_room\(([^)]*)\)", text, re.MULTILINE):
        words = line.split()
        after = words[words.index("ROOMS") + 1:] if "ROOMS" in words else []
        found[words[0]] = after[:after.index("LIBRARIES")] if "LIBRARIES" in after else after
    found["cli"] = list(found)
    return found


def reachable(room, graph):
    seen, todo = set(), [room]
    while todo:
        for other in graph[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def sources():
    """(room, file) of every C file and every face header."""
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        yield path.relative_to(ROOT / "src").parts[0], path
    for path in sorted((ROOT / "include" / "treatfacts").glob("*.h")):
        yield path.stem, path


def test_rooms_are_listed_after_the_rooms_they_link():
    seen = set()
    for room, others in rooms().items():
        assert set(others) <= seen, room
        seen.add(room)


def test_each_room_includes_only_the_rooms_before_it():
    graph = rooms()
    wrong, checked = [], 0
    for room, path in sources():
        assert room in graph, f"{path}: its room is not in CMakeLists.txt"
        allowed = reachable(room, graph) | {room}
        for header in INCLUDE.findall(path.read_text()):
            if header.startswith("treatfacts/"):
                checked += 1
                if pathlib.Path(header).stem not in allowed:
                    wrong.append(f"{path.relative_to(ROOT)}: {header}")
    assert checked > 30
    assert wrong == []


def test_private_headers_are_included_only_in_their_room():
    wrong = []
    for room, path in sources():
        for header in re.findall(r'#\s*include\s+"([^"]+)"', path.read_text()):
            if not (ROOT / "src" / room / header).is_file():
                wrong.append(f"{path.relative_to(ROOT)}: {header}")
    assert wrong == []


@pytest.mark.parametrize("header, room", FOREIGN.items())
def test_foreign_library_is_known_to_one_room(header, room):
    users = {own for own, path in sources() if header in INCLUDE.findall(path.read_text())}
    assert users == {room}


def test_codings_are_known_to_one_file():
    users = {path.name for _, path in sources()
             if {"zlib.h", "brotli/encode.h"} & set(INCLUDE.findall(path.read_text()))}
    assert users == {"coding.c"}


def test_every_file_says_its_licence_in_the_first_lines():
    marked = {".c", ".h", ".py", ".sh", ".sql", ".cmake", ".tsv", ".service"}
    named = {"CMakeLists.txt", "Dockerfile", ".dockerignore", "compose.yaml", "run", "test", "image", "sbom"}
    wrong = []
    for path in tracked():
        if path.suffix in marked or path.name in named:
            if "SPDX-License-Identifier: " not in "".join(path.open().readlines()[:3]):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def test_no_nine_words_in_a_row_stand_in_a_foreign_text():
    texts = sorted((SHARED / "sources").glob("*.txt"))
    if not texts:
        pytest.skip("the texts to compare with are not there")
    runs = set()
    for path in texts:
        w = words(path.read_text(encoding="utf-8"))
        runs.update(tuple(w[i:i + 9]) for i in range(len(w) - 8))
    wrong = []
    for path in tracked():
        try:
            w = words(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        if any(tuple(w[i:i + 9]) in runs for i in range(len(w) - 8)):
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []
