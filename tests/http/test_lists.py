# SPDX-License-Identifier: MIT
"""Order, facets and cursors of lists, and what is wrong with a parameter."""
import collections

import pytest

LISTS = ["claims", "sources", "onset-windows", "time-windows", "faqs", "studies", "treatments",
         "conditions", "topics", "routes"]
FACTS = ["claims", "onset-windows", "time-windows", "faqs", "studies"]


def walk(client, target):
    found = []
    while target:
        answer = client.get(target)
        assert answer.status == 200, answer.body
        found += answer.json["data"]
        target = answer.json["links"].get("next")
        assert len(found) < 5000
    return found


# --- Parameters ----------------------------------------------------------------

WRONG = [
    ("claims?limit=0", ["limit"]),
    ("claims?limit=501", ["limit"]),
    ("claims?limit=abc", ["limit"]),
    ("claims?limit=-1", ["limit"]),
    ("claims?limit=1.5", ["limit"]),
    ("claims?limit=5&limit=6", ["limit"]),
    ("claims?limit=5&limit=5", ["limit"]),
    ("claims?limit=", ["limit"]),
    ("claims?limit", ["limit"]),
    ("claims?q=", ["q"]),
    ("claims?q=%20", ["q"]),
    ("claims?topic=", ["topic"]),
    ("claims?topic=onset,,safety", ["topic"]),
    ("claims?topic=speed", ["topic"]),
    ("claims?treatment=tee", ["treatment"]),
    ("claims?cursor=", ["cursor"]),
    ("claims?cursor=abc", ["cursor"]),
    ("claims?cursor=a%00b", ["cursor"]),
    ("claims?count=yes", ["count"]),
    ("claims?sort=name", ["sort"]),
    ("claims?sort=-", ["sort"]),
    ("claims?sort=--place", ["sort"]),
    ("claims?sort=place,updated_at", ["sort"]),
    ("claims?sort=place&sort=updated_at", ["sort"]),
    ("claims?fields=nonsense", ["fields"]),
    ("claims?fields=id,nonsense,more", ["fields", "fields"]),
    ("claims?fields=", ["fields"]),
    ("claims?facet=year", ["facet"]),
    ("claims?facet=topic,nonsense", ["facet"]),
    ("claims?format=", ["format"]),
    ("claims?format=JSON", ["format"]),
    ("claims?updated_since=yesterday", ["updated_since"]),
    ("claims?updated_since=2025-02-30", ["updated_since"]),
    ("claims?updated_since=2025-03-31T09:15:00", ["updated_since"]),
    ("claims?min_gte=PT1H", ["min_gte"]),
    ("claims?nonsense=1", ["nonsense"]),
    ("claims?limit=0&sort=x&facet=y&fields=z", ["limit", "sort", "facet", "fields"]),
    ("onset-windows?max_lte=24h", ["max_lte"]),
    ("onset-windows?max_lte=PT", ["max_lte"]),
    ("onset-windows?min_gte=P-1D", ["min_gte"]),
    ("onset-windows?min_gte=P1W&max_lte=PT24H", ["min_gte", "max_lte"]),
    ("onset-windows?facet=measure", ["facet"]),
    ("onset-windows?measure=onset", ["measure"]),
    ("onset-windows?claim=1", ["claim"]),
    ("sources?facet=topic", ["facet"]),
    ("sources?q=ketamine", ["q"]),
    ("studies?sort=min", ["sort"]),
    ("faqs?origin=made-up", ["origin"]),
    ("treatments?facet=topic", ["facet"]),
    ("treatments?sort=title", ["sort"]),
    ("treatments?fields=id", ["fields"]),
    ("search", ["q"]),
    ("search?q=a&q=b", ["q"]),
    ("search?q=-ketamine", ["q"]),
    ("search?q=%2A%21", ["q"]),
    ("search?q=" + "a%20" * 33, ["q"]),
    ("search?q=ketamine&limit=101", ["limit"]),
    ("search?q=ketamine&type=study", ["type"]),
    ("search?q=ketamine&count=true", ["count"]),
    ("search?q=ketamine&topic=onset", ["topic"]),
    ("search?q=ketamine&cursor=AAAA", ["cursor"]),
    ("onset-windows/summary?group_by=topic", ["group_by"]),
    ("onset-windows/summary?group_by=", ["group_by"]),
    ("onset-windows/summary?limit=5", ["limit"]),
    ("onset-windows/summary?sort=min", ["sort"]),
    ("onset-windows/summary?min_gte=P1W&max_lte=P1D", ["min_gte", "max_lte"]),
]


