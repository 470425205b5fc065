#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Made-up articles about treatments, as many as give a number of claims.

bench/corpus.py --claims N --seed N FOLDER

Writes FOLDER/NNN/NNNNN.txt and FOLDER/sources.json. The articles are built like
the pages of clinics: headings, paragraphs, lists, a table, questions with answers,
praise and opening hours. Treatments and conditions come from lexicon/, the few
ones often and the many rarely; the sentences are this file's own. The same seed
gives the same bytes.
"""
import argparse
import json
import random
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLAIMS_AN_ARTICLE = 100  # about; the measured figure is what the loader reports
ARTICLES_A_FOLDER = 500

# $t and $u: treatments, $c and $d: conditions; the others are keys of WORDS.
SENTENCES = {
    "intro": [
        "$t is one of the $adjective options that $people with $c ask about.",
        "Interest in $t for $c has grown over the past $years years.",
        "Clinics in $town see $people who tried $u and look for something else.",
        "About $percent percent of $people live with $c at some point.",
        "$t was first studied for $d, and its use in $c came later.",
        "Many $people weigh $t against $u before they decide.",
        "$c can strain $noun, and so can the search for a treatment that fits."],
    "onset": [
        "$t $may begin to ease $symptom within $few $units.",
        "Most $people notice the first change in $symptom after $few to $many $units.",
        "With $u, relief from $c $often takes $many weeks or longer.",
        "Some $people feel better on the same day, while others need $few sessions of $t.",
        "In one clinic, $t worked for $symptom in as little as $few hours.",
        "It $may take up to $many weeks before $t shows its full benefit in $c.",
        "Early gains in $noun do not mean that $c is gone."],
    "duration": [
        "Relief from a single course of $t lasts about $few to $many weeks.",
        "The effect on $symptom $may fade after $many days unless treatment goes on.",
        "A session of $t lasts around $minutes minutes.",
        "For $percent percent of $people the benefit held for at least $few months.",
        "Without upkeep, $c returns within $many weeks in some $people.",
        "The calming effect of $t wears off in $few to $many hours."],
    "efficacy": [
        "$t reduces $symptom in $people whose $c did not answer to $u.",
        "Roughly $percent percent of $people with $c respond to $t.",
        "$t does not cure $c, yet it $may improve $noun.",
        "For $d, $t is no more effective than $u.",
        "When $t is added to $u, $symptom $often improves further.",
        "The gain in $noun is $adjective, and it differs from person to person."],
    "mechanism": [
        "$t acts on $target in the brain.",
        "By calming $target, $t $may lower $symptom.",
        "How $t eases $c is not fully known.",
        "Unlike $u, $t does not raise serotonin directly.",
        "Changes in $target are thought to explain the effect on $noun."],
    "safety": [
        "Side effects of $t include $effect, $effect and $effect.",
        "$effect $often passes within $few hours of a dose.",
        "$t $may raise blood pressure, so staff check it every $minutes minutes.",
        "Serious reactions to $t are rare, but $effect needs attention at once.",
        "$people with $d should not take $t without advice.",
        "Taking $t together with $u $may make $effect worse.",
        "$t is not addictive at the doses that are used for $c."],
    "regimen": [
        "A usual course is $few sessions of $t over $many weeks.",
        "$t is taken once a day, and the dose is raised every $few days.",
        "After the first $few weeks, upkeep visits every $many weeks $may follow.",
        "Doctors combine $t with $u when $symptom stays.",
        "Stopping $t at once $may bring $c back, so the dose is lowered over $few weeks."],
    "administration": [
        "$t is given $route in a quiet room.",
        "During the visit you sit in a chair while a nurse checks $noun.",
        "The dose of $t, about $dose mg, depends on weight and $noun.",
        "You should not drive for $many hours after $t.",
        "Given $route, $t reaches the blood within $minutes minutes."],
    "eligibility": [
        "Adults with $c who have tried $u are $often good candidates for $t.",
        "$t is not suited to $people with uncontrolled $d.",
        "Before the first visit, a doctor asks about $noun and past use of $u.",
        "Pregnant patients are advised to wait with $t."],
    "evidence": [
        "A $year study by $author and colleagues followed $sample patients with $c for $many weeks.",
        "In a trial of $sample adults, $t lowered $symptom more than placebo within $few weeks.",
        "A $year review of $few trials found that $t $may help in $c.",
        "$author et al. ($year) reported that $percent percent of patients kept their gains for $few months.",
        "Evidence on $t for $d is limited and rests on small samples."],
}
CLAUSES = [", and $noun $may follow", ", above all in $people with $d", ", as $author noted in $year",
           ", although $symptom $often stays", ", which is why $people with $c ask about it",
           ", and staff in $town watch for $effect", ", but $percent percent of $people stop early",
           " when $symptom comes with $d", " for $people who also live with $d"]
TABLE = "| $t | $few to $many $units | $many weeks | $effect |"
ITEMS = ["relief from $symptom within $few $units", "better $noun for $people with $c",
         "fewer visits than with $u", "less $effect after the first $few sessions",
         "help for $symptom that comes with $d"]
STEMS = ["Benefits of $t include:", "In $c, $t may bring:", "$people report:"]
QUESTIONS = [("How soon does $t work for $c?", "onset"), ("How long does $t last?", "duration"),
             ("Is $t safe?", "safety"), ("Does $t help with $c?", "efficacy"),
             ("How is $t given?", "administration"), ("Who can have $t?", "eligibility"),
             ("How many sessions of $t are needed?", "regimen")]
HEADINGS = {"intro": "$t and $c at a Glance", "onset": "How Soon $t Works", "duration": "How Long Relief Lasts",
            "efficacy": "How Well $t Helps", "mechanism": "What $t Does in the Brain",
            "safety": "Risks and Side Effects", "regimen": "A Course of $t",
            "administration": "What a Visit Is Like", "eligibility": "Who $t Is For",
            "evidence": "What Studies of $t Found"}
PROMOTION = ["Our caring team at $clinic is here for you. Call us today to book your visit!",
             "$clinic is proud to offer $t in $town. Schedule your free consultation now.",
             "Ready to take the first step? Contact $clinic in $town."]

_ONES = "one two three four five six seven eight nine ten twelve".split()
_SYLLABLES = "al bar cor den el far gal hol in jor kel lor mar nor os pel quin ros sel tor ul ver wil yar zan".split()
WORDS = {
    "people": "people,adults,patients,older adults,young adults,veterans,women,men,students,caregivers,nurses,shift workers".split(","),
    "adjective": "modest,marked,steady,quick,slow,useful,newer,common,familiar,costly,gentle,clear,lasting,small".split(","),
    "symptom": "low mood,worry,restlessness,poor sleep,tension,fatigue,panic attacks,intrusive thoughts,cravings,morning stiffness,burning pain,throbbing pain,irritability,racing thoughts,loss of appetite,daytime sleepiness,muscle spasms,brain fog,light sensitivity,numbness,nightmares,social withdrawal".split(","),
    "noun": "concentration,appetite,energy,work life,family life,memory,mood,sleep,movement,balance,motivation,confidence,daily routine,heart rate,breathing,digestion,self-care,attention,posture,pain scores".split(","),
    "target": "glutamate receptors,dopamine pathways,GABA receptors,the amygdala,the prefrontal cortex,serotonin transporters,nerve signals,stress hormones,orexin cells,the default mode network,opioid receptors,the vagus nerve,inflammatory messengers,the hippocampus".split(","),
    "effect": "nausea,dizziness,headache,dry mouth,drowsiness,blurred vision,vivid dreams,constipation,weight gain,sweating,tremor,dissociation,skin redness,sore muscles,a faster heartbeat,vomiting,itching,unsteadiness".split(","),
    "route": "as an infusion,by mouth,as a nasal spray,under the tongue,by injection,through a patch,through the skin,as a tablet,in a vein,into the muscle".split(","),
    "may": "may,might,can,could,will,does seem to,is likely to,should".split(","),
    "often": "often,usually,sometimes,typically,rarely,generally,almost always".split(","),
    "units": ["minutes", "hours", "days", "weeks", "sessions"],
    "few": ["2", "3", "4", "5", "6", *_ONES[1:6]],
    "many": ["7", "8", "10", "12", "14", "16", "18", "24", *_ONES[6:]],
    "years": [str(n) for n in range(3, 30)],
    "minutes": [str(n) for n in range(10, 125, 5)],
    "percent": [str(n) for n in range(4, 96)],
    "dose": [str(n) for n in range(5, 405, 5)],
    "year": [str(n) for n in range(1989, 2026)],
    "sample": [str(n) for n in range(12, 900, 7)],
    "town": [(a + b + c).capitalize() for a in _SYLLABLES for b in ("bro", "den", "mi", "sta") for c in ("ville", "ton", "field", "port")],
    "author": [(a + b).capitalize() for a in _SYLLABLES for b in ("sen", "man", "ovic", "wright", "elli", "ström")],
    "clinic": [f"{a} {b}" for a in ("Juniper", "Lakeview", "Northgate", "Silver Birch", "Tidewater", "Copper Hill") for b in ("Clinic", "Wellness Center", "Institute", "Health")],
}


def labels(table):
    """How sentences write the entries of a lexicon table: small, but for names and abbreviations."""
    rows = [line.split("\t") for line in (ROOT / "lexicon" / table).read_text(encoding="utf-8").splitlines()]
    names = [row[1] for row in rows if len(row) > 1 and row[0][0] not in "#-"]
    return [name if re.search(r"[A-Z].*[A-Z]|'s", name) else name[0].lower() + name[1:] for name in names]


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.treatments, self.conditions = labels("treatments.tsv"), labels("conditions.tsv")
        self.random.shuffle(self.treatments)
        self.random.shuffle(self.conditions)

    def one(self, values):
        return values[int(self.random.random() * len(values))]

    def skewed(self, values):
        """The first of them often, the last rarely, as words are in texts."""
        return values[int(self.random.random() ** 3 * len(values))]

    def fill(self, template):
        pieces = re.split(r"\$([a-z]+)", template)
        for i in range(1, len(pieces), 2):
            pieces[i] = self.topics[pieces[i]] if pieces[i] in self.topics else self.one(WORDS[pieces[i]])
        text = "".join(pieces)
        return text[0].upper() + text[1:]

    def other_subjects(self):
        """The article keeps its own treatment and condition; what it compares them with changes."""
        self.topics["u"] = self.skewed(self.treatments)
        self.topics["d"] = self.skewed(self.conditions)

    def sentence(self, template):
        if self.random.random() < 0.5:
            template = f"{template[:-1]}{self.one(CLAUSES)}."
        return self.fill(template)

    def paragraph(self, topic):
        self.other_subjects()
        templates = self.random.sample(SENTENCES[topic], 2 + int(self.random.random() * 3))
        return " ".join(map(self.sentence, templates))

    def listed(self):
        self.other_subjects()
        return "\n".join([self.fill(self.one(STEMS)), *("- " + self.fill(item) for item in self.random.sample(ITEMS, 3))])

    def table(self):
        rows = ["| Treatment | Onset | Duration | Side effect |", "|---|---|---|---|"]
        for _ in range(4):
            rows.append(self.fill(TABLE.replace("$t", self.skewed(self.treatments))))
        return "\n".join(rows)

    def section(self, topic):
        parts = ["## " + self.fill(HEADINGS[topic])]
        parts += [self.paragraph(topic) for _ in range(1 + int(self.random.random() * 3))]
        if self.random.random() < 0.4:
            parts.append(self.listed())
        return parts

    def questions(self):
        parts = ["## Frequently Asked Questions"]
        for question, topic in self.random.sample(QUESTIONS, 4):
            parts.append(f"Q: {self.fill(question)}\nA: {self.paragraph(topic)}")
        return parts

    def article(self):
        """(title, text)"""
        self.topics = {"t": self.skewed(self.treatments), "c": self.skewed(self.conditions)}
        title = self.fill("$t for $c in $town")
        parts = ["# " + title, self.paragraph("intro")]
        topics = list(SENTENCES)
        for topic in self.random.sample(topics, 7) + self.random.sample(topics, 3):
            parts += self.section(topic)
        parts += [self.table(), *self.questions(), self.fill(self.one(PROMOTION)),
                  f"Open Monday to Friday, 9 am to 5 pm. Phone: 555-{int(self.random.random() * 9000) + 1000}"]
        return title, "\n\n".join(parts) + "\n"


def write(folder, claims, seed, claims_an_article=CLAIMS_AN_ARTICLE):
    """Writes the texts; gives their number and their bytes."""
    writer, sources, size = Writer(seed), {}, 0
    count = max(1, round(claims / claims_an_article))
    for number in range(count):
        name = f"{number // ARTICLES_A_FOLDER:03}/{seed:03}-{number:05}.txt"
        title, text = writer.article()
        path = folder / name
        if number % ARTICLES_A_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(text.encode())
        sources[name] = {"title": title, "publisher": writer.one(WORDS["clinic"]),
                         "url": f"https://example.org/{seed}/{number}", "language": "en"}
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
