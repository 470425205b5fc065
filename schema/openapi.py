#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The API document as tables, and what puts them together.

usage: schema/openapi.py

Writes schema/openapi.json, which is built into the program (build it anew); a
test proves that it is what comes out of here. A parameter is a line of PARAMETERS and a word in
the lists that take it; a list is an entry of LISTS; any other path is an entry
of ROUTES. The examples are real answers, one a file in schema/examples/, which
tests/api/examples.py asks for anew.
"""
import enum
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "openapi.json"
EXAMPLES = HERE / "examples"

# --- Limits, as the program has them -------------------------------------------

TEXT = 64 * 1024 * 1024  # bytes of the largest text, so of any place or quote in it
WORDS = 2048             # bytes of what people write about a source
VALUE = 1000             # bytes of a value to compare with or to search for
URL = 8192               # unless set otherwise ...
LONGEST_URL = 16384      # ... up to this
CODE = 64
VALUES = 100             # of one filter
PAGE = 500
HITS = 100
MANY = 1_000_000         # of what one text can hold
REVISION = 2**31 - 1     # number of a revision
EXACT = 2**53 - 1        # largest whole number that every reader of JSON keeps

# --- Schemas -------------------------------------------------------------------


def string(description, most, pattern=None, **more):
    """Without a pattern: prose, of which only NUL is known not to occur."""
    return {"type": "string", "description": description, "maxLength": most,
            "pattern": pattern or r"^[^\u0000]*$", **more}


def whole(description, least=0, most=TEXT, **more):
    return {"type": "integer", "description": description, "minimum": least, "maximum": most,
            "format": "int32" if most < 2**31 else "int64", **more}


def number(description, **more):
    return {"type": "number", "format": "double", "description": description, **more}


def boolean(description, **more):
    return {"type": "boolean", "description": description, **more}


def one_of(description, words):
    return {"type": "string", "description": description, "enum": words.split()}


def const(description, value):
    return {"description": description, "const": value}


def ref(name, description=None, room="schemas"):
    told = {"description": description} if description else {}
    return {"$ref": f"#/components/{room}/{name}", **told}


def array(description, items, most, least=0):
    return {"type": "array", "description": description, "items": items,
            **({"minItems": least} if least else {}), "maxItems": most}


def or_null(schema):
    """Null says that it is not known, or that there is none."""
    if "$ref" in schema:
        description = {k: v for k, v in schema.items() if k == "description"}
        return {**description, "anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def record(description, optional=(), /, **properties):
    """All keys are there unless they are named as optional; there are no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "required": required,
            "properties": properties, "additionalProperties": False}


def part_of(name, schema):
    """What `fields` leaves of a row."""
    return {"type": "object", "description": f"The keys of {name} that `fields` asked for.",
            "minProperties": 1, "properties": schema["properties"], "additionalProperties": False}


UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
SPAN_ROLES = "sentence item cell stem row_header column_header"
ROLES = "claim question heading stem header_cell promo contact chrome meta fragment"
BEGIN = whole("First character, counted from 0 in Unicode code points.")
END = whole("Behind the last character.")
BYTE_BEGIN = whole("First byte of the same, in UTF-8.")
BYTE_END = whole("Behind the last byte.")
CODES = "Codes, see /v1/{}; empty when none is named."


def codes(path):
    return array(CODES.format(path), ref("Code"), MANY)


# What every fact says about where it comes from.
ORIGIN = {
    "source": ref("SourceRef"),
    "revision": whole("The revision of the source that it stands in.", 1, 2**31 - 1),
    "current": boolean("False when it stands only in an older revision."),
    "updated_at": ref("Timestamp", "When it was last written anew."),
}

