# SPDX-License-Identifier: MIT
"""Tells an extraction in words, so that a changed golden can be judged by reading."""


def line_of(text):
    return " ".join(text.split())


def primary(claim):
    return next(s for s in claim["spans"] if s["role"] in ("sentence", "item", "cell"))


def labels(claim):
    certainty = claim["certainty"]
    if claim["hedges"]:
        certainty += " by " + ", ".join(claim["hedges"])
    parts = [claim["topic"], certainty]
    if claim["polarity"] != "affirmed":
        parts.append(claim["polarity"])
    parts.append(" + ".join(claim["treatments"]) or "no treatment")
    if claim["conditions"]:
        parts.append("for " + " + ".join(claim["conditions"]))
    if claim["routes"]:
        parts.append("by " + " + ".join(claim["routes"]))
    return "; ".join(parts)


def segments(facts, text):
    claims = {(primary(c)["start"], primary(c)["end"]): c for c in facts["claims"]}
    for segment in facts["segments"]:
        span = segment["start"], segment["end"]
        claim = claims.get(span) if segment["role"] == "claim" else None
        said = claim["text"] if claim else text[span[0]:span[1]]
        line = f"{segment['role']:<12}{line_of(said)}"
        yield f"{line}  ({labels(claim)})" if claim else line


def ends(window):
    if window["basis"] == "sessions":
        low, high, unit = window["min_sessions"], window["max_sessions"], " sessions"
    else:
        low, high, unit = window["min"], window["max"], ""
    return f"{'open' if low is None else low} to {'open' if high is None else high}{unit}"


def windows(facts):
    for w in facts["windows"]:
        whose = " + ".join(w["treatments"]) or "no treatment"
        if w["condition"]:
            whose += f" for {w['condition']}"
        if w["route"]:
            whose += f" by {w['route']}"
        yield (f"{w['measure']} of {whose}: {line_of(w['expression']['text'])} = {ends(w)}, "
               f"{w['bound']}, {w['precision']}")


def faqs(facts):
    for f in facts["faqs"]:
        question = line_of(f["question"]) if f["question"] is not None else "(question lost)"
        yield (f"{f['origin']}: {question} -- {line_of(f['answer'])} "
               f"[{len(f['claims'])} claims]")


def studies(facts):
    said = {c["id"]: line_of(c["text"]) for c in facts["claims"]}
    for s in facts["studies"]:
        known = [s["name"], str(s["year"] or "no year"), s["study_type"] or "no type"]
        known += [f"{s['participants']} people"] if s["participants"] else []
        yield f"{', '.join(known)} -- {said[s['claim']]}"


def tell(facts, text):
    source = facts["source"]
    parts = [("Source", [f"{source['title'] or 'no title'}, {source['published'] or 'no date'}"]),
             ("Segments", segments(facts, text)), ("Time windows", windows(facts)),
             ("Questions", faqs(facts)), ("Studies", studies(facts))]
    return "\n".join("\n".join([f"== {name}", *lines, ""]) for name, lines in parts)
