# SPDX-License-Identifier: MIT
"""Requests that were never sent before: pages at any depth, filters, searches."""
import base64
import hashlib
import json
import random
import re
import sqlite3
from urllib.parse import urlencode

import corpus
from clients import get

LIST = "/v1/claims"
PAGE = 20
# As src/query/cursor.c writes places: types, and what stands before them.
HEAD, INTEGER, TEXT, NOTHING = 18, b"\x01", b"\x03", b"\x00"
FILTERS = [f"{name}={code}" for name, codes in (
    ("topic", "onset,duration,efficacy,mechanism,safety,regimen,evidence"), ("certainty", "asserted,hedged"),
    ("treatment", "ketamine,sertraline,yoga,lithium"), ("condition", "anxiety,depression,migraine,insomnia"))
    for code in codes.split(",")]


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


class Places:
    """Every claim of a database as a place to go on from, in a made-up order."""

    def __init__(self, database, seed):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            sources = db.execute("SELECT s.key, e.claims FROM source AS s JOIN extraction AS e"
                                 " ON e.revision_id = s.current_revision").fetchall()
        self.all = [(key, ordinal) for key, claims in sources for ordinal in range(claims)]
        random.Random(seed).shuffle(self.all)

    def take(self, count):
        """Places, and which lap: pages of a second lap are larger, so that none is the same."""
        return [(*self.all[i % len(self.all)], i // len(self.all)) for i in range(count)]


def pages(places, count, port=None, parameters=""):
    """Paths of pages; with the daemon's port in its form, else in that of the peers."""
    template = template_of(port, f"{parameters}&limit=1".lstrip("&")) if port else None
    for key, ordinal, lap in places.take(count):
        cursor = own_cursor(template, key, ordinal) if port else peer_cursor(key, ordinal)
        yield f"{LIST}?limit={PAGE + lap}&{parameters + '&' if parameters else ''}cursor={cursor}"


def filtered(places, count, port):
    """The same places in lists with a filter each, mixed."""
    usable = [parameters for parameters in FILTERS if template_of(port, parameters + "&limit=1")]
    lists = [pages(places, count, port, parameters) for parameters in usable]
    for i, rows in enumerate(zip(*lists)):
        yield rows[i % len(rows)]


def searches(count, seed):
    """Distinct searches of the words that the texts are made of: two and three words, a phrase, OR,
    the beginning of a word."""
    dice = random.Random(seed)
    names = corpus.labels("treatments.tsv") + corpus.labels("conditions.tsv")
    words = [word for kind in ("symptom", "noun", "effect", "target", "adjective") for word in corpus.WORDS[kind]]
    plain = [re.sub(r"[^A-Za-z0-9 ]+", " ", text).strip() for text in names + words]
    forms = [lambda a, b, c: f"{a} {b}", lambda a, b, c: f'"{a}" {b}', lambda a, b, c: f"{a} OR {b}",
             lambda a, b, c: f"{a} {b[:5].strip()}* {c}", lambda a, b, c: f"{a} {c}"]
    seen = set()
    while len(seen) < count:
        first, second, third = dice.choice(plain), dice.choice(plain), dice.choice(corpus.WORDS["year"])
        query = dice.choice(forms)(first, second, third)
        if query not in seen:
            seen.add(query)
            yield "/v1/search?" + urlencode({"q": query, "limit": PAGE})


def write(path, paths):
    path.write_text("".join(line + "\n" for line in paths), encoding="utf-8")
    return path
