# SPDX-License-Identifier: MIT
"""Requests made up from the API document, with what the daemon may answer.

Each is made of parts that are right or wrong on purpose: the wrong ones decide
which statuses are allowed and which parameters a problem has to name.
"""
import random
import re
import uuid
from urllib.parse import quote_from_bytes

JSON, HTML, LINKED = "application/json", "text/html; charset=utf-8", "application/ld+json"
FORMATS = {"json": JSON, "ndjson": "application/x-ndjson", "html": HTML, "jsonld": LINKED,
           "csv": "text/csv; charset=utf-8; header=present"}
NOBODY = "00000000-0000-5000-8000-000000000000"
URL_MAX, VALUE_MAX = 8192, 1000
HELD_MAX = 16384  # bytes of a URL; where one is too large for its memory libmicrohttpd answers itself
WORDS = ["ketamine", "anxiety", "feel", "hours", "may", "relief", "dose", "FDA", "zz", "Übelkeit",
         "治療", "a", "4", "0.5", "don't", "SSRI/SNRI"]
JUNK = ["", " ", "\t", "0", "-1", "1.5", "1e3", "null", "true", "x", "%", "%%41", "'", '"', "''",
        "\\", ";", "--", "/*", "*", "?", "../..", "<script>", "${7*7}", "\x01", "\x1b[2J", "\x7f",
        "\r\n", "ä", "\u202e", "\U0001f48a", "e\u0301", "A" * 200, "ß" * 90, "9" * 40, "-", ",",
        ",,", "NaN", "onset;drop", "P", "PT", "P1", "2025-13-40", "2025-02-30T00:00:00Z", "{}", "[]",
        "a=b", "&"]
BAD_BYTES = [b"%FF", b"%00", b"%C0%AF", b"%ED%A0%80", b"%zz", b"\x01", b"\x7f", b"\xff", b"#",
             b"\x0b"]
CUT_ESCAPES = [b"%", b"%4"]
NOT_METHODS = [b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"get", b"BREW", b"GETT"]


def seconds(duration):
    """Of an ISO 8601 duration with a month of 30 days and a year of 365."""
    units = {"Y": 365 * 86400, "M": 30 * 86400, "W": 7 * 86400, "D": 86400}
    days, _, time = duration.partition("T")
    parts = [(n, units[u]) for n, u in re.findall(r"([\d.,]+)([YMWD])", days)]
    parts += [(n, {"H": 3600, "M": 60, "S": 1}[u]) for n, u in re.findall(r"([\d.,]+)([HMS])", time)]
    return sum(float(n.replace(",", ".")) * unit for n, unit in parts)


class Request:
    """What is sent, and what is known of it. `named`: parameters that a problem
    must name; `may`: those it may name, because whether they are looked at
    depends on others."""

    def __init__(self, template):
        self.template, self.method, self.target, self.headers = template, b"GET", b"", []
        self.statuses, self.named, self.may = set(), set(), set()
        self.malformed = self.too_long = False
        self.used = {}      # right parameters: name -> values
        self.media = None   # of a right answer
        self.id = None      # in the path; None: any

    def wrong(self, status):
        self.statuses.add(status)

    def wrong_parameter(self, name, sure=True):
        self.statuses.add(400)
        (self.named if sure else self.may).add(name)


