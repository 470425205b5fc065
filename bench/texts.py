# SPDX-License-Identifier: MIT
"""Texts to time the reader with: articles, and texts made to be slow."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = sorted((ROOT / "tests/labelled/texts").glob("*.txt")) + sorted(
    (ROOT / "examples/sources").glob("*.txt"))


def articles(size):
    """The project's own articles one after the other, again and again."""
    whole = "\n\n".join(path.read_text(encoding="utf-8").lstrip("\ufeff") for path in ARTICLES)
    return _cut(whole + "\n\n", size)


def _cut(unit, size):
    """`unit` repeated to `size` bytes, cut between characters."""
    whole = unit.encode() * (size // len(unit.encode()) + 1)
    return whole[:size].decode("utf-8", "ignore")


def _nested(size):
    """Bullets that step in and out, a hundred thousand to two megabytes and more."""
    lines, length, i = [], 0, 0
    while length < size:
        lines.append("  " * (i % 12) + "- item\n")
        length += len(lines[-1])
        i += 1
    return "".join(lines)


def _wide_table(size):
    columns = 10_000
    row = "|" + "|".join(["works in 2 days"] * columns) + "|\n"
    head = "|" + "|".join(["c"] * columns) + "|\n|" + "|".join(["---"] * columns) + "|\n"
    return head + _cut(row, max(size - len(head), 1))


# What is made to be slow: name, text of a size in bytes.
HOSTILE = {
    "one line": lambda size: " ".join(articles(size).split()),
    "no full stop": lambda size: " ".join(articles(size).replace(".", "").replace("?", "").split()),
    "headings": lambda size: _cut("# Ketamine\n", size),
    "nested bullets": _nested,
    "table of 10,000 columns": _wide_table,
    "table of many rows": lambda size: _cut("| Ketamine | within 2 hours | 2 weeks |\n", size),
    "rows without rules": lambda size: _cut("a | b | c\n", size),
    "pipes": lambda size: _cut("|", size),
    "times": lambda size: _cut("within 2 to 3 weeks, ", size),
    "times in brackets": lambda size: _cut("(in 2 days ", size),
    "one paragraph again and again": lambda size: _cut("Ketamine helps within 2 hours.\n\n", size),
    "questions and answers": lambda size: _cut("Q: How fast?\nA: Within 2 hours.\n", size),
    "stems": lambda size: _cut("Benefits include:\n- relief\n", size),
    "open brackets": lambda size: _cut("(", size),
    "enumeration in a line": lambda size: _cut("1. 2. 3. ", size),
    "relative clauses": lambda size: _cut("that who which ", size),
    "hedges": lambda size: _cut("may might could possibly ", size),
    "one word": lambda size: _cut("a", size),
    "empty lines": lambda size: _cut("x\n\n\n\n\n\n\n\n", size),
}
