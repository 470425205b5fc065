# SPDX-License-Identifier: MIT
"""Last-Modified and If-Modified-Since (RFC 9110, 13)."""
import time
from email.utils import formatdate, parsedate_to_datetime

import pytest

from conftest import Client, run


@pytest.fixture
def text(client):
    return client.data("/v1/sources")[0]["text_href"]


@pytest.fixture
def modified(client, text):
    """Unix seconds of the last change of a text."""
    return int(parsedate_to_datetime(client.get(text).headers["Last-Modified"]).timestamp())


def since(seconds):
    return formatdate(seconds, usegmt=True)


def test_last_modified_is_when_the_text_was_loaded(client, text, modified):
    source = client.data("/v1/sources")[0]
    assert source["updated_at"][:19] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(modified))
    assert client.get(text).headers["Last-Modified"] == since(modified)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("after, status", [(-1, 200), (0, 304), (1, 304), (10 ** 6, 304)])
def test_what_changed_since_is_sent(client, text, modified, method, after, status):
    answer = client.ask(method, text, {"If-Modified-Since": since(modified + after)})
    assert answer.status == status
    assert answer.headers["Last-Modified"] == since(modified)
    assert answer.headers["ETag"]


@pytest.mark.parametrize("form", ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"])
def test_older_forms_of_dates_are_understood(client, text, modified, form):
    date = time.strftime(form, time.gmtime(modified))
    assert client.get(text, If_Modified_Since=date).status == 304
    date = time.strftime(form, time.gmtime(modified - 1))
    assert client.get(text, If_Modified_Since=date).status == 200


@pytest.mark.parametrize("date", ["", "yesterday", "2100-01-01T00:00:00Z", "4102444800",
                                  "Fri, 01 Jan 2100 00:00:00 CET", "Fri, 32 Jan 2100 00:00:00 GMT"])
def test_what_is_no_date_is_ignored(client, text, date):
    assert client.get(text, If_Modified_Since=date).status == 200


def test_tag_wins_over_the_date(client, text, modified):
    tag = client.get(text).headers["ETag"]
    later, earlier = since(modified + 1), since(modified - 1)
    assert client.get(text, If_None_Match='"other"', If_Modified_Since=later).status == 200
    assert client.get(text, If_None_Match="", If_Modified_Since=later).status == 200
    assert client.get(text, If_None_Match=tag, If_Modified_Since=earlier).status == 304


def test_date_counts_for_nothing_but_the_answer_itself(client, text, modified):
    later = since(modified + 1)
    assert client.ask("OPTIONS", text, {"If-Modified-Since": later}).status == 204
    assert client.get(text + "?limit=1", If_Modified_Since=later).status == 400
    assert client.ask("POST", text, {"If-Modified-Since": later}).status == 405


@pytest.mark.parametrize("target", ["/", "/openapi.json", "/healthz", "/problems"])
def test_what_has_no_known_change_is_sent_always(client, target):
    answer = client.get(target, If_Modified_Since=since(time.time() + 1000))
    assert (answer.status, answer.headers["Last-Modified"]) == (200, None)


def test_change_of_the_same_second_is_never_taken_for_no_change(own_daemon, checker, tmp_path):
    """A text that is loaded twice within a second has one date for two contents."""
    client = Client(own_daemon().port, checker)
    page = tmp_path / "page.txt"
    page.write_text("Ketamine may ease anxiety within hours.\n")
    assert run("load", "--db", own_daemon.database, page).returncode == 0
    (source,) = [s for s in client.data("/v1/sources") if s["key"] == "page.txt"]
    fresh = client.get(source["text_href"], If_Modified_Since=since(time.time()))
    assert (fresh.status, fresh.headers["Last-Modified"]) == (200, None)
    time.sleep(2.1)
    later = client.get(source["text_href"], If_Modified_Since=since(time.time()))
    assert later.status == 304 and later.headers["Last-Modified"]
