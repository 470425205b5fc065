#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of the API document: real answers, one a file in schema/examples/.

usage: tests/api/examples.py

Loads examples/sources, asks the daemon (TREATFACTS_BIN, else build-dev/treatfacts)
for every path and media type of the document, and writes the answers and the
document with them. What a stored example asks is asked again, so that a target
may be changed by hand; for what has none, or is not there any more, a target is
made. Build the program anew afterwards.
"""
import json
import re
import subprocess
import sys
import tempfile

from conftest import ROOT, service

STORED = ROOT / "schema" / "examples"
SUFFIX = {"application/json": "", "application/x-ndjson": "-ndjson",
          "text/csv; charset=utf-8; header=present": "-csv", "application/ld+json": "-jsonld",
          "text/html; charset=utf-8": "-html", "text/plain; charset=utf-8": "-text",
          "text/plain; version=0.0.4; charset=utf-8": "-metrics"}
# When something was loaded is another time whenever it is loaded.
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def is_json(media):
    return media in ("application/json", "application/ld+json")


def wanted():
    """(operation id, path, media type) of each answer that is to have an example."""
    for path, item in service.DOCUMENT["paths"].items():
        for media in item["get"]["responses"]["200"]["content"]:
            yield item["get"]["operationId"], path, media


def ask(client, target, media):
    """The answer as it is stored, or None."""
    answer = client.get(target, Accept=media.partition(";")[0])
    if answer.status != 200 or answer.headers["Content-Type"] != media:
        return None
    text = TIME.sub("2025-03-31T09:15:00.000Z", answer.body.decode())
    return json.loads(text) if is_json(media) else text


def shown(operation, answer):
    """What of an answer stands in the document: not the document itself, no counts."""
    if operation == "getMetrics":
        return "".join(line for line in answer.splitlines(True) if line.startswith("#"))
    if operation == "getOpenApi":
        return {**{key: answer[key] for key in ("openapi", "info")}, "paths": {},
                "components": {}}
    return answer


def make_target(client, path):
    item = service.DOCUMENT["paths"][path]
    taken = [client.checker.resolve(p) for p in item["get"]["parameters"]]
    words = [f"{p['name']}={p['example']}" for p in taken if p.get("required")]
    words += ["limit=1" for p in taken if p["name"] == "limit"]
    target = path.replace("{code}", "bad-parameter")
    if "{id}" in path:
        first = client.data(path.partition("/{id}")[0] + "?limit=1")[0]
        target = target.replace("{id}", first["id"])
    return target + ("?" + "&".join(words).replace(" ", "+") if words else "")


def file_of(operation, media):
    return STORED / f"{operation}{SUFFIX[media]}.json"


def read(operation, media):
    path = file_of(operation, media)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def refresh(client):
    STORED.mkdir(exist_ok=True)
    kept = set()
    for operation, path, media in wanted():
        stored = read(operation, media)
        target = stored and stored["target"]
        answer = target and ask(client, target, media)
        if not answer:
            target = make_target(client, path)
            answer = ask(client, target, media)
        assert answer, (target, media)
        example = {"operation": operation, "target": target, "media_type": media,
                   "answer": shown(operation, answer)}
        file = file_of(operation, media)
        file.write_text(json.dumps(example, indent=1, ensure_ascii=False) + "\n",
                        encoding="utf-8")
        kept.add(file)
    for file in set(STORED.glob("*.json")) - kept:
        file.unlink()
    return len(kept)


def main():
    with tempfile.TemporaryDirectory() as folder:
        database = folder + "/facts.db"
        loaded = service.run("load", "--db", database, ROOT / "examples" / "sources")
        assert loaded.returncode == 0, loaded.stderr
        daemon = service.Daemon(database)
        try:
            count = refresh(service.Client(daemon.port, service.Checker(service.DOCUMENT)))
        finally:
            daemon.stop()
    subprocess.run([sys.executable, "-B", ROOT / "schema" / "openapi.py"], check=True)
    print(f"{count} examples")


if __name__ == "__main__":
    main()