SCHEMAS = {
    "Role": one_of("What a segment is in its text.", ROLES),
    "Topic": one_of("What a claim is about.",
                    "onset duration efficacy mechanism administration regimen safety eligibility "
                    "evidence regulation epidemiology experience background"),
    "Certainty": one_of("Whether the words hedge (\"may\", \"suggests\").", "asserted hedged"),
    "Polarity": one_of("Whether the statement is denied.", "affirmed negated"),
    "Measure": one_of("What a window of time measures: until an effect begins, how long it lasts, "
                      "one administration, the time under observation, a whole treatment.",
                      "onset duration session observation course"),
    "Basis": one_of("Whether a window counts time or sessions.", "time sessions"),
    "Bound": one_of("Which ends a window has.", "range at_most at_least point vague"),
    "Precision": one_of("How precise the words are.", "exact approximate vague"),
    "Origin": one_of("How a question stands on its page: as a question, as a heading, or lost.",
                     "explicit heading orphan"),
    "Agreement": one_of("How far sources go together: only one independent source; any two windows "
                        "lie one in the other; any two have a part in common; two of independent "
                        "sources exclude each other.", "single agree partial conflict"),
    "HitType": one_of("What a hit of the search is.", "claim faq source"),
    "Uuid": string("Name-based: the same source and words give the same id.", 36, UUID_PATTERN,
                   format="uuid"),
    "Href": string("Path on this server.", LONGEST_URL, "^/"),
    "Timestamp": string("UTC, to the millisecond.", 24,
                        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", format="date-time"),
    "Duration": string("ISO 8601; a month counts 30 days, a year 365.", 64,
                       r"^P(\d+(\.\d+)?[YMWD])*(T(\d+(\.\d+)?[HMS])+)?$"),
    "Code": string("A code of the vocabulary.", CODE, "^[a-z0-9_]+$"),
    "Range": record("Half-open, in Unicode code points of the text as received.",
                    start=BEGIN, end=END),
    "SourceRef": record(
        "The source of a fact.",
        id=ref("Uuid"), title=or_null(string("Title, where known.", WORDS)),
        publisher=or_null(string("Publisher, where known.", WORDS)),
        url=or_null(string("Where it was published, where known.", WORDS)), href=ref("Href")),
    "ClaimSpan": record(
        "A piece of the text that carries the claim.",
        role=one_of("Exactly one span of a claim is a sentence, item or cell; the others complete "
                    "it.", SPAN_ROLES),
        start=BEGIN, end=END, byte_start=BYTE_BEGIN, byte_end=BYTE_END,
        exact=string("The slice of the text, byte for byte.", TEXT, minLength=1)),
    "Selector": {
        "description": "W3C Web Annotation selector of the primary span.",
        "oneOf": [
            record("By its words.", type=const("Of the Web Annotation model.", "TextQuoteSelector"),
                   exact=string("The words.", TEXT),
                   prefix=string("Up to 32 characters before them.", 32),
                   suffix=string("Up to 32 characters behind them.", 32)),
            record("By its place.",
                   type=const("Of the Web Annotation model.", "TextPositionSelector"),
                   start=BEGIN, end=END)]},
    "Claim": record(
        "A statement of a source.",
        id=ref("Uuid"), text=string("The spans joined readably.", TEXT, minLength=1),
        section=or_null(string("Heading above it.", TEXT)),
        spans=array("Where it stands.", ref("ClaimSpan"), MANY, least=1),
        topic=ref("Topic"), certainty=ref("Certainty"),
        hedges=array("The words that hedge.", string("As they stand in the text.", TEXT), MANY),
        polarity=ref("Polarity"), treatments=codes("treatments"), conditions=codes("conditions"),
        routes=codes("routes"), **ORIGIN,
        selector=array("The primary span, by words and by place.", ref("Selector"), 2, least=2),
        href=ref("Href"),
        source_text_href=string("The text that the offsets count in.", 256,
                                r"^/v1/sources/.*/text\?revision=\d+$"),
        deep_link=or_null(string("The source's url with a text fragment; null without url.",
                                 TEXT))),
    "Window": record(
        "A time window that a claim states; an open end is null.",
        id=ref("Uuid"), claim=ref("Uuid"), measure=ref("Measure"), basis=ref("Basis"),
        min=or_null(ref("Duration")), max=or_null(ref("Duration")),
        min_seconds=or_null(number("The lower end in seconds.", minimum=0)),
        max_seconds=or_null(number("The upper end in seconds.", minimum=0)),
        min_sessions=or_null(whole("With basis sessions.", 0, 2**31 - 1)),
        max_sessions=or_null(whole("With basis sessions.", 0, 2**31 - 1)),
        bound=ref("Bound"), precision=ref("Precision"), treatments=codes("treatments"),
        route=or_null(ref("Code")), condition=or_null(ref("Code")),
        expression=record("The words that state it.", text=string("As they stand.", TEXT,
                                                                  minLength=1),
                          start=BEGIN, end=END),
        claim_href=ref("Href"), quote=string("The claim's text.", TEXT, minLength=1),
        certainty=ref("Certainty", "Of the claim."), **ORIGIN, href=ref("Href")),
    "Faq": record(
        "A question with its answer.",
        id=ref("Uuid"), question=or_null(string("Null when the page lost it.", TEXT)),
        question_span=or_null(ref("Range")), origin=ref("Origin"),
        answer=string("The answer, its parts joined readably.", TEXT, minLength=1),
        answer_spans=array("Where it stands.", ref("Range"), MANY),
        claims=array("The claims it consists of.", ref("Uuid"), MANY), **ORIGIN, href=ref("Href")),
    "Study": record(
        "A study, journal or institute that a claim rests on.",
        id=ref("Uuid"), name=string("As the source names it.", TEXT, minLength=1),
        year=or_null(whole("Where the source says so.", 1, 9999)),
        study_type=or_null(string("Such as \"meta-analysis\".", TEXT)),
        participants=or_null(whole("How many people took part, where the source says so.", 1,
                                   2**31 - 1)),
        claim=ref("Uuid"), claim_href=ref("Href"),
        quote=string("The claim's text.", TEXT, minLength=1), **ORIGIN, href=ref("Href")),
    "Segment": record(
        "A piece of a text; every word lies in exactly one.",
        start=BEGIN, end=END, byte_start=BYTE_BEGIN, byte_end=BYTE_END, role=ref("Role"),
        reason=or_null(string("Which rule gave the role.", WORDS)),
        exact=string("The slice of the text, byte for byte.", TEXT, minLength=1),
        claim=or_null(ref("Uuid"))),
    "Source": record(
        "A source text and what was found in it.",
        id=ref("Uuid"), key=string("Its path below the folder that was loaded.", VALUE,
                                   minLength=1),
        **{name: or_null(string(f"{name.capitalize()}, where known.", WORDS)) for name in
           "title publisher url published retrieved license language".split()},
        revision=whole("The current revision.", 1, 2**31 - 1),
        revisions=whole("How many there are.", 1, 2**31 - 1),
        sha256=string("Digest of the bytes.", 64, "^[0-9a-f]{64}$"),
        bytes=whole("Of the text in UTF-8."), characters=whole("Unicode code points of the text."),
        extractor=record("What read it.", version=string("Of the reader.", WORDS),
                         lexicon=string("Of its tables.", WORDS)),
        updated_at=ref("Timestamp"),
        counts=record(
            "What was found in it.",
            segments=record("By role.", **{role: whole("Segments of the role.")
                                           for role in ROLES.split()}),
            claims=whole("Claims."), windows=whole("Time windows."),
            faqs=whole("Questions with answers."), studies=whole("Cited studies.")),
        promotional_share=or_null(number(
            "Characters in promotional segments, of those in all segments.", minimum=0,
            maximum=1)),
        href=ref("Href"), text_href=ref("Href"), segments_href=ref("Href")),
    "Term": record(
        "A code of the vocabulary.",
        code=ref("Code"), label=string("For people.", WORDS),
        synonyms=array("How texts write it.", string("A synonym.", WORDS), MANY),
        claims=whole("Current claims that bear the code.", 0, EXACT),
        claims_href=ref("Href")),
    "ListLinks": record("Addresses that belong to a list.", ["next"], self=ref("Href"),
                        next=ref("Href", "Absent on the last page.")),
    "ListMeta": record(
        "About the list.", ["total"],
        limit=whole("Rows a page at most.", 1, PAGE),
        total=whole("Rows on all pages.", 0, EXACT), dataset_version=ref("DatasetVersion"),
        disclaimer=ref("Disclaimer")),
    "HitMeta": record(
        "About the hits.", limit=whole("Hits a page at most.", 1, HITS),
        total=whole("Hits on all pages, up to 2,500 of each type.", 0, 3 * 2500),
        total_relation=one_of("Whether total is all (eq), or there are more (gte): then the hits "
                              "in the texts loaded last were looked at.", "eq gte"),
        dataset_version=ref("DatasetVersion"), disclaimer=ref("Disclaimer")),
    "SingleLinks": record("Addresses that belong to the answer.", self=ref("Href")),
    "SingleMeta": record("About the answer.", dataset_version=ref("DatasetVersion"),
                         disclaimer=ref("Disclaimer")),
    "DatasetVersion": whole("Raised by every load that changed something.", 0, EXACT),
    "Disclaimer": string("What these statements are, and are not.", WORDS),
    "FacetCounts": record(
        "How many rows of the whole filtered list have each value, the most frequent first, "
        "equal ones by value. What has no value is not counted.",
        values=array("At most 100.", record(
            "A value and how often it occurs.", value=string("As the filter takes it.", TEXT),
            count=whole("Rows that have it.", 1, EXACT)), 100),
        truncated=boolean("Whether there are more values than these.")),
    "Hit": record(
        "Something the search found.",
        type=ref("HitType"), id=ref("Uuid"), score=number("The higher the better (BM25)."),
        title=or_null(string("Section of a claim, question of a FAQ, title of a source.", TEXT)),
        snippet=string("The words around the hits, as plain text.", TEXT),
        highlights=array("Where the hits stand in the snippet.", record(
            "Half-open.", start=BEGIN, end=END), MANY),
        snippet_html=string("The same, escaped, with hits in <mark>.", TEXT),
        source=ref("SourceRef"), href=ref("Href")),
    "HitList": record(
        "Hits, the best first.",
        data=array("The hits.", ref("Hit"), HITS),
        facets=record("How many there are.", type=ref("FacetCounts")),
        links=ref("ListLinks"), meta=ref("HitMeta")),
    "Interval": record(
        "A stretch of time or a number of sessions. Keys of the other basis are null, and so is an "
        "open end.",
        min=or_null(ref("Duration")), max=or_null(ref("Duration")),
        min_seconds=or_null(number("The lower end in seconds.", minimum=0)),
        max_seconds=or_null(number("The upper end in seconds.", minimum=0)),
        min_sessions=or_null(whole("The fewest sessions.", 0, 2**31 - 1)),
        max_sessions=or_null(whole("The most sessions.", 0, 2**31 - 1))),
    "StatedWindow": record(
        "A window as one source states it.",
        id=ref("Uuid"), claim=ref("Uuid"), href=ref("Href"),
        text=string("The words that state it.", TEXT), quote=string("The claim's text.", TEXT),
        min=or_null(ref("Duration")), max=or_null(ref("Duration")),
        min_seconds=or_null(number("The lower end in seconds.", minimum=0)),
        max_seconds=or_null(number("The upper end in seconds.", minimum=0)),
        min_sessions=or_null(whole("With basis sessions.", 0, 2**31 - 1)),
        max_sessions=or_null(whole("With basis sessions.", 0, 2**31 - 1)),
        bound=ref("Bound"), precision=ref("Precision"), certainty=ref("Certainty")),
    "ConflictSide": record(
        "One of two windows that exclude each other.",
        window=ref("Uuid"), source=ref("SourceRef"),
        expression=string("The words that state it.", TEXT), quote=string("The claim's text.",
                                                                          TEXT),
        href=ref("Href")),
    "OnsetGroup": record(
        "What the sources state of one treatment (and route, and condition).",
        ["treatment", "route", "condition"],
        treatment=or_null(ref("Code", "Present when grouped by; null: none is named.")),
        route=or_null(ref("Code", "Present when grouped by; null: none is named.")),
        condition=or_null(ref("Code", "Present when grouped by; null: none is named.")),
        basis=ref("Basis"), agreement=ref("Agreement"),
        envelope=ref("Interval", "From the earliest to the latest that any source states."),
        common=or_null(ref("Interval", "What all have in common; null: nothing.")),
        sources=whole("Sources.", 1, EXACT),
        independent_sources=whole("Of which do not copy each other.", 1, EXACT),
        statements=array("What each source states.", record(
            "A source and its windows.", source=ref("SourceRef"),
            independent_group=whole("Sources that copy each other share one.", 1, EXACT),
            windows=array("Its windows.", ref("StatedWindow"), MANY, least=1)), MANY, least=1),
        conflicts=array("Pairs that exclude each other.", record(
            "Two windows.", a=ref("ConflictSide"), b=ref("ConflictSide")), MANY),
        conflicts_truncated=boolean("Whether there are more pairs than these.")),
    "OnsetSummary": record(
        "Onset windows by what they are about.",
        data=array("The groups, by their codes.", ref("OnsetGroup"), MANY),
        links=ref("SingleLinks"),
        meta=record(
            "About the summary.",
            group_by=array("What it is grouped by.", one_of("A key.", "treatment route condition"),
                           3, least=1),
            windows=whole("Windows that were read.", 0, EXACT), groups=whole("Groups.", 0, EXACT),
            dataset_version=ref("DatasetVersion"), disclaimer=ref("Disclaimer"))),
    "ProblemCode": one_of(
        "The last part of `type`.",
        "bad-request bad-parameter not-found method-not-allowed not-acceptable answer-too-large "
        "content-too-large uri-too-long rate-limited headers-too-large internal overloaded "
        "took-too-long unavailable stopping"),
    "Problem": record(
        "RFC 9457 problem details.",
        type=string("Address of the page that explains it.", 64, "^/problems/[a-z-]+$"),
        title=string("The kind of problem.", WORDS), status=whole("Status of the answer.", 400,
                                                                   599),
        detail=string("What is wrong with this request.", LONGEST_URL * 4),
        instance=or_null(string("The path asked for; null where the URL could not be read.",
                                LONGEST_URL * 3)),
        code=ref("ProblemCode"),
        errors=array("One for each parameter that is wrong.", record(
            "A parameter that is wrong.",
            parameter=string("Its name, as it was sent.", LONGEST_URL),
            detail=string("What is allowed.", LONGEST_URL * 4)), 10_000),
        request_id=ref("RequestId")),
    "RequestId": string("Names the request in the log.", 64, "^[A-Za-z0-9._-]{1,64}$"),
    "ProblemType": record(
        "A kind of problem.",
        type=string("Its address.", 64, "^/problems/[a-z-]+$"), code=ref("ProblemCode"),
        title=string("In a few words.", WORDS), status=whole("HTTP status.", 400, 599),
        meaning=string("What it means.", WORDS), advice=string("What to do.", WORDS)),
    "ProblemTypeList": record(
        "All kinds of problems.", data=array("The kinds.", ref("ProblemType"), 100),
        links=ref("SingleLinks")),
    "ProblemTypeSingle": record("One kind of problem.", data=ref("ProblemType"),
                                links=ref("SingleLinks")),
    "Index": record(
        "Where to begin.", name=string("Of the service.", WORDS),
        version=string("Of the program.", WORDS), disclaimer=ref("Disclaimer"),
        entry_points=array("The paths of this document.", record(
            "A path.", path=ref("Href"), summary=string("What it gives.", WORDS),
            type=string("Media type of the answer.", WORDS)), 1000)),
    "Status": record("State of the service.", status=one_of("The state.", "ok ready")),
    "Version": record(
        "Versions of the program and what it stands on.",
        **{name: string(f"{of}.", WORDS) for name, of in {
            "name": "Of the program", "version": "Its version", "schema": "Of the database",
            "sqlite": "Of SQLite", "libmicrohttpd": "Of libmicrohttpd",
            "jansson": "Of Jansson"}.items()}),
    "OpenApi": {
        "type": "object", "description": "An OpenAPI 3.1 document: this one.",
        "required": ["openapi", "info", "paths", "components"],
        "properties": {
            "openapi": string("Version of OpenAPI.", 16, r"^3\.1\.\d+$"),
            "info": {"type": "object", "description": "About the interface."},
            "paths": {"type": "object", "description": "What can be asked."},
            "components": {"type": "object", "description": "What several paths share."}}},
}

# --- Rows as linked data (schema.org) ------------------------------------------


def node(description, kind, optional=(), /, **properties):
    return record(description, optional, **{"@type": const("Class of schema.org.", kind),
                                            **properties})


def name_of(what):
    return string(f"Name of the {what}.", TEXT)


def page(description, kind, members):
    return node(description, kind, **{
        "@context": const("The vocabulary.", "https://schema.org"), "name": name_of("page"),
        "description": ref("Disclaimer"), **members})


URN = string("The id as a URN.", 45, "^urn:uuid:[0-9a-f-]{36}$")
SAME_WORK = record("The same source.", **{"@id": URN})

SCHEMAS |= {
    "LinkedWork": node(
        "The source.", "CreativeWork", ["name", "url", "publisher", "inLanguage"],
        **{"@id": URN}, name=name_of("source"), url=string("Where it was published.", WORDS),
        publisher=node("Who published it.", "Organization", name=name_of("publisher")),
        inLanguage=string("Its language.", WORDS)),
    "LinkedSubject": {
        "description": "A treatment or condition.",
        "oneOf": [node("What it is about.", kind, name=name_of("code"), code=node(
            "The code.", "MedicalCode", codeValue=ref("Code"),
            codingSystem=const("Whose code it is.", "treatfacts")))
            for kind in ("MedicalTherapy", "MedicalCondition")]},
    "LinkedClaim": node(
        "A claim.", "Claim", ["url", "about", "keywords"],
        **{"@id": URN}, text=string("The claim.", TEXT), url=string("Deep link.", TEXT),
        keywords=array("Topic and routes.", ref("Code"), MANY),
        about=array("Treatments and conditions.", ref("LinkedSubject"), MANY),
        appearance=ref("LinkedWork"), citation=SAME_WORK),
    "LinkedWindow": node(
        "A time window.", "Observation", ["observationAbout", "value"],
        **{"@id": URN}, name=string("The words that state it.", TEXT),
        description=string("The claim's text.", TEXT),
        measuredProperty=node("What it measures.", "Property", name=name_of("measure")),
        observationAbout=array("Treatments and condition.", ref("LinkedSubject"), MANY),
        value=node("How long; an open end is absent.", "QuantitativeValue",
                   ["minValue", "maxValue", "unitCode", "unitText"],
                   minValue=number("Lower end.", minimum=0),
                   maxValue=number("Upper end.", minimum=0),
                   unitCode=const("Seconds (UN/CEFACT).", "SEC"),
                   unitText=const("Instead of a code.", "sessions")),
        additionalProperty=array("Bound, precision, route.", node(
            "A property.", "PropertyValue", name=name_of("property"), value=ref("Code")), 3),
        subjectOf=ref("LinkedClaim", "The claim that it is read from.")),
    "LinkedAnswer": node("An answer.", "Answer", text=string("The answer.", TEXT),
                         citation=ref("LinkedWork")),
    "LinkedQuestion": node("A question with its answer.", "Question", **{"@id": URN},
                           name=string("The question.", TEXT),
                           acceptedAnswer=ref("LinkedAnswer")),
    "LinkedClaims": page("Claims as linked data.", "Collection", {
        "hasPart": array("The claims.", ref("LinkedClaim"), PAGE)}),
    "LinkedWindows": page("Time windows as linked data.", "Collection", {
        "mainEntity": array("The windows.", ref("LinkedWindow"), PAGE)}),
    "LinkedFaqs": page("Questions with answers as linked data, to be pasted into a page of a site. "
                       "Answers without a question are left out.", "FAQPage", {
                           "mainEntity": array("The questions.", ref("LinkedQuestion"), PAGE)}),
    "LinkedFaq": {
        "description": "A question with its answer, or an answer that lost its question.",
        "oneOf": [ref("LinkedFaqs"), page("An answer without a question.", "WebPage", {
            "mainEntity": array("The answer.", ref("LinkedAnswer"), 1, least=1)})]},
}
# --- Parameters ----------------------------------------------------------------

OR = " Several values, repeated or separated by commas, mean or."


def query(name, description, schema, example=None, **more):
    return {"name": name, "in": "query", "description": description, "schema": schema, **more,
            **({} if example is None else {"example": example})}


def many(name, description, items, example, most=VALUES, commas=True):
    """Values of a filter; without commas the parameter is repeated instead."""
    return query(name, description + (OR if commas else ""),
                 {"type": "array", "items": items, "minItems": 1, "maxItems": most},
                 [example], style="form", explode=not commas)


def header(name, description, example, schema=None):
    return {"name": name, "in": "header", "description": description,
            "schema": schema or string(description, LONGEST_URL), "example": example}


UUID = string("A UUID.", 36, "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", format="uuid")
SEARCHED = string("Words.", VALUE, minLength=1)
DURATION = string("ISO 8601, the last number with a fraction at most.", 64,
                  r"^P(\d+([.,]\d+)?[YMWD])*(T(\d+([.,]\d+)?[HMS])+)?$", minLength=3)
DAY_OR_INSTANT = string("A date, or a date and time with zone.", 64,
                        r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$")

PARAMETERS = {p["name"]: p for p in [
    many("treatment", "Code of a treatment, see /v1/treatments.", ref("Code"), "ketamine"),
    many("condition", "Code of a condition, see /v1/conditions.", ref("Code"), "anxiety"),
    many("route", "Code of a route of administration, see /v1/routes.", ref("Code"),
         "intravenous"),
    many("topic", "What the claim is about.", ref("Topic"), "onset"),
    many("certainty", "Whether the claim is hedged.", ref("Certainty"), "hedged"),
    many("polarity", "Whether the claim is negated.", ref("Polarity"), "affirmed"),
    many("kind", "Where the claim stands.", one_of("A place.", "sentence item cell"), "sentence"),
    many("source", "Id or key of a source.", string("Id or key.", VALUE, minLength=1),
         "001-how-soon-ketamine-eases-anxiety.txt"),
    many("section", "Heading above the claim, exactly as it stands; may be repeated, a comma is "
         "part of the heading.", string("A heading.", VALUE, minLength=1),
         "How Quickly Does Ketamine Act Against Anxiety?", commas=False),
    many("study", "Id or name of a cited study; may be repeated, a comma is part of the name.",
         string("Id or name.", VALUE, minLength=1), "National Institute of Mental Health",
         commas=False),
    many("claim", "Id of the claim that the fact belongs to.", UUID,
         "0c433061-b52e-527f-b8d8-66d5a6f15fa7"),
    many("measure", "What the window measures.", ref("Measure"), "duration"),
    many("basis", "Time or sessions.", ref("Basis"), "time"),
    many("precision", "How precise the expression is.", ref("Precision"), "exact"),
    many("bound", "Which ends the window has.", ref("Bound"), "range"),
    query("max_lte", "Upper end at most this long.", DURATION, "PT24H"),
    query("min_gte", "Lower end at least this long; not longer than max_lte.", DURATION, "PT1H"),
    many("origin", "How the question stands in its source.", ref("Origin"), "heading"),
    many("role", "Role of the segment.", ref("Role"), "promo"),
    many("type", "What to find.", ref("HitType"), "claim", most=3),
    query("q", "One to 32 words that all occur, in any form (\"act\" finds \"acting\"); "
          "\"quotes\" make a phrase, a star ends a beginning of three letters or more; AND, OR and NOT in capitals and "
          "-word combine. Whatever else is typed is searched for as words.", SEARCHED,
          "feel better"),
    query("updated_since", "Changed at or after this date, or date and time with zone.",
          DAY_OR_INSTANT, "2025-03-31"),
    query("limit", "Rows a page.", whole("Rows.", 1, PAGE, default=50), 20),
    query("cursor", "From links.next of the page before; belongs to the filters and the sort it "
          "was given for.", string("Opaque.", LONGEST_URL, "^[A-Za-z0-9_-]+$", minLength=1)),
    query("count", "true adds meta.total. JSON only.",
          boolean("Whether to count.", default=False), True),
    many("group_by", "What to group by.", {
        **one_of("A key.", "treatment route condition"), "default": "treatment"}, "treatment",
        most=3),
    query("revision", "A revision by its number; without it, the current one.",
          whole("A number.", 1, REVISION), 1),
]}
PARAMETERS |= {
    "search.q": {**PARAMETERS["q"], "required": True},
    "search.limit": query("limit", "Hits a page.", whole("Hits.", 1, HITS, default=20), 10),
    "id": {"name": "id", "in": "path", "required": True, "description": "Id, as lists give it.",
           "schema": UUID, "example": "0c433061-b52e-527f-b8d8-66d5a6f15fa7"},
    "code": {"name": "code", "in": "path", "required": True, "description": "Code of a problem.",
             "schema": ref("ProblemCode"), "example": "bad-parameter"},
    "If-None-Match": header("If-None-Match", "Entity tags the client has; when one is current the "
                            "answer is 304.", '"6a3b0e6cbb2f4ea5a6de1ba1d1c5c9f0"'),
    "If-Modified-Since": header("If-Modified-Since", "304 when nothing has changed since; not "
                                "looked at beside If-None-Match.",
                                "Mon, 31 Mar 2025 09:15:00 GMT"),
    "Accept-Encoding": header("Accept-Encoding", "br and gzip are there.", "br, gzip;q=0.8"),
    "X-Request-Id": header("X-Request-Id", "Echoed, and named in the log, when it is 1 to 64 of "
                           "A-Z a-z 0-9 . _ -", "import-2025-03-31"),
}


def sort(path, keys):
    if not keys:
        return {}
    words = [sign + key for key in keys.split() for sign in ("", "-")]
    return {f"{path}.sort": query(
        "sort", "What to order by, - in front for descending. A window counted in sessions comes "
        "after all times." if "min" in words else "What to order by, - in front for descending.",
        {"type": "string", "description": "A key.", "enum": words, "default": words[0]},
        words[1])}


def facet(path, keys):
    if not keys:
        return {}
    return {f"{path}.facet": many(
        "facet", "Counts of the values in the whole filtered list, in `facets`. JSON only.",
        one_of("What to count by.", keys), keys.split()[0], most=len(keys.split()))}


def fields(row):
    keys = " ".join(SCHEMAS[row]["properties"])
    return {f"{row}.fields": many(
        "fields", "The keys of a row to show, all without it. Not for linked data.",
        one_of("A key.", keys), keys.split()[0], most=len(keys.split()))}


def form(words):
    return {"format." + words.replace(" ", "."): query(
        "format", "Media type of the answer; wins over Accept.", one_of("A name.", words),
        words.split()[0])}


# --- Lists ---------------------------------------------------------------------

LABELS = "treatment condition route topic certainty polarity"
OF_CLAIMS = LABELS + " kind source section study"
OF_WINDOWS = OF_CLAIMS + " claim basis precision bound max_lte min_gte"
FACETS = LABELS + " source"
PLACED = "place updated_at"
WHOLE = ("The whole list when neither `limit` nor `cursor` is given; then without ETag, as it is "
         "sent while it is read.")


class List:
    """A list below /v1/ and, where `one` says what one of it is, the path of one by its id."""

    def __init__(self, path, row, name, summary, one=None, *, filters="", sorts="", facets="",
                 linked=None, plural=None, tag="facts"):
        self.path, self.row, self.name, self.summary, self.one = path, row, name, summary, one
        self.filters, self.sorts, self.facets = filters, sorts, facets
        self.linked, self.plural, self.tag = linked, plural or name + "s", tag


LISTS = [
    List("claims", "Claim", "Claim", "Claims with their spans, labels and sources", "One claim",
         filters=OF_CLAIMS + " q updated_since", sorts=PLACED, facets=FACETS + " kind",
         linked=("LinkedClaims", "LinkedClaims")),
    List("sources", "Source", "Source", "The source texts and what was found in them",
         "One source", filters="source updated_since", sorts="key title published updated_at",
         facets="publisher language"),
    List("sources/{id}/segments", "Segment", "Segment",
         "The segments of a source with their roles", filters="role", facets="role"),
    List("onset-windows", "Window", "OnsetWindow", "How soon effects are said to begin",
         "One onset window", filters=OF_WINDOWS + " q updated_since", sorts=PLACED + " min max",
         facets=FACETS + " basis bound precision", linked=("LinkedWindows", "LinkedWindows")),
    List("time-windows", "Window", "TimeWindow", "How soon and how long, all measures",
         "One time window", filters=OF_WINDOWS + " measure q updated_since",
         sorts=PLACED + " min max", facets=FACETS + " basis bound precision measure",
         linked=("LinkedWindows", "LinkedWindows")),
    List("faqs", "Faq", "Faq", "Questions with their answers", "One question with its answer",
         filters="treatment condition topic source claim origin q updated_since", sorts=PLACED,
         facets="treatment condition topic origin source", linked=("LinkedFaqs", "LinkedFaq")),
    List("studies", "Study", "Study", "Studies, journals and institutes the sources cite",
         "One cited study", filters=OF_CLAIMS + " claim q updated_since",
         sorts=PLACED + " name year", facets="treatment condition topic study_type year source",
         plural="Studies"),
    *[List(path, "Term", path.capitalize().removesuffix("s"), summary,
           sorts="code label claims", tag="vocabulary")
      for path, summary in {
          "treatments": "Codes of treatments", "conditions": "Codes of conditions",
          "topics": "Codes of topics", "routes": "Codes of routes of administration"}.items()],
]

JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv; charset=utf-8; header=present"
LINKED = "application/ld+json"
HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Stored(enum.Enum):
    """Whether an answer needs the database; one that waits for it takes any failure for 503."""
    NO, WAITED_FOR, YES = range(3)


class Route:
    """A path: `media` gives the schema of each media type of its answer."""

    def __init__(self, path, operation, tag, summary, parameters, media, description,
                 cached=True, stored=Stored.YES, elsewhere=False):
        self.path, self.operation, self.tag, self.summary = path, operation, tag, summary
        self.parameters, self.media, self.description = parameters, media, description
        self.cached, self.stored = cached, stored
        self.elsewhere = elsewhere  # the path may be at the operators' address only


def forms(row, linked, streamed):
    """The media types of rows; a list as a whole is sent while it is read."""
    rest = " " + WHOLE if streamed else ""
    return {
        NDJSON: {**string(f"One {row} a line, as JSON.{rest}", TEXT * 16), "x-line": ref(row)},
        CSV: string("A line of names, then a line a row (RFC 4180). What is nested has columns of "
                    "its own, a list is one cell with \"; \" between its members, null is empty. "
                    "Words that a spreadsheet would take for a formula have an apostrophe in "
                    f"front.{rest}", TEXT * 16),
        **({LINKED: ref(linked)} if linked else {})}


def rows_of(row):
    return {"description": "All keys, or those that `fields` asked for.",
            "anyOf": [ref(row), ref(row + "Fields")]}


def define(parameters):
    """Adds what a list says of its own to PARAMETERS; the names."""
    PARAMETERS.update(parameters)
    return list(parameters)


def list_of(entry):
    counted = {"facets": {
        "type": "object", "description": "Present when `facet` asks.", "minProperties": 1,
        "properties": {key: ref("FacetCounts") for key in entry.facets.split()},
        "additionalProperties": False}} if entry.facets else {}
    envelope = ("Term" if entry.row == "Term" else entry.name) + "List"
    SCHEMAS[envelope] = record("A page of a list.", ["facets"], links=ref("ListLinks"),
                               meta=ref("ListMeta"), **counted,
                               data=array("The rows.", rows_of(entry.row), PAGE))
    words = "json ndjson csv" + (" jsonld" if entry.linked else "")
    own = define({**sort(entry.plural, entry.sorts), **facet(entry.plural, entry.facets),
                  **fields(entry.row), **form(words)})
    path_id = ["id"] if "{id}" in entry.path else []
    return Route("/v1/" + entry.path, "list" + entry.plural, entry.tag, entry.summary,
                 path_id + entry.filters.split() + ["limit", "cursor", "count"] + own,
                 {JSON: ref(envelope), **forms(entry.row, entry.linked and entry.linked[0], True)},
                 " ".join(filter(None, [DESCRIPTIONS.get(entry.plural), FILTERS])))


def one_by_id(entry):
    SCHEMAS[entry.row + "Single"] = record("One by its id.", data=rows_of(entry.row),
                                           links=ref("SingleLinks"), meta=ref("SingleMeta"))
    words = "json ndjson csv" + (" jsonld" if entry.linked else "")
    return Route(f"/v1/{entry.path}/{{id}}", "get" + entry.name, entry.tag, entry.one,
                 ["id", *define({**fields(entry.row), **form(words)})],
                 {JSON: ref(entry.row + "Single"),
                  **forms(entry.row, entry.linked and entry.linked[1], False)},
                 "By the id that lists give. A fact that stands only in an older revision of its "
                 "source is still there.")


FILTERS = "Different filters mean and. An unknown parameter, code or value is 400."
DESCRIPTIONS = {
    "Claims": "In the order of the sources' keys, then of the text, as all lists of facts.",
    "Segments": "Every word of the text lies in exactly one segment.",
    "OnsetWindows": "The windows of /v1/time-windows with measure onset.",
    "Faqs": "A question that its page lost is null.",
}


def routes():
    """All paths, in the order in which they are shown."""
    for entry in LISTS:
        SCHEMAS.setdefault(entry.row + "Fields", part_of(entry.row, SCHEMAS[entry.row]))
        yield list_of(entry)
        if entry.one:
            yield one_by_id(entry)
    only_json = define(form("json"))
    page_or_json = define(form("html json"))
    yield from [
        Route("/v1/sources/{id}/text", "getSourceText", "facts",
              "The stored text of a source, byte for byte", ["id", "revision"],
              {PLAIN: string("The text as it was loaded.", TEXT)},
              "The ETag is the SHA-256 of the text. With revision the answer never changes."),
        Route("/v1/onset-windows/summary", "summarizeOnsetWindows", "facts",
              "How far the sources agree on how soon effects begin",
              (OF_WINDOWS + " q updated_since group_by").split() + only_json,
              {JSON: ref("OnsetSummary")},
              "Groups the windows that the filters leave, by treatment unless told otherwise. A "
              "request that leaves too many windows is 400 and asks for more filters."),
        Route("/v1/search", "search", "facts", "Full text over claims, FAQs and sources",
              ["search.q", "type", "treatment", "condition", "source", "search.limit", "cursor"]
              + only_json, {JSON: ref("HitList")},
              "The best hits first, with the words around them. Filters as of lists. Of each type "
              "2,500 hits are ranked, those in the texts loaded last."),
        Route("/problems", "listProblems", "service", "The problems that answers tell of",
              page_or_json, {JSON: ref("ProblemTypeList"), HTML: string("A page.", TEXT)},
              "What `code` and `type` of a problem can be. A page unless JSON is asked for.",
              stored=Stored.NO),
        Route("/problems/{code}", "getProblem", "service", "What a problem means and what to do",
              ["code", *page_or_json],
              {JSON: ref("ProblemTypeSingle"), HTML: string("A page.", TEXT)},
              "Where the `type` of a problem leads. A page unless JSON is asked for.",
              stored=Stored.NO),
        Route("/openapi.json", "getOpenApi", "service", "This document", [],
              {JSON: ref("OpenApi")}, "Every answer is tested against it.", stored=Stored.NO),
        Route("/healthz", "getAlive", "service", "Is the process alive?", [],
              {JSON: ref("Status")}, "Says nothing of the database.", cached=False,
              stored=Stored.NO),
        Route("/readyz", "getReady", "service", "Is the database there and current?", [],
              {JSON: ref("Status")}, "503 until it is, and from when the service is told to stop.",
              cached=False,
              stored=Stored.WAITED_FOR),
        Route("/metrics", "getMetrics", "service",
              "What the service counts of itself, for Prometheus", [],
              {METRICS: string("Prometheus' text format.", TEXT)},
              "Requests by route, method and status, their durations, the cache, the data, the "
              "process. Not on this address where the service has one of its own for operators.",
              cached=False, stored=Stored.NO, elsewhere=True),
        Route("/version", "getVersion", "service", "Versions of program and libraries", [],
              {JSON: ref("Version")}, "Of what runs here.", cached=False, stored=Stored.NO),
        Route("/", "getIndex", "service", "The entry points", [], {JSON: ref("Index")},
              "The paths of this document.", stored=Stored.NO),
    ]


# --- Headers and answers -------------------------------------------------------


def answer_header(description, schema, required=True):
    return {"description": description, **({"required": True} if required else {}),
            "schema": schema}


HEADERS = {
    "X-Request-Id": answer_header("The client's when valid, else made here.", ref("RequestId")),
    "X-Content-Type-Options": answer_header("The media type is to be taken as told.",
                                            {"const": "nosniff"}),
    "Content-Security-Policy": answer_header(
        "Nothing of an answer runs or is framed.",
        {"const": "default-src 'none'; frame-ancestors 'none'"}),
    "Referrer-Policy": answer_header("No link tells where it was followed.",
                                     {"const": "no-referrer"}),
    "Cross-Origin-Resource-Policy": answer_header("Answers are public; any site may embed them.",
                                                  {"const": "cross-origin"}),
    "Strict-Transport-Security": answer_header(
        "Where the service speaks HTTPS itself.", {"const": "max-age=31536000"}, required=False),
    "Cache-Control": answer_header("How long caches may keep it.", string(
        "Directives.", 256,
        r"^(no-store|public, max-age=\d+, (stale-while-revalidate=\d+|immutable))$")),
    "Vary": answer_header("What else the answer depends on; on Origin where the service lists "
                          "the origins it lets in.",
                          {"enum": ["Accept, Accept-Encoding", "Accept, Accept-Encoding, Origin"]}),
    "Link": answer_header("describedby, and next where there is a next page.",
                          string("Links.", LONGEST_URL * 4, "rel=\"describedby\"")),
    "Access-Control-Allow-Origin": answer_header(
        "Where the service is set up to let scripts of other origins read it.",
        string("An origin, or a star.", 256, r"^(\*|[a-z]+://\S+)$"), required=False),
    "Access-Control-Expose-Headers": answer_header(
        "Beside Access-Control-Allow-Origin.",
        {"const": "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, "
                  "X-Request-Id"}, required=False),
    "Access-Control-Allow-Methods": answer_header(
        "To a preflight request.", {"const": "GET, HEAD, OPTIONS"}, required=False),
    "Access-Control-Allow-Headers": answer_header(
        "To a preflight request.",
        {"const": "Accept, If-Modified-Since, If-None-Match, X-Request-Id"}, required=False),
    "Access-Control-Max-Age": answer_header(
        "To a preflight request: seconds that its answer holds.",
        string("Seconds.", 10, r"^\d+$"), required=False),
    "Content-Encoding": answer_header("As asked with Accept-Encoding, where it is worth while.",
                                      {"enum": ["br", "gzip"]}, required=False),
    "ETag": answer_header("Strong; differs by media type and content coding. Absent where a list "
                          "is sent while it is read.",
                          string("An entity tag.", 80, r'^"[0-9a-f]{32,64}(-gzip|-br)?"$'),
                          required=False),
    "Last-Modified": answer_header("When the data last changed; absent while that is too fresh to "
                                   "tell.",
                                   string("A date of HTTP.", 29, r"^[A-Z][a-z]{2}, .* GMT$"),
                                   required=False),
    "Allow": answer_header("The methods of the path.", {"const": "GET, HEAD, OPTIONS"}),
    "RateLimit": answer_header(
        "Where the service limits how often a client may ask: the requests that are left, and the "
        "seconds until there are more (draft-ietf-httpapi-ratelimit-headers-09).",
        string("A list of one member.", 64, r'^"default";r=\d+;t=\d+$'), required=False),
    "RateLimit-Policy": answer_header(
        "Beside RateLimit: the requests that may be made at once, and the seconds in which as many "
        "come back.", string("A list of one member.", 64, r'^"default";q=\d+;w=\d+$'),
        required=False),
    "Retry-After": answer_header("Seconds.", string("Seconds.", 10, r"^\d+$")),
}
EVERY = ("X-Request-Id X-Content-Type-Options Content-Security-Policy Referrer-Policy "
         "Cross-Origin-Resource-Policy Strict-Transport-Security Cache-Control Vary Link "
         "Access-Control-Allow-Origin Access-Control-Expose-Headers RateLimit RateLimit-Policy")
PREFLIGHT = " Access-Control-Allow-Methods Access-Control-Allow-Headers Access-Control-Max-Age"


def head(names):
    return {name: ref(name, room="headers") for name in names.split()}


# Status, name, what it means, headers of its own, code and title, detail of the example.
PROBLEMS = [
    (400, "BadRequest", "A parameter is unknown or not acceptable, the request is malformed, or "
     "the answer would be too large.",
     "", "bad-parameter", "A parameter is not acceptable", "see errors for each parameter"),
    (404, "NotFound", "There is no such thing.", "", "not-found",
     "There is nothing at this address", "there is no such claim"),
    (405, "MethodNotAllowed", "Only GET, HEAD and OPTIONS.", " Allow", "method-not-allowed",
     "The method is not allowed here", "the header Allow names the methods"),
    (406, "NotAcceptable", "Accept names no media type of this path, or Accept-Encoding no coding.",
     "", "not-acceptable", "No acceptable form of the answer",
     "this path gives application/json only"),
    (413, "ContentTooLarge", "The request has content.", "", "content-too-large",
     "A request must have no content", "this method takes no content"),
    (414, "UriTooLong", f"The URL is longer than {URL} bytes, or what else is set.", "",
     "uri-too-long",
     "The URL is too long", f"the URL is longer than {URL} bytes"),
    (429, "RateLimited", "More requests came from this address than may in a time.",
     " Retry-After", "rate-limited", "Too many requests",
     "the header Retry-After says when to go on"),
    (431, "HeadersTooLarge", "The headers are more, or longer, than are taken.", "",
     "headers-too-large", "The request has too many headers",
     "the headers are more, or longer, than are taken"),
    (500, "Internal", "The service failed; the log has the reason under the request's id.", "",
     "internal", "The service failed",
     "The request could not be answered; please try again later."),
    (503, "Unavailable", "The database is busy or not there, or the answer took too long.",
     " Retry-After", "unavailable",
     "The data is not available at the moment",
     "The request could not be answered; please try again later."),
]
NAME_OF = {status: name for status, name, *_ in PROBLEMS}


def responses():
    found = {
        "NotModified": {"description": "The client has it already.",
                        "headers": head(EVERY + " ETag Last-Modified")},
        "NoContent": {"description": "Allow names the methods; to a preflight request of an origin "
                      "that is let in, what it may ask.",
                      "headers": head(EVERY + " Allow" + PREFLIGHT)},
        "AsGet": {"description": "As GET, without content.", "headers": head(EVERY)},
        "AsGetLater": {"description": "As GET, without content.",
                       "headers": head(EVERY + " Retry-After")},
    }
    for status, name, description, own, code, title, detail in PROBLEMS:
        errors = [{"parameter": "limit", "detail": '"0" is not a whole number from 1 to 500'}]
        found[name] = {
            "description": description, "headers": head(EVERY + own + " Content-Encoding"),
            "content": {"application/problem+json": {"schema": ref("Problem"), "example": {
                "type": "/problems/" + code, "title": title, "status": status, "detail": detail,
                "instance": None if status == 414 else "/v1/claims", "code": code,
                "errors": errors if status == 400 else [], "request_id": "3f0c9ae27d4b41d8"}}}}
    return found


# --- Examples ------------------------------------------------------------------


def examples():
    """(operation id, media type) -> the stored request and answer."""
    stored = [json.loads(path.read_text(encoding="utf-8"))
              for path in sorted(EXAMPLES.glob("*.json"))]
    return {(e["operation"], e["media_type"]): e for e in stored}


def with_examples(route, stored):
    content = {media: {"schema": schema} for media, schema in route.media.items()}
    for media, told in content.items():
        if (route.operation, media) in stored:
            example = stored[route.operation, media]
            told["examples"] = {"real": {"summary": "GET " + example["target"],
                                         "value": example["answer"]}}
    return content


# --- The document --------------------------------------------------------------

ABOUT = (
    "Reads only. Every error is application/problem+json (RFC 9457); a head that is no HTTP, or "
    "too long for the server's buffer, gets a plain refusal. Methods other than GET, HEAD and "
    "OPTIONS get 405, which no path can tell of: see x-method-not-allowed. These are statements "
    "made by the cited sources, quoted with their place in the text. They are not checked, not "
    "endorsed and not medical advice.")


# Of those who watch the service.
NOT_COUNTED = ("/healthz", "/readyz", "/metrics")


def operations(route, stored):
    """The path item: GET, HEAD, which is GET without content, and OPTIONS."""
    in_path = [name for name in route.parameters if PARAMETERS[name]["in"] == "path"]
    conditions = ["If-None-Match"] * route.cached + ["If-Modified-Since"] * route.cached
    taken = ([name for name in route.parameters if name not in in_path]
             + ["X-Request-Id", "Accept-Encoding"] + conditions)
    counted = [429] * (route.path not in NOT_COUNTED)
    statuses = [400] + [404] * (bool(in_path) or route.elsewhere) + [406, 413, 414] + counted + [431]
    statuses += {Stored.NO: [], Stored.WAITED_FOR: [503], Stored.YES: [500, 503]}[route.stored]
    ok = {"description": "The answer.", "headers": head(
        EVERY + " Content-Encoding" + " ETag Last-Modified" * route.cached)}
    unchanged = {"304": ref("NotModified", room="responses")} if route.cached else {}
    common = {"tags": [route.tag], "description": route.description,
              "parameters": [ref(name, room="parameters") for name in taken]}
    item = {
        "get": {"operationId": route.operation, "summary": route.summary, **common, "responses": {
            "200": {**ok, "content": with_examples(route, stored)}, **unchanged,
            **{str(s): ref(NAME_OF[s], room="responses") for s in statuses}}},
        "head": {"operationId": route.operation + "Head",
                 "summary": route.summary + " (headers only)", **common,
                 "description": "The headers of GET.", "responses": {
                     "200": ok, **unchanged,
                     **{str(s): ref("AsGetLater" if s in (429, 503) else "AsGet",
                                    room="responses") for s in statuses}}},
        "options": {"operationId": route.operation + "Options", "tags": [route.tag],
                    "summary": "The methods of this path",
                    "description": "Answers preflight requests of browsers, too.",
                    "parameters": [ref("X-Request-Id", room="parameters")], "responses": {
                        "204": ref("NoContent", room="responses"),
                        **{str(s): ref(NAME_OF[s], room="responses")
                           for s in [400, 413, 414] + counted + [431]}}},
    }
    if in_path:
        item = {"parameters": [ref(name, room="parameters") for name in in_path], **item}
    return item


def document():
    stored = examples()
    paths = {route.path: operations(route, stored) for route in routes()}
    found = responses()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "treatfacts", "version": "1", "description": ABOUT,
            "summary": "Statements about treatments, each tied to the words of its source.",
            "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/", "description": "The server that gave this document, in production "
                     "or under test.", "x-internal": False}],
        "security": [],
        "tags": [{"name": "facts", "description": "What the sources state."},
                 {"name": "vocabulary", "description": "Codes that filters take."},
                 {"name": "service", "description": "The service itself."}],
        "paths": paths,
        "x-method-not-allowed": found.pop("MethodNotAllowed"),
        "components": {"schemas": SCHEMAS, "parameters": PARAMETERS, "headers": HEADERS,
                       "responses": found},
    }


def text():
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(text(), encoding="utf-8")
