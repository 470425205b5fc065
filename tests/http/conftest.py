# SPDX-License-Identifier: MIT
"""The real daemon over the example sources, and a client that checks every
answer against the API document."""
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from urllib.parse import parse_qsl

import brotli
import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TREATFACTS_BIN", str(ROOT / "build-dev" / "treatfacts"))
DOCUMENT = json.loads((ROOT / "schema" / "openapi.json").read_text(encoding="utf-8"))
DECODERS = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}


# What is counted differs from one answer to the next.
COUNTED = {"/metrics"}

# On every answer that is ours, whatever its status.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TREATFACTS_")}


def run(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], env=environment(), timeout=120,
                          capture_output=True, text=True)


class Daemon:
    """`treatfacts serve` on a free port; its log is kept line by line."""

    def __init__(self, database, *options):
        self.process = subprocess.Popen(
            [BINARY, "serve", "--db", str(database), "--listen", "127.0.0.1:0", *options],
            env=environment(), stderr=subprocess.PIPE, text=True)
        self.log = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.port = self.wait_for(lambda entry: entry.get("event") == "listening")["port"]

    def _read(self):
        for line in self.process.stderr:
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.log.append({"event": "not JSON", "line": line})

    def wait_for(self, wanted, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for entry in list(self.log):
                if wanted(entry):
                    return entry
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"not in the log: {self.log[-5:]}")

    def stop(self, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        self.reader.join(5)
        return code


class Answer:
    def __init__(self, response, body):
        self.status, self.body = response.status, body
        self.headers = response.headers

    @property
    def content(self):
        return DECODERS[self.headers["Content-Encoding"]](self.body)

    @property
    def json(self):
        return json.loads(self.content)


class Checker:
    """What of the document was exercised, and whether answers keep to it."""

    def __init__(self, document):
        self.document = document
        self.seen = set()        # (path template, method, status)
        self.media = set()       # (path template, media type) of 200
        self.parameters = set()  # (path template, name in the query) of 200
        self.codes = set()       # of problems
        self.types = set()       # of problems
        resolver = jsonschema.RefResolver("", document)
        self.validator = lambda schema: jsonschema.Draft202012Validator(schema, resolver=resolver)
        self.patterns = [(path, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))))
                         for path in sorted(document["paths"], key=lambda path: "{" in path)]

    def template(self, target):
        path = target.partition("?")[0]
        for template, pattern in self.patterns:
            if pattern.fullmatch(path):
                return template
        return None

    def resolve(self, node):
        while "$ref" in node:
            at = self.document
            for part in node["$ref"].lstrip("#/").split("/"):
                at = at[part]
            node = at
        return node

    def described(self, method, target, status):
        template = self.template(target)
        responses = self.document["components"]["responses"]
        if template is None:
            assert status in (400, 404, 414), (method, target, status)
            name = {400: "BadRequest", 404: "NotFound", 414: "UriTooLong"}[status]
            return responses[name]
        if status == 405:
            return self.document["x-method-not-allowed"]
        operation = self.document["paths"][template][method.lower()]
        assert str(status) in operation["responses"], (method, target, status)
        self.seen.add((template, method, status))
        return self.resolve(operation["responses"][str(status)])

    def check(self, method, target, answer):
        response = self.described(method, target, answer.status)
        for name, header in response.get("headers", {}).items():
            values, header = answer.headers.get_all(name), self.resolve(header)
            assert values or not header.get("required"), (method, target, answer.status, name)
            if values:
                self.validator(header["schema"]).validate(", ".join(values))
        for name, value in ALWAYS.items():
            assert answer.headers.get_all(name) == [value], (method, target, answer.status)
        assert answer.headers["Vary"].startswith("Accept, Accept-Encoding")
        if method == "HEAD" or answer.status in (204, 304):
            assert answer.body == b""
            return
        media = answer.headers["Content-Type"]
        schema = response["content"][media]["schema"]
        self.validator(schema).validate(answer.json if media.endswith("json") and
                                        media != "application/x-ndjson" else answer.content.decode())
        if answer.status == 200:
            self.check_answer(target, media, self.resolve(schema), answer)
        if media == "application/problem+json":
            problem = answer.json
            assert problem["status"] == answer.status
            assert problem["type"] == "/problems/" + problem["code"]
            assert problem["request_id"] == answer.headers["X-Request-Id"]
            self.codes.add(problem["code"])
            self.types.add(problem["type"])
            example = response["content"][media]["example"]
            assert problem["code"] != example["code"] or problem["title"] == example["title"]

    def check_answer(self, target, media, schema, answer):
        """Rows have all their keys unless fewer were asked for."""
        template = self.template(target)
        asked = {name for name, _ in parse_qsl(target.partition("?")[2])}
        self.media.add((template, media))
        self.parameters.update((template, name) for name in asked)
        data = schema.get("properties", {}).get("data", {})
        whole, partial = data.get("items", data).get("anyOf", (None, None))
        if whole and "fields" not in asked:
            rows = answer.json["data"]
            for row in rows if "items" in data else [rows]:
                self.validator(whole).validate(row)


class Client:
    def __init__(self, port, checker):
        self.port, self.checker = port, checker
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, target, headers=None, body=None):
        self.connection.request(method, target, body=body, headers=headers or {})
        response = self.connection.getresponse()
        answer = Answer(response, response.read())
        self.checker.check(method, target, answer)
        return answer

    def get(self, target, **headers):
        return self.ask("GET", target, {k.replace("_", "-"): v for k, v in headers.items()})

    def data(self, target):
        answer = self.get(target)
        assert answer.status == 200, answer.body
        return answer.json["data"]

    def raw(self, data, seconds=10):
        """Sends bytes as they are; what comes back until the end of one answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as s:
            s.sendall(data)
            response = http.client.HTTPResponse(s)
            response.begin()
            return Answer(response, response.read())


@pytest.fixture(scope="session")
def checker():
    return Checker(DOCUMENT)


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "facts.db"
    done = run("load", "--db", path, ROOT / "examples" / "sources")
    assert done.returncode == 0, done.stderr
    time.sleep(2)  # what changed later than that has no Last-Modified yet
    return path


def load_copies(folder, count):
    """A database of the sample texts, each so many times."""
    texts = folder / "texts"
    texts.mkdir()
    for source in (ROOT / "examples" / "sources").glob("*.txt"):
        for i in range(count):
            shutil.copy(source, texts / f"{i:03}-{source.name}")
    done = run("load", "--db", folder / "facts.db", texts)
    assert done.returncode == 0, done.stderr
    return folder / "facts.db"


@pytest.fixture(scope="session")
def large_database(tmp_path_factory):
    """Some 10,000 claims, 20 pages of a stream."""
    return load_copies(tmp_path_factory.mktemp("large"), 30)


@pytest.fixture(scope="session")
def daemon(database):
    daemon = Daemon(database, "--max-age", "60")
    yield daemon
    assert daemon.stop() == 0
    assert [e for e in daemon.log if e["event"] in ("not JSON", "failure")] == []


@pytest.fixture
def client(daemon, checker):
    client = Client(daemon.port, checker)
    yield client
    client.connection.close()


@pytest.fixture
def own_daemon(database, tmp_path):
    """Starts daemons over a copy of the database that a test may spoil."""
    copy = tmp_path / "facts.db"
    for file in database.parent.glob("facts.db*"):
        shutil.copy(file, tmp_path)
    started = []

    def start(*options):
        started.append(Daemon(copy, *options))
        return started[-1]

    start.database = copy
    yield start
    for daemon in started:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
