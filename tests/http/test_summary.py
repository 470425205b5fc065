# SPDX-License-Identifier: MIT
"""Where sources agree on how soon, and where not."""
import itertools
import shutil

import pytest
from conftest import ROOT, Client, Daemon, run

PATH = "/v1/onset-windows/summary"


def summary(client, query=""):
    answer = client.get(PATH + query)
    assert answer.status == 200, answer.body
    return answer.json


def group_of(answer, **keys):
    found = [group for group in answer["data"]
             if all(group[key] == value for key, value in keys.items())]
    assert len(found) == 1, keys
    return found[0]


def windows(client, query=""):
    return client.data("/v1/onset-windows?limit=500&" + query)


def interval(window):
    """None: no number in it."""
    unit = "seconds" if window["min"] or window["max"] or window["min_seconds"] is not None \
        else "sessions"
    least, most = window["min_" + unit], window["max_" + unit]
    if not least and most is None:
        return None
    return least or 0, float("inf") if most is None else most


def stated(group):
    for statement in group["statements"]:
        for window in statement["windows"]:
            if interval(window):
                yield statement["independent_group"], interval(window), window["id"]


def agreement(group):
    if group["independent_sources"] == 1:
        return "single"
    worst = "agree"
    for (a, x, _), (b, y, _) in itertools.combinations(stated(group), 2):
        if a == b:
            continue
        if x[1] < y[0] or y[1] < x[0]:
            return "conflict"
        if not (x[0] >= y[0] and x[1] <= y[1]) and not (y[0] >= x[0] and y[1] <= x[1]):
            worst = "partial"
    return worst


def check_span(span, least, most, basis):
    unit = "seconds" if basis == "time" else "sessions"
    assert (span["min_" + unit] or 0) == least
    assert (float("inf") if span["max_" + unit] is None else span["max_" + unit]) == most
    for key in ("min", "max", "min_seconds", "max_seconds", "min_sessions", "max_sessions"):
        of_basis = key.endswith("sessions") == (basis == "sessions")
        assert key in span and (of_basis or span[key] is None)


def check_group(group):
    ends = [at for _, at, _ in stated(group)]
    assert group["agreement"] == agreement(group)
    check_span(group["envelope"], min((a for a, _ in ends), default=0),
               max((b for _, b in ends), default=float("inf")), group["basis"])
    least, most = max((a for a, _ in ends), default=1), min((b for _, b in ends), default=0)
    if least <= most:
        check_span(group["common"], least, most, group["basis"])
    else:
        assert group["common"] is None
    numbers = [statement["independent_group"] for statement in group["statements"]]
    assert group["sources"] == len(numbers) == len({s["source"]["id"]
                                                    for s in group["statements"]})
    assert list(dict.fromkeys(numbers)) == list(range(1, group["independent_sources"] + 1))
    assert bool(group["conflicts"]) == (group["agreement"] == "conflict")


@pytest.mark.parametrize("group_by", ["", "treatment", "route", "condition", "treatment,condition",
                                      "condition&group_by=route", "treatment,route,condition"])
def test_groups_hold_every_window_and_are_judged_by_them(client, group_by):
    answer = summary(client, group_by and "?group_by=" + group_by)
    keys = [key for key in ("treatment", "route", "condition")
            if key in (group_by or "treatment")]
    assert answer["meta"]["group_by"] == keys
    assert answer["meta"]["groups"] == len(answer["data"])
    assert answer["meta"]["windows"] == len(windows(client))
    wanted = set()
    for window in windows(client):
        for treatment in window["treatments"] or [None] if "treatment" in keys else [None]:
            wanted.add((window["id"], window["basis"], treatment,
                        window["route"] if "route" in keys else None,
                        window["condition"] if "condition" in keys else None))
    found = []
    for group in answer["data"]:
        assert [key for key in ("treatment", "route", "condition") if key in group] == keys
        check_group(group)
        found += [(window["id"], group["basis"], group.get("treatment"), group.get("route"),
                   group.get("condition"))
                  for statement in group["statements"] for window in statement["windows"]]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    order = [[(group[key] is None, group[key] or "") for key in keys]
             + [group["basis"] == "sessions"] for group in answer["data"]]
    assert order == sorted(order)


def test_window_stands_there_as_it_is_served(client):
    rows = {row["id"]: row for row in windows(client)}
    for group in summary(client)["data"]:
        for statement in group["statements"]:
            for window in statement["windows"]:
                row = rows[window["id"]]
                assert statement["source"] == row["source"]
                assert window["text"] == row["expression"]["text"]
                assert all(row[key] == value for key, value in window.items()
                           if key not in ("text", "href"))
                assert client.get(window["href"]).json["data"]["id"] == window["id"]


def test_ketamine_shows_a_conflict_with_both_quotes(client):
    group = group_of(summary(client), treatment="ketamine", basis="time")
    assert group["agreement"] == "conflict"
    assert group["independent_sources"] == group["sources"] == 5
    assert group["conflicts"] and not group["conflicts_truncated"]
    rows = {row["id"]: row for row in windows(client)}
    pairs = set()
    for conflict in group["conflicts"]:
        a, b = (rows[conflict[side]["window"]] for side in "ab")
        assert interval(a)[1] < interval(b)[0]
        assert a["source"]["id"] != b["source"]["id"]
        for side, row in (("a", a), ("b", b)):
            told = conflict[side]
            assert told["quote"] == row["quote"]
            assert told["expression"] == row["expression"]["text"]
            assert told["expression"] in told["quote"]
            assert told["source"] == row["source"]
            assert client.get(told["href"]).status == 200
        pairs.add((a["id"], b["id"]))
    wanted = {(x[2], y[2]) for x, y in itertools.permutations(stated(group), 2)
              if x[0] != y[0] and x[1][1] < y[1][0]}
    assert pairs == wanted
    assert group["envelope"]["max"] == "P1W"


def test_filters_are_those_of_onset_windows(client):
    for query in ("treatment=ketamine", "condition=anxiety&basis=time", "max_lte=PT24H",
                  "q=hours", "certainty=hedged&source=003-speed-of-ketamine-relief.txt",
                  "updated_since=2200-01-01"):
        answer = summary(client, "?" + query)
        ids = {window["id"] for group in answer["data"] for statement in group["statements"]
               for window in statement["windows"]}
        assert ids == {row["id"] for row in windows(client, query)}, query
        assert answer["meta"]["windows"] == len(ids)


def test_sources_that_copy_each_other_count_once(tmp_path, checker):
    texts = tmp_path / "texts"
    texts.mkdir()
    source = ROOT / "examples" / "sources" / "001-how-soon-ketamine-eases-anxiety.txt"
    for name in ("a.txt", "b.txt"):
        shutil.copy(source, texts / name)
    (texts / "c.txt").write_text("Ketamine eases anxiety within 30 to 40 days.\n")
    done = run("load", "--db", tmp_path / "facts.db", texts)
    assert done.returncode == 0, done.stderr
    daemon = Daemon(tmp_path / "facts.db")
    answer = summary(Client(daemon.port, checker))
    group = group_of(answer, treatment="ketamine", basis="time")
    assert daemon.stop() == 0
    assert (group["sources"], group["independent_sources"]) == (3, 2)
    assert [s["independent_group"] for s in group["statements"]] == [1, 1, 2]
    check_group(group)
    assert {frozenset((c["a"]["source"]["id"], c["b"]["source"]["id"]))
            for c in group["conflicts"]} == {
        frozenset((s["source"]["id"], group["statements"][2]["source"]["id"]))
        for s in group["statements"][:2]}