class Facts:
    """What there is to ask for, found by asking."""

    def __init__(self, document, get):
        self.document = document
        self.values = {}   # parameter -> values that are there
        self.ids = {}      # list path -> ids
        self.cursors = {}  # list path -> [(id in the path, query, cursor)]
        for path, item in sorted(document["paths"].items(), key=lambda pair: "{" in pair[0]):
            if path.startswith("/v1/"):
                self._list(path, item["get"], get)
        claims = get("/v1/claims?limit=500")["data"]
        sources = get("/v1/sources?limit=500")["data"]
        self.values |= {
            "claim": [c["id"] for c in claims] + [NOBODY],
            "section": sorted({c["section"] for c in claims if c["section"]}) + ["None, really"],
            "source": [s["id"] for s in sources] + [s["key"] for s in sources] + ["no-such.txt"],
            "study": sorted({s["name"] for s in get("/v1/studies?limit=500")["data"]}) + ["Nobody"]}

    def _list(self, path, operation, get):
        names = {p["name"]: p for p in map(self.resolve, operation["parameters"])}
        if "cursor" not in names:
            return
        owner = self.ids[path.partition("/{id}")[0]][0] if "{id}" in path else None
        target = path.replace("{id}", owner or "")
        queries = ["q=ketamine"] if "q" in names else [""]
        queries += ["topic=onset"] * ("topic" in names)
        if "sort" in names:
            queries += ["sort=" + key for key in names["sort"]["schema"]["enum"]]
        self.cursors[path] = []
        for query in queries:
            answer = get(f"{target}?limit=1&{query}")
            if "next" in answer["links"]:
                cursor = answer["links"]["next"].rpartition("cursor=")[2]
                self.cursors[path].append((owner, query, cursor))
        if path == "/v1/search" or owner:
            return
        rows = get(path + "?limit=500")["data"]
        if "code" in rows[0]:
            self.values[path.rpartition("/")[2].removesuffix("s")] = [row["code"] for row in rows]
        else:
            self.ids[path] = [row["id"] for row in rows]

    def resolve(self, node):
        while "$ref" in node:
            target, node = node["$ref"], self.document
            for part in target.removeprefix("#/").split("/"):
                node = node[part]
        return node


