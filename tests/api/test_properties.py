# SPDX-License-Identifier: MIT
"""Many thousand requests made up from the API document, right and wrong.

TREATFACTS_SEED repeats a run, TREATFACTS_REQUESTS sets its size. A request that
was answered wrongly is printed as a curl command.
"""
import collections
import json
import multiprocessing
import os
import random

import pytest

from conftest import service
from generator import Facts, Generator, Request
from oracle import Oracle, Violation
from wire import Wire, curl

SEED = int(os.environ.get("TREATFACTS_SEED") or random.SystemRandom().getrandbits(32))
REQUESTS = int(os.environ.get("TREATFACTS_REQUESTS") or 40_000)
WORKERS = 2   # enough to keep the daemon busy
SHOWN = 20    # failures, of each worker


def get_json(port):
    wire = Wire(port)

    def get(target):
        answer = wire.ask(b"GET", target.encode(), [])
        assert answer.status == 200, (target, answer.body)
        return json.loads(answer.body)
    return get


class Tally:
    def __init__(self):
        self.count, self.statuses, self.failures = 0, collections.Counter(), []
        self.used, self.media = set(), set()  # of 200

    def add(self, request, answer):
        self.count += 1
        self.statuses[answer.status] += 1
        if answer.status == 200 and request.method == b"GET":
            self.used.update((request.template, name) for name in request.used)
            self.media.add((request.template, answer.headers["content-type"]))

    def merge(self, other):
        self.count += other.count
        self.statuses += other.statuses
        self.failures += other.failures
        self.used |= other.used
        self.media |= other.media


def work(port, worker):
    """Every request has a seed of its own, so that one can be made without the others."""
    generator = Generator(Facts(service.DOCUMENT, get_json(port)))
    oracle, wire, tally = Oracle(service.DOCUMENT), Wire(port), Tally()
    for number in range(worker, REQUESTS, WORKERS):
        request = generator.make(f"{SEED}/{number}")
        try:
            answer = wire.ask(request.method, request.target, request.headers)
            tally.add(request, answer)
            oracle.judge(request, answer)
        except (Violation, OSError, EOFError, ValueError, KeyError) as error:
            wire.close()
            tally.failures.append(
                f"request {number} of seed {SEED}: {type(error).__name__} {error}\n    "
                + curl(port, request.method, request.target, request.headers))
            if len(tally.failures) == SHOWN:
                break
    return tally


@pytest.fixture(scope="module")
def tally(request, daemon):
    told = request.config.pluginmanager.get_plugin("terminalreporter")
    told.write_line(f"\nTREATFACTS_SEED={SEED} TREATFACTS_REQUESTS={REQUESTS}")
    whole = Tally()
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for part in pool.starmap(work, [(daemon.port, w) for w in range(WORKERS)]):
            whole.merge(part)
    return whole


def test_every_answer_is_as_the_document_says(tally):
    assert not tally.failures, "\n".join(tally.failures)
    assert tally.count == REQUESTS


def test_requests_were_of_all_kinds(tally):
    assert {200, 204, 304, 400, 404, 405, 406} <= tally.statuses.keys(), tally.statuses
    assert tally.statuses[200] > REQUESTS * 0.4
    operations = {path: item["get"] for path, item in service.DOCUMENT["paths"].items()}
    for path, operation in operations.items():
        for parameter in map(Oracle(service.DOCUMENT).resolve, operation["parameters"]):
            assert parameter["in"] != "query" or (path, parameter["name"]) in tally.used
        for media in operation["responses"]["200"]["content"]:
            assert (path, media) in tally.media


@pytest.mark.parametrize("spoil", [
    lambda answer: vars(answer).update(status=500),
    lambda answer: vars(answer).update(status=206),
    lambda answer: answer.headers.pop("x-request-id"),
    lambda answer: answer.headers.update({"x-content-type-options": "sniff"}),
    lambda answer: answer.headers.update({"content-type": "application/xml"}),
    lambda answer: vars(answer).update(body=answer.body[:-2]),
    lambda answer: vars(answer).update(body=answer.body.replace(b'"polarity"', b'"pole"')),
    lambda answer: vars(answer).update(body=answer.body.replace(b'"limit":2', b'"limit":3')),
])
def test_judge_finds_a_spoilt_answer(daemon, spoil):
    request = Request("/v1/claims")
    request.target, request.statuses, request.used = b"/v1/claims?limit=2", {200}, {"limit": ["2"]}
    oracle, answer = Oracle(service.DOCUMENT), Wire(daemon.port).ask(b"GET", request.target, [])
    oracle.judge(request, answer)
    spoil(answer)
    with pytest.raises((Violation, ValueError, KeyError)):
        oracle.judge(request, answer)
