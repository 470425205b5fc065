# SPDX-License-Identifier: MIT
"""The blocks of docs/recipes.md, run against the daemon; what a block prints is
what the `text` block behind it says. Blocks of a section share a folder, with what
earlier sections left in it.

TREATFACTS_RECIPES=write puts what was printed into the page.
"""
import html
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import urllib.request

import pytest

from conftest import ROOT, service

PAGE = ROOT / "docs" / "recipes.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS = re.compile(r"^<!-- needs (\S+) ?(\S*) -->$", re.MULTILINE)
WRITE = os.environ.get("TREATFACTS_RECIPES") == "write"


def sections():
    parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.partition("\n")[0]: part for part in parts[1:]}


def require(text):
    """Skips what the program does not serve."""
    for path, media in NEEDS.findall(text):
        item = service.DOCUMENT["paths"].get(path)
        if not item:
            pytest.skip(f"{path} is not served")
        content = item["get"]["responses"]["200"]["content"]
        if media and not any(name.startswith(media) for name in content):
            pytest.skip(f"{path} is not served as {media}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


@pytest.fixture(scope="module")
def environment(daemon):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {**os.environ, "BASE": f"http://127.0.0.1:{daemon.port}", "PORT": str(port)}


def shell(command, folder, environment):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, timeout=60,
                          env=environment, capture_output=True, text=True)


def write_back(shown, printed):
    text = PAGE.read_text(encoding="utf-8")
    start = text.index(shown) + len(shown)
    mark = "\n\n```text\n"
    assert text.startswith(mark, start)
    end = text.index("```", start + len(mark))
    PAGE.write_text(text[:start] + mark + printed + text[end:], encoding="utf-8")


@pytest.mark.parametrize("title", sections())
def test_recipe(folder, environment, title):
    text = sections()[title]
    require(text)
    blocks = BLOCK.findall(text)
    assert blocks
    for place, (language, body) in enumerate(blocks):
        if language == "python":
            name = re.match(r"# (\w+\.py)\n", body).group(1)
            (folder / name).write_text(body, encoding="utf-8")
            continue
        if language == "text":
            assert blocks[place - 1][0] == "sh"
            continue
        assert language == "sh"
        done = shell(body, folder, environment)
        assert done.returncode == 0, body + done.stdout + done.stderr
        if place + 1 == len(blocks) or blocks[place + 1][0] != "text":
            continue
        if WRITE:
            write_back(f"```sh\n{body}```", done.stdout)
        else:
            assert done.stdout == blocks[place + 1][1], body


def test_first_block_sets_the_address():
    language, body = BLOCK.search(PAGE.read_text(encoding="utf-8").partition("\n## ")[0]).groups()
    assert (language, body) == ("sh", "export BASE=${BASE:-http://127.0.0.1:8080}\n")


def test_page_of_questions_escapes_what_it_shows(environment, client, daemon):
    """The page holds every question, as text, and linked data that can be read."""
    require("<!-- needs /v1/faqs application/ld+json -->")
    assert shutil.which("node"), "Node.js is not installed"
    server = subprocess.Popen(["node", ROOT / "examples" / "faq-page.mjs"], text=True,
                              env={**environment, "PORT": "0"}, stdout=subprocess.PIPE)
    try:
        address = server.stdout.readline().strip()
        for _ in range(2):  # the second time what is kept is shown
            with urllib.request.urlopen(address, timeout=20) as answer:
                page = answer.read().decode()
    finally:
        server.terminate()
        server.wait(10)
    faqs = client.data("/v1/faqs?treatment=ketamine&limit=100")
    questions = [faq["question"] for faq in faqs if faq["question"] is not None]
    shown = [html.unescape(h) for h in re.findall("<h2>(.*?)</h2>", page)]
    assert questions and shown == questions
    linked = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL).group(1))
    assert [entry["name"] for entry in linked["mainEntity"]] == questions