@pytest.mark.parametrize("target, parameters", WRONG, ids=[target for target, _ in WRONG])
def test_each_wrong_parameter_is_named(client, target, parameters):
    answer = client.get("/v1/" + target)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
    errors = answer.json.get("errors") or []
    assert [error["parameter"] for error in errors] == parameters
    assert all(error["detail"] for error in errors)


def test_ids_are_found_in_any_case(client):
    claim = client.data("/v1/faqs?limit=1")[0]["claims"][0]
    for path in ("/v1/faqs?claim=", "/v1/time-windows?claim=", "/v1/studies?claim=", "/v1/claims/"):
        assert client.data(path + claim) == client.data(path + claim.upper())
    assert client.data(f"/v1/faqs?claim={claim.upper()}")


def test_single_takes_fields_and_format_only(client):
    claim = client.data("/v1/claims?limit=1")[0]
    for query, wrong in (("limit=1", "limit"), ("sort=place", "sort"), ("facet=topic", "facet"),
                         ("fields=nonsense", "fields"), ("format=xml", "format"), ("q=a", "q")):
        answer = client.get(f"/v1/claims/{claim['id']}?{query}")
        assert answer.status == 400
        assert [error["parameter"] for error in answer.json["errors"]] == [wrong]


def test_segments_have_a_facet_and_no_order(client):
    source = client.data("/v1/sources?limit=1")[0]
    answer = client.get(source["segments_href"] + "?facet=role&limit=500").json
    counted = collections.Counter(row["role"] for row in answer["data"])
    assert {v["value"]: v["count"] for v in answer["facets"]["role"]["values"]} == counted
    wrong = client.get(source["segments_href"] + "?sort=place")
    assert [error["parameter"] for error in wrong.json["errors"]] == ["sort"]


# --- Order ---------------------------------------------------------------------

def allowed(client, name, parameter):
    """The words that the list takes, as its refusal tells."""
    detail = client.get(f"/v1/{name}?{parameter}=nonsense").json["errors"][0]["detail"]
    return detail.partition("not one of ")[2].split(", ")


def test_every_order_has_the_same_rows_in_pages_of_any_size(client):
    for name in LISTS:
        for sort in allowed(client, name, "sort"):
            for direction in ("", "-"):
                whole = walk(client, f"/v1/{name}?limit=500&sort={direction}{sort}")
                pages = walk(client, f"/v1/{name}?limit=17&sort={direction}{sort}")
                assert pages == whole, (name, sort)
                everything = client.get(f"/v1/{name}?limit=1&count=true").json["meta"]["total"]
                assert len(whole) == everything


def least(window):
    return (window["basis"] == "sessions", window["min_seconds"] or 0)


def most(window):
    end = window["max_seconds"]
    return (window["basis"] == "sessions", float("inf") if end is None else end)


@pytest.mark.parametrize("sort, key", [("min", least), ("max", most)])
def test_windows_are_by_their_ends_and_sessions_last(client, sort, key):
    up = [key(row) for row in walk(client, f"/v1/time-windows?sort={sort}&limit=500")]
    down = [key(row) for row in walk(client, f"/v1/time-windows?sort=-{sort}&limit=500")]
    times = [value for value in up if not value[0]]
    assert up[:len(times)] == sorted(times) and all(sessions for sessions, _ in up[len(times):])
    assert down[:len(times)] == sorted(times, reverse=True)
    assert len(up) == len(down) > len(set(times)) > 5


def test_other_orders_are_by_what_they_say(client):
    for target, key in [
        ("/v1/sources", lambda row: row["key"]),
        ("/v1/sources?sort=title", lambda row: row["title"] or ""),
        ("/v1/sources?sort=published", lambda row: row["published"] or ""),
        ("/v1/studies?sort=name", lambda row: row["name"].lower()),
        ("/v1/studies?sort=year", lambda row: row["year"] or 0),
        ("/v1/claims?sort=updated_at", lambda row: row["updated_at"]),
        ("/v1/treatments", lambda row: row["code"]),
        ("/v1/treatments?sort=label", lambda row: row["label"]),
        ("/v1/conditions?sort=claims", lambda row: row["claims"]),
    ]:
        values = [key(row) for row in walk(client, target)]
        assert values == sorted(values), target


# --- Cursors -------------------------------------------------------------------

def cursor_of(client, target):
    link = client.get(target).json["links"]["next"]
    return link.partition("cursor=")[2].partition("&")[0]


