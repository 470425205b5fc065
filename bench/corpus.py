#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Made-up articles about treatments, as many as give a number of claims.

bench/corpus.py --claims N --seed N FOLDER

Writes FOLDER/NNN/NNN-NNNNN.txt and FOLDER/sources.json. The articles are built like
the pages of clinics: headings, paragraphs, lists, tables, questions with answers, and
around them what a website adds. Treatments and conditions come from lexicon/, the few
ones often and the many rarely; the sentences from corpus.tsv. Sizes differ as those of
real pages do: most have 4 to 20 KB, some 60. The same seed gives the same bytes.
"""
import argparse
import json
import math
import random
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("corpus.tsv")
MADE_OF = [Path(__file__), TABLE, ROOT / "lexicon/treatments.tsv", ROOT / "lexicon/conditions.tsv"]
# Measured with the loader. The five sample texts have 135 and 32 public pages of
# questions 117; their claims are 105 and 107 bytes long on average, these 108.
BYTES_A_CLAIM = 124
ARTICLES_A_FOLDER = 500
SIZE_MEDIAN, SIZE_SPREAD, SIZE_LEAST, SIZE_MOST = 9_000, 0.65, 2_500, 64_000
ASIDE = 1_500  # bytes that the end of a page takes

_SYLLABLES = "al bar cor den el far gal hol in jor kel lor mar nor os pel quin ros sel tor ul ver wil yar zan".split()
NUMBERS = {"years": range(3, 30), "minutes": range(10, 125, 5), "percent": range(4, 96), "dose": range(105, 405, 5),
           "year": range(1989, 2026), "sample": range(112, 900, 7), "day": range(1, 29)}
WORDS = {
    **{name: [str(n) for n in numbers] for name, numbers in NUMBERS.items()},
    "town": [(a + b + c).capitalize() for a in _SYLLABLES for b in ("bro", "den", "mi", "sta")
             for c in ("ville", "ton", "field", "port")],
    "author": [(a + b).capitalize() for a in _SYLLABLES for b in ("sen", "man", "ovic", "wright", "elli", "ström")],
    "first": [(a + b).capitalize() for a in _SYLLABLES for b in ("a", "en", "is", "o")],
}


class Template:
    """Text with a %s for each of its words, and the names of these."""

    def __init__(self, text):
        pieces = re.split(r"\$([a-z]+)", text)
        self.text = "%s".join(piece.replace("%", "%%") for piece in pieces[::2])
        self.names = pieces[1::2]


def _read():
    """The templates of corpus.tsv by what they are for; its word lists go to WORDS."""
    templates = defaultdict(list)
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        use, text = line.split("\t")
        if use[0] == "$":
            WORDS[use[1:]] = text.split(" | ")
        else:
            templates[use].append(Template(text))
    return templates


TEMPLATES = _read()
TOPICS = [use.partition(":")[2] for use in TEMPLATES if use.startswith("heading:")]
QUESTIONS = [(template, use.partition(":")[2]) for use, templates in TEMPLATES.items()
             if use.startswith("question:") for template in templates]


def labels(table):
    """How sentences write the entries of a lexicon table: small, but for names and abbreviations."""
    rows = [line.split("\t") for line in (ROOT / "lexicon" / table).read_text(encoding="utf-8").splitlines()]
    names = [row[1] for row in rows if len(row) > 1 and row[0][0] not in "#-"]
    return [name if re.search(r"[A-Z].*[A-Z]|'s", name) else name[0].lower() + name[1:] for name in names]


def capital(text):
    return text[0].upper() + text[1:]


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.chance = self.random.random
        self.treatments, self.conditions = labels("treatments.tsv"), labels("conditions.tsv")
        self.random.shuffle(self.treatments)
        self.random.shuffle(self.conditions)

    def one(self, values):
        return values[int(self.chance() * len(values))]

    def between(self, least, most):
        return least + int(self.chance() * (most - least + 1))

    def skewed(self, values):
        """The first of them often, the last rarely, as words are in texts."""
        return values[int(self.chance() ** 3 * len(values))]

    def fill(self, template):
        return template.text % tuple([self.words[name][int(self.chance() * len(self.words[name]))]
                                      for name in template.names])

    def some(self, use):
        return capital(self.fill(self.one(TEMPLATES[use])))

    # --- Sentences

    def other_subjects(self):
        """The article keeps its own treatment and condition; what it compares them with changes."""
        self.words["u"] = [self.skewed(self.treatments)]
        self.words["d"] = [self.skewed(self.conditions)]

    def clauses(self):
        """How many follow a sentence: as many as make it as long as those of real pages."""
        chance = self.chance()
        return 0 if chance < 0.2 else 1 if chance < 0.75 else 2

    def sentence(self, template):
        text = self.fill(template)
        if self.chance() < 0.2:
            text = f"{self.fill(self.one(TEMPLATES['opener']))} {text}"
        for clause in self.random.sample(TEMPLATES["clause"], self.clauses()):
            text += self.fill(clause)
        return capital(text) + "."

    def paragraph(self, topic, most=5):
        self.other_subjects()
        templates = TEMPLATES[topic]
        count = min(self.between(2, most), len(templates))
        return " ".join(map(self.sentence, self.random.sample(templates, count)))

    # --- Parts of a page; each is a list of blocks

    def heading(self, text):
        return self.mark + text

    def listed(self):
        self.other_subjects()
        items = self.random.sample(TEMPLATES["item"], self.between(3, 5))
        return "\n".join([self.some("stem"), *(self.bullet + capital(self.fill(item)) for item in items)])

    def table(self):
        rows = ["| Treatment | Onset | Duration | Side effect |", "|---|---|---|---|"]
        for _ in range(self.between(3, 5)):
            rows.append(f"| {capital(self.skewed(self.treatments))} | {self.some('row')} |")
        return "\n".join(rows)

    def section(self, topic):
        parts = [self.heading(self.some("heading:" + topic))]
        parts += [self.paragraph(topic) for _ in range(self.between(1, 3))]
        if self.chance() < 0.35:
            parts.append(self.listed())
        if self.chance() < 0.07:
            parts.append(self.table())
        if self.chance() < 0.3:
            parts.append(self.some("between"))
        if self.chance() < 0.15:
            parts.append(self.some("promo"))
        return parts

    def questions(self):
        parts = [self.heading("Frequently Asked Questions")]
        for question, topic in self.random.sample(QUESTIONS, self.between(3, 6)):
            asked, answer = capital(self.fill(question)), self.paragraph(topic, 3)
            parts.append(f"Q: {asked}\nA: {answer}" if self.asks else f"{asked}\n{answer}")
        return parts

    def end(self):
        parts = self.questions() if self.chance() < 0.7 else []
        if self.chance() < 0.3:
            parts += [self.heading("References"), *(self.some("reference") for _ in range(self.between(2, 5)))]
        if self.chance() < 0.4:
            parts.append(self.some("testimonial"))
        parts += [self.some("promo"), *map(capital, map(self.fill, TEMPLATES["contact"]))]
        return parts + [self.some("end") for _ in range(self.between(1, 3))]

    # --- The page

    def begin(self):
        """What the whole article keeps: its subjects, who publishes it, how its text is marked up."""
        self.words = {**WORDS, "t": [self.skewed(self.treatments)], "c": [self.skewed(self.conditions)],
                      "town": [self.one(WORDS["town"])]}
        self.publisher = f"{self.one(WORDS['place'])} {self.one(WORDS['house'])}"
        self.words["clinic"] = [self.publisher]
        self.other_subjects()
        self.mark, self.bullet = self.one(["## ", "## ", ""]), self.one(["- ", "* ", "• "])
        self.asks = self.chance() < 0.5

    def article(self):
        """(title, publisher, text)"""
        self.begin()
        size = SIZE_MEDIAN * math.exp(self.random.gauss(0, SIZE_SPREAD))
        size = min(max(size, SIZE_LEAST), SIZE_MOST) - ASIDE
        title = capital(f"{self.words['t'][0]} for {self.words['c'][0]} in {self.words['town'][0]}")
        parts = [f"{self.mark[1:]}{title}", *(self.some("top") for _ in range(self.between(1, 3))),
                 self.paragraph("background")]
        while sum(map(len, parts)) < size:
            parts += self.section(self.one(TOPICS))
        return title, self.publisher, "\n\n".join(parts + self.end()) + "\n"


def write(folder, claims, seed):
    """Writes the texts; gives their number and their bytes."""
    writer, sources, size, count = Writer(seed), {}, 0, 0
    while size < claims * BYTES_A_CLAIM:
        name = f"{count // ARTICLES_A_FOLDER:03}/{seed:03}-{count:05}.txt"
        title, publisher, text = writer.article()
        path = folder / name
        if count % ARTICLES_A_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(text.encode())
        sources[name] = {"title": title, "publisher": publisher, "url": f"https://example.org/{seed}/{count}",
                         "language": "en"}
        count += 1
    (folder / "sources.json").write_text(json.dumps(sources), encoding="utf-8")
    return count, size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    count, size = write(chosen.folder, chosen.claims, chosen.seed)
    print(f"{count} articles, {size} bytes")


if __name__ == "__main__":
    main()
