# SPDX-License-Identifier: MIT
"""Requests that were never sent before: pages at any depth, filters, searches."""
import base64
import contextlib
import hashlib
import itertools
import json
import random
import re
import sqlite3
import uuid
from urllib.parse import urlencode

import corpus
from clients import get

LIST = "/v1/claims"
PAGE = 20
# As src/query/cursor.c writes places: types, and what stands before them.
HEAD, INTEGER, TEXT, NOTHING = 18, b"\x01", b"\x03", b"\x00"
# Frequent and rare ones; a source is another filter, of lists that are short.
FILTERS = [urlencode({name: code}) for name, codes in (
    ("treatment", ["ketamine", "yoga"]), ("condition", ["anxiety", "migraine"]), ("route", ["intranasal", "oral"]),
    ("topic", ["onset", "safety"]), ("certainty", ["hedged"]), ("polarity", ["negated"]), ("kind", ["item", "cell"]),
    ("section", ["What a Visit Is Like"]), ("study", ["Biological Psychiatry"]),
    ("updated_since", ["2020-01-01T00:00:00Z"])) for code in codes]


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def own_cursor(template, key, ordinal):
    """The daemon's cursor for another place of the list that `template` is of."""
    name = key.encode()
    place = (_decode(template)[:HEAD] + TEXT + len(name).to_bytes(8, "big") + name +
             INTEGER + ordinal.to_bytes(8, "big") + NOTHING)
    return _encode(place + hashlib.sha256(place).hexdigest()[:8].encode())


def peer_cursor(key, ordinal):
    return _encode(json.dumps([key, ordinal]).encode())


def template_of(port, parameters):
    """A cursor of a list; None when all of it is on one page."""
    following = json.loads(get(port, f"{LIST}?{parameters}").body)["links"].get("next")
    if not following:
        return None
    template = re.search(r"cursor=([\w-]+)", following)[1]
    size = int.from_bytes(_decode(template)[HEAD + 1:HEAD + 9], "big")
    at = HEAD + 9 + size
    key = _decode(template)[HEAD + 9:at].decode()
    if own_cursor(template, key, int.from_bytes(_decode(template)[at + 1:at + 9], "big")) != template:
        raise RuntimeError("src/query/cursor.c writes cursors otherwise than bench/targets.py")
    return template


def _rows(database, sql):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


class Places:
    """Every claim of a database as a place to go on from, in a made-up order."""

    def __init__(self, database, seed):
        rows = _rows(database, "SELECT s.key, e.claims FROM source AS s JOIN extraction AS e"
                               " ON e.revision_id = s.current_revision")
        self.all = [(key, ordinal) for key, claims in rows for ordinal in range(claims)]
        random.Random(seed).shuffle(self.all)

    def walk(self, start=0):
        """Places without end, and which lap: pages of a second lap are larger, so that none is the same."""
        for i in itertools.count():
            yield *self.all[(start + i) % len(self.all)], i // len(self.all)


def pages(places, port=None, parameters="", start=0):
    """Paths of pages without end; with the daemon's port in its form, else in that of the peers."""
    template = template_of(port, f"{parameters}&limit=1".lstrip("&")) if port else None
    for key, ordinal, lap in places.walk(start):
        cursor = own_cursor(template, key, ordinal) if port else peer_cursor(key, ordinal)
        yield f"{LIST}?limit={PAGE + lap}&{parameters + '&' if parameters else ''}cursor={cursor}"


def filtered(places, port):
    """For each filter its name and pages without end, each from other places on."""
    usable = [parameters for parameters in FILTERS if template_of(port, parameters + "&limit=1")]
    step = len(places.all) // (len(usable) + 1)
    return {parameters: pages(places, port, parameters, step * i) for i, parameters in enumerate(usable)}


def of_sources(database):
    """The first page of the claims of each source, and then larger ones without end."""
    ids = [uuid.UUID(bytes=row[0]) for row in _rows(database, "SELECT id FROM source ORDER BY id")]
    for lap in itertools.count():
        for source in ids:
            yield f"{LIST}?limit={PAGE + lap}&source={source}"


def searches(seed):
    """Without end: distinct searches of the words that the texts are made of: two and three words, a phrase, OR,
    the beginning of a word."""
    dice = random.Random(seed)
    names = corpus.labels("treatments.tsv") + corpus.labels("conditions.tsv")
    words = [word for kind in ("symptom", "noun", "effect", "target", "adjective") for word in corpus.WORDS[kind]]
    plain = [re.sub(r"[^A-Za-z0-9 ]+", " ", text).strip() for text in names + words]
    forms = [lambda a, b, c: f"{a} {b}", lambda a, b, c: f'"{a}" {b}', lambda a, b, c: f"{a} OR {b}",
             lambda a, b, c: f"{a} {max(b.split(), key=len)[:5]}* {c}", lambda a, b, c: f"{a} {c}"]
    seen = set()
    while True:
        first, second, third = dice.choice(plain), dice.choice(plain), dice.choice(corpus.WORDS["year"])
        query = dice.choice(forms)(first, second, third)
        if query not in seen:
            seen.add(query)
            yield "/v1/search?" + urlencode({"q": query, "limit": PAGE})