def refused(client, target):
    answer = client.get(target)
    assert answer.status == 400, target
    assert [error["parameter"] for error in answer.json["errors"]] == ["cursor"]


def test_cursor_belongs_to_its_list_filter_and_order(client):
    cursor = cursor_of(client, "/v1/claims?limit=2&topic=onset&sort=-updated_at")
    kept = "/v1/claims?topic=onset&sort=-updated_at&cursor=" + cursor
    assert client.get(kept + "&limit=7&fields=id&facet=topic&count=true").status == 200
    assert client.get(kept + "&format=csv").status == 200
    for other in ("claims?topic=onset", "claims?topic=onset&sort=updated_at",
                  "claims?topic=safety&sort=-updated_at", "claims?sort=-updated_at",
                  "claims?topic=onset&sort=-updated_at&q=ketamine",
                  "time-windows?topic=onset&sort=-updated_at",
                  "search?q=ketamine"):
        refused(client, f"/v1/{other}&cursor={cursor}")


def test_cursor_with_a_flipped_bit_is_refused(client):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for query in ("claims?limit=2", "time-windows?limit=2&sort=min", "search?q=ketamine&limit=2"):
        cursor = cursor_of(client, "/v1/" + query)
        for at in range(len(cursor)):
            flipped = alphabet[alphabet.index(cursor[at]) ^ 1]
            refused(client, f"/v1/{query}&cursor={cursor[:at]}{flipped}{cursor[at + 1:]}")
        refused(client, f"/v1/{query}&cursor={cursor[:-1]}")
        refused(client, f"/v1/{query}&cursor={cursor}A")


# --- Facets --------------------------------------------------------------------

def values_of(row, facet, claims):
    """What a row counts for; what a claim says it says for what rests on it."""
    if facet == "source":
        return [row["source"]["id"]]
    if facet == "kind":
        return [next(s["role"] for s in row["spans"] if s["role"] in ("sentence", "item", "cell"))]
    many = facet + "s"
    if facet in row or many in row:
        value = row[facet] if facet in row else row[many]
    elif isinstance(row.get("claims"), list):  # an answer
        return sorted({v for id in row["claims"] for v in values_of(claims[id], facet, claims)})
    else:
        return values_of(claims[row["claim"]], facet, claims)
    values = value if isinstance(value, list) else [value]
    return [str(v) for v in values if v is not None]


@pytest.mark.parametrize("query", ["", "treatment=ketamine&topic=onset,evidence", "q=anxiety",
                                   "updated_since=2200-01-01"])
def test_facets_are_counts_of_the_whole_filtered_list(client, query):
    claims = {row["id"]: row for row in walk(client, "/v1/claims?limit=500")}
    keys = {row["key"]: row["id"] for row in walk(client, "/v1/sources")}
    for name in FACTS:
        facets = allowed(client, name, "facet")
        rows = walk(client, f"/v1/{name}?limit=500&{query}")
        answer = client.get(f"/v1/{name}?limit=1&facet={','.join(facets)}&{query}").json
        assert list(answer) == ["data", "facets", "links", "meta"]
        assert list(answer["facets"]) == facets
        for facet in facets:
            found = answer["facets"][facet]
            counts = [(v["count"], keys.get(v["value"], v["value"])) for v in found["values"]]
            wanted = collections.Counter(v for row in rows for v in values_of(row, facet, claims))
            assert sorted(counts) == sorted((n, value) for value, n in wanted.items()), facet
            order = [(-v["count"], v["value"]) for v in found["values"]]
            assert order == sorted(order)
            assert found["truncated"] is False


def test_facets_of_sources(client):
    rows = walk(client, "/v1/sources")
    facets = client.get("/v1/sources?facet=publisher,language&limit=1").json["facets"]
    for name, facet in facets.items():
        counted = collections.Counter(row[name] for row in rows if row[name] is not None)
        assert {v["value"]: v["count"] for v in facet["values"]} == counted


def test_no_facet_is_shown_where_none_is_asked_for(client):
    assert list(client.get("/v1/claims?limit=1").json) == ["data", "links", "meta"]


def test_next_link_keeps_what_was_asked(client):
    target = "/v1/claims?topic=onset&facet=topic&fields=id,topic&count=true&limit=3"
    first = client.get(target).json
    second = client.get(first["links"]["next"]).json
    assert second["facets"] == first["facets"]
    assert second["meta"] == first["meta"]
    assert list(second["data"][0]) == ["id", "topic"]
    assert second["data"] != first["data"]