class Generator:
    def __init__(self, facts):
        self.facts, self.document = facts, facts.document
        self.paths = sorted(self.document["paths"])
        # Lists have the most to get wrong.
        self.weights = [1 + len(self.parameters(path)) for path in self.paths]

    def parameters(self, path):
        """Of the query, by name."""
        listed = self.document["paths"][path]["get"]["parameters"]
        found = [self.facts.resolve(p) for p in listed]
        return {p["name"]: p for p in found if p["in"] == "query"}

    def media(self, path):
        return list(self.document["paths"][path]["get"]["responses"]["200"]["content"])

    def make(self, seed):
        rng = random.Random(seed)
        request = Request(rng.choices(self.paths, self.weights)[0])
        pairs = self._pairs(rng, request)
        path = self._path(rng, request)
        query = self._query(rng, pairs)
        if len(pairs) > 64:
            request.wrong(400)
            request.malformed = True
        if rng.random() < 0.04:
            at = rng.randrange(len(query) + 1)
            query = query[:at] + rng.choice(BAD_BYTES) + query[at:]
            query += rng.choice([b"", b"", *CUT_ESCAPES])
            self._damaged(request)
        request.target = (path + (b"?" + query if query or rng.random() < 0.05 else b""))[:HELD_MAX]
        request.too_long = len(request.target) > URL_MAX
        self._headers(rng, request)
        self._method(rng, request)
        if request.too_long:
            request.statuses = {414}
        elif not request.statuses:
            request.statuses = {200}
        return request

    # --- The path --------------------------------------------------------------

    def _path(self, rng, request):
        template, chance = request.template, rng.random()
        path = template
        if "{id}" in template:
            value = request.id or rng.choice(self.facts.ids[template.partition("/{id}")[0]])
            if request.id:
                chance = 1
            if chance < 0.06:
                request.wrong(404)
                value = rng.choice([NOBODY, str(uuid.UUID(int=rng.getrandbits(128)))])
            elif chance < 0.14:
                value = rng.choice([j for j in JUNK if j] + [value[:-1], value + "0", value[1:]])
                request.wrong_parameter("id", sure=False)
            elif chance < 0.18:
                value = value.upper()
            path = template.replace("{id}", quote_from_bytes(value.encode(), safe=""))
        elif "{code}" in template:
            known = self.document["components"]["schemas"]["ProblemCode"]["enum"]
            value = rng.choice(known)
            if chance < 0.15:
                value = rng.choice([j for j in JUNK if j] + [value.upper(), value + "x"])
                request.wrong(404)
            path = template.replace("{code}", quote_from_bytes(value.encode(), safe=""))
        if rng.random() < 0.03:
            path, known = self._other_path(rng, path)
            if not known:
                request.template = None
                request.statuses = {404}
                request.named, request.may = set(), set()
        return path.encode()

    def _other_path(self, rng, path):
        kind = rng.randrange(5)
        if kind == 0 and path != "/":
            at = rng.randrange(1, len(path))
            if path[at] not in "/%" and "%" not in path:
                return path[:at] + f"%{ord(path[at]):02x}" + path[at + 1:], True
        if kind == 1 and path != "/":
            return path + "/", False
        if kind == 2:
            return "/" + path, False
        return path.rstrip("/") + "/nowhere/x" * rng.randint(1, 3), False

    def _damaged(self, request):
        """Bytes that no URL has: nothing else of it is looked at."""
        request.statuses = {400}
        request.malformed = True

    # --- Parameters ------------------------------------------------------------

    def _pairs(self, rng, request):
        taken = self.parameters(request.template)
        pairs = []
        for name, parameter in taken.items():
            if parameter.get("required"):
                if rng.random() < 0.97:
                    self._right(rng, request, pairs, name, parameter)
                else:
                    request.wrong_parameter(name)
        if "limit" in taken and rng.random() < 0.9:
            pairs.append(("limit", str(rng.choice([1, 1, 2, 3, 5]))))
            request.used["limit"] = [pairs[-1][1]]
        if "cursor" in taken and rng.random() < 0.12:
            self._cursor(rng, request, pairs, taken)
            return pairs
        free = [n for n in taken if n != "cursor" and n not in request.used
                and n not in request.named]
        for name in rng.sample(free, min(len(free), rng.choice([0, 0, 1, 1, 1, 2, 2, 3, 5]))):
            if rng.random() < 0.88:
                self._right(rng, request, pairs, name, taken[name])
            else:
                self._wrong(rng, request, pairs, name, taken[name])
        if rng.random() < 0.04:
            self._unknown(rng, request, pairs, taken)
        if pairs and rng.random() < 0.03:
            self._again(rng, request, pairs, taken)
        if rng.random() < 0.004:
            pairs += [("x", "1")] * rng.randint(65, 400)
            request.wrong_parameter("x")
        rng.shuffle(pairs)
        return pairs

    def _right(self, rng, request, pairs, name, parameter):
        schema = self.facts.resolve(parameter["schema"])
        several = schema.get("type") == "array"
        item = self.facts.resolve(schema["items"]) if several else schema
        count = rng.choice([1, 1, 1, 2, 3]) if several else 1
        values = [self._value(rng, name, item, parameter) for _ in range(count)]
        commas = several and not parameter["explode"] and rng.random() < 0.6
        pairs += [(name, ",".join(values))] if commas else [(name, value) for value in values]
        request.used[name] = values
        if name == "revision" and values != ["1"]:
            request.statuses |= {200, 404}
        if name == "q" and not any(c.isalnum() for value in values for c in value):
            request.wrong_parameter("q")

    def _value(self, rng, name, schema, parameter):
        """One that is right."""
        if "enum" in schema:
            return rng.choice(schema["enum"])
        if name in self.facts.values:
            return rng.choice(self.facts.values[name])
        if schema["type"] == "integer":
            least, most = schema["minimum"], schema["maximum"]
            return str(rng.choice([least, least + 1, rng.randint(least, most), most]))
        if schema["type"] == "boolean":
            return rng.choice(["true", "false"])
        if name == "q":
            return self._words(rng)
        if name in ("max_lte", "min_gte"):
            return self._duration(rng)
        if name == "updated_since":
            zone = rng.choice(["Z", "z", "+00:00", "-11:30", ".5Z", ".123456789+02:00"])
            day = f"{rng.randint(1970, 2100)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            time = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:07"
            return rng.choice([day, f"{day}T{time}{zone}"])
        example = parameter["example"]
        return str(example[0] if isinstance(example, list) else example)

    def _words(self, rng):
        """Any of these has a word in it."""
        words = [rng.choice(WORDS) for _ in range(rng.choice([1, 1, 2, 3]))]
        first = words[0]
        stem = first if len(first.split()[-1]) > 2 else "ketam"  # of three letters or more
        return rng.choice([
            " ".join(words), f'"{" ".join(words)}"', f'"{first}', f"{stem}*", f'"{stem}"*',
            f"({first}", f"{first} ) {words[-1]}", f"{first}:{words[-1]}", f"{first}^2",
            f"{first} AND {words[-1]}", f"{first} OR {words[-1]}", f"{first} NOT zz",
            f"{first} -zz",
            f"NEAR({first} {words[-1]}, 3)", f"{first} \x01 \t {words[-1]}", f"{{{first}}}",
            f"AND {first}", f"{first} OR", f"text:{first}", f"{first} + {words[-1]}"])

    def _duration(self, rng):
        amount = rng.choice(["0", "1", "24", "7.5", "0,5", "999999999"])
        day, time = rng.choice("YMWD"), rng.choice("HMS")
        return rng.choice([f"P{amount}{day}", f"PT{amount}{time}", f"P1{day}T{amount}{time}",
                           "P1Y2M3W4DT5H6M7.5S"])

    def _wrong(self, rng, request, pairs, name, parameter):
        schema = self.facts.resolve(parameter["schema"])
        item = self.facts.resolve(schema["items"]) if schema.get("type") == "array" else schema
        free = name in ("section", "study", "source")
        long = "b" * rng.choice([VALUE_MAX + 1, 2500, 7000])
        choices = ["", long]
        if name == "q":
            choices += ['"', "* - +", "...", "a " * 33, "ke*", '"to k"*']
        elif free:
            choices += [] if parameter["explode"] else ["a,", ",a"]
        else:
            right = {"integer": lambda v: v.isdigit() and item["minimum"] <= int(v)
                     <= item["maximum"], "boolean": lambda v: v in ("true", "false")}.get(
                         item["type"], lambda v: False)
            choices += [j for j in JUNK if not right(j)]
            choices += [item["enum"][0].upper()] if "enum" in item else []
            if item["type"] == "integer":
                choices += [str(item["minimum"] - 1), str(item["maximum"] + 1)]
        pairs.append((name, rng.choice(choices)))
        request.wrong_parameter(name)

    def _unknown(self, rng, request, pairs, taken):
        name = rng.choice(["colour", "Topic", "limit ", "topic[]", "q.x", "ä", "\x01", "'",
                           "x" * 300, "__proto__", "page", "offset"] + [n + "s" for n in taken])
        if name not in taken:
            pairs.append((name, rng.choice(["1", "x", ""])))
            request.wrong_parameter(name)

    def _again(self, rng, request, pairs, taken):
        name, value = rng.choice(pairs)
        if name in taken and self.facts.resolve(taken[name]["schema"]).get("type") != "array":
            pairs.append((name, value))
            request.wrong_parameter(name)

    def _cursor(self, rng, request, pairs, taken):
        """A right one with its own filters, or one that does not belong here."""
        own = self.facts.cursors.get(request.template, [])
        others = [c for path, found in self.facts.cursors.items() if path != request.template
                  for _, _, c in found]
        if own and rng.random() < 0.5:
            request.id, query, cursor = rng.choice(own)
            pairs[:] = [pair for pair in pairs if pair[0] == "limit"]
            pairs += [tuple(query.split("="))] if query else []
            request.used["cursor"] = [cursor]
            request.statuses, request.named = set(), set()
        else:
            _, _, cursor = rng.choice(own) if own else (None, None, rng.choice(others))
            at = rng.randrange(len(cursor))
            flipped = chr(ord(cursor[at]) ^ 1 << rng.randrange(7))
            cursor = rng.choice([rng.choice(others), cursor[:at] + flipped + cursor[at + 1:],
                                 cursor[:at], cursor + "A", "A" * rng.randint(1, 3000), "=", "ä",
                                 ""])
            request.wrong_parameter("cursor", sure=False)
            if own and "topic" in taken and rng.random() < 0.3:
                cursor = own[0][2]
                pairs.append(("topic", "safety"))
        pairs.append(("cursor", cursor))
        if "\0" in cursor:
            self._damaged(request)

    def _together(self, request):
        """Right by themselves, and yet not together."""
        used = request.used
        if {"max_lte", "min_gte"} <= used.keys():
            if seconds(used["min_gte"][0]) > seconds(used["max_lte"][0]):
                request.wrong_parameter("min_gte")
                request.wrong_parameter("max_lte")
        counted, picked = used.get("count") == ["true"], "fields" in used
        fits = {"facet": "facet" not in used or request.media == JSON,
                "count": not counted or request.media in (JSON, HTML),
                "fields": not picked or request.media != LINKED}
        for name in [name for name, fit in fits.items() if not fit]:
            if "format" in used:
                request.wrong_parameter(name)
            else:
                request.wrong(406)

    def _query(self, rng, pairs):
        parts = []
        for name, value in pairs:
            part = self._encoded(rng, name) + b"=" + self._encoded(rng, value)
            if not value and rng.random() < 0.5:
                part = part[:-1]
            parts.append(part)
        if parts and rng.random() < 0.02:
            parts.insert(rng.randrange(len(parts) + 1), b"")
        return b"&".join(parts)

    def _encoded(self, rng, text):
        """Letters may be escaped, too, and a space be a plus."""
        data, style = text.encode(), rng.random()
        if style < 0.03:
            return b"".join(b"%%%02x" % byte for byte in data)
        coded = quote_from_bytes(data, safe="~,:*'()!@/?$" if style < 0.6 else "").encode()
        return coded.replace(b"%20", b"+") if style < 0.5 else coded

    # --- Headers and method ----------------------------------------------------

    def _headers(self, rng, request):
        has = self.media(request.template) if request.template else ["application/json"]
        accept = None
        chance = rng.random()
        # Of equally liked ones a page for people, else JSON.
        request.media = next((m for m in (HTML, JSON) if m in has), has[0])
        if chance < 0.1:
            accept = rng.choice(["", "*/*", "nonsense", ";;,", "image/png;q=0.5, */*;q=0.1"])
        elif chance < 0.3:
            request.media = rng.choice(has)
            accept = request.media.partition(";")[0]
            accept = rng.choice([accept, accept.upper(), accept + ";q=0.3, image/*;q=0.9"])
        elif chance < 0.34:
            accept = rng.choice(["image/png", "text/plain;q=0, application/pdf", "*/*;q=0"])
            if "format" not in request.used:
                request.wrong(406)
        request.media = FORMATS.get(request.used.get("format", [None])[0], request.media)
        if accept is not None:
            request.headers.append(("Accept", accept))
        self._together(request)
        if rng.random() < 0.25:
            coding = rng.choice(["gzip", "br", "br, gzip;q=0.5", "gzip;q=0", "identity", "*", "",
                                 "x-unknown", "gzip;q=2", "identity;q=0, gzip", "*;q=0"])
            request.headers.append(("Accept-Encoding", coding))
            if coding == "*;q=0":
                request.statuses |= {200, 406}
        if rng.random() < 0.06:
            request.headers.append(("If-None-Match", rng.choice(
                ["*", '"x"', 'W/"x", *', "", '"', "x" * 1000])))
            request.statuses |= {304, 200} if not request.statuses else {304}
        if rng.random() < 0.06:
            request.headers.append(("If-Modified-Since", rng.choice(
                ["Mon, 31 Mar 2025 09:15:00 GMT", "Fri, 31 Dec 2100 23:59:59 GMT", "yesterday", "",
                 "Thu, 01 Jan 1970 00:00:00 GMT"])))
            request.statuses |= {304, 200} if not request.statuses else {304}
        if rng.random() < 0.05:
            request.headers.append(("X-Request-Id", rng.choice(
                ["a", "A.b_c-9", "x" * 64, "x" * 65, "a b", "<>", ""])))
        if rng.random() < 0.05:
            request.headers.append(("Origin", rng.choice(["https://example.org", "null", "x"])))

    def _method(self, rng, request):
        chance = rng.random()
        if chance < 0.06:
            request.method = b"HEAD"
        elif chance < 0.1:
            request.method = b"OPTIONS"
            # What is asked for is not looked at.
            known = {204} if request.template else {404}
            request.statuses = {400} if request.malformed else known
            request.named, request.may = set(), set()
        elif chance < 0.14:
            request.method = rng.choice(NOT_METHODS)
            if not request.malformed:
                request.statuses = {405} if request.template else {404}
            request.named, request.may = set(), set()
