# SPDX-License-Identifier: MIT
"""Compares an extraction with the labels of a reader (tests/labelled/README.md)."""
import collections
import re

from prose import primary

LIKE = 0.8  # share of two spans that must be common for them to be the same


class Tally:
    def __init__(self):
        self.right = self.extra = self.missed = 0

    def f1(self):
        return 2 * self.right / max(1, 2 * self.right + self.extra + self.missed)


def span(item):
    return item["start"], item["end"]


def common(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def alike(a, b):
    return common(a, b) >= LIKE * (max(a[1], b[1]) - min(a[0], b[0]))


def words(text):
    return None if text is None else re.findall(r"\w+", text.casefold())


def match(tally, found, labelled, same):
    """Pairs found with labelled, each once; what is optional does not count."""
    left = list(found)
    for label in sorted(labelled, key=lambda label: bool(label.get("optional"))):
        partner = next((item for item in left if same(item, label)), None)
        if partner is not None:
            left.remove(partner)
        if not label.get("optional"):
            tally.right += partner is not None
            tally.missed += partner is None
    tally.extra += len(left)


def same_window(window, label):
    e = window["expression"]
    if not common(span(e), span(label)):
        return False
    if label.get("optional"):
        return True
    unit = "_sessions" if label["basis"] == "sessions" else ""
    return (window["measure"] == label["measure"] and window["basis"] == label["basis"] and
            window["min" + unit] == label["min"] and window["max" + unit] == label["max"] and
            bool(set(window["treatments"]) & set(label["treatments"])))


def same_faq(faq, label):
    if words(faq["question"]) != words(label["question"]) or not faq["answer_spans"]:
        return False
    whole = (min(s["start"] for s in faq["answer_spans"]),
             max(s["end"] for s in faq["answer_spans"]))
    return any(alike(whole, span(answer)) for answer in label["answers"])


def score(pairs):
    """Figures over (extraction, labels) of several texts, 0 to 1."""
    tallies = collections.defaultdict(Tally)
    roles = segments = 0
    for facts, gold in pairs:
        for label in gold["segments"]:
            segments += 1
            roles += any(alike(span(s), span(label)) and s["role"] == label["role"]
                         for s in facts["segments"])
        match(tallies["claims_f1"], facts["claims"],
              [s for s in gold["segments"] if s["role"] == "claim"],
              lambda claim, label: alike(span(primary(claim)), span(label)))
        match(tallies["windows_f1"], facts["windows"], gold["windows"], same_window)
        match(tallies["faqs_f1"], facts["faqs"], gold["faqs"], same_faq)
    return {"roles": roles / segments, **{name: tally.f1() for name, tally in tallies.items()}}
