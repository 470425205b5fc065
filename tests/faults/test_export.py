# SPDX-License-Identifier: MIT
"""The whole data set on standard output: what the daemon gives, of one moment."""
import csv
import json
import subprocess

import pytest
from conftest import BINARY, ROOT, SEED, environment, fails_well, get, texts

LISTS = {"sources": "sources", "claims": "claims", "windows": "time-windows", "faqs": "faqs",
         "studies": "studies"}
LINKED = ["claims", "windows", "faqs"]


@pytest.fixture
def loaded(program):
    assert program.load(ROOT / "examples" / "sources").returncode == 0
    return program


def export(program, *options, **more):
    return program.run("export", "--db", program.database, *options, **more)


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_export_is_what_the_daemon_gives(loaded):
    texts(loaded.folder / "texts", 300)
    assert loaded.load("texts").returncode == 0
    daemon = loaded.serve()
    assert len(rows(export(loaded, "--what", "claims").stdout)) > 1000  # several pages
    for what, path in LISTS.items():
        for form in ("ndjson", "csv"):
            done = export(loaded, "--what", what, "--format", form)
            assert (done.returncode, done.stderr) == (0, "")
            status, body = get(daemon.port, f"/v1/{path}?format={form}")
            assert status == 200 and done.stdout.encode() == body.replace(b"\r\n", b"\n"), what


def test_linked_data_is_what_the_daemon_gives(loaded):
    daemon = loaded.serve()
    for what in LINKED:
        done = export(loaded, "--what", what, "--format", "jsonld")
        assert (done.returncode, done.stderr) == (0, "")
        status, body = get(daemon.port, f"/v1/{LISTS[what]}?format=jsonld&limit=500")
        assert status == 200 and done.stdout.encode() == body


def test_linked_data_of_many_pages_is_one_document(loaded):
    texts(loaded.folder / "texts", 300)
    assert loaded.load("texts").returncode == 0
    document = json.loads(export(loaded, "--what", "claims", "--format", "jsonld").stdout)
    claims = rows(export(loaded, "--what", "claims").stdout)
    assert [part["@id"] for part in document["hasPart"]] == \
        ["urn:uuid:" + claim["id"] for claim in claims]


def test_without_options_it_is_all_lists_one_after_the_other(loaded):
    whole = export(loaded).stdout
    assert whole == "".join(export(loaded, "--what", what).stdout for what in LISTS)
    kinds = {row["href"].split("/")[2] for row in rows(whole)}
    assert kinds == set(LISTS.values())


def test_empty_database_is_exported_as_nothing_or_a_header(program):
    program.text("texts/a.txt", "Nothing is said here")
    program.load("texts")
    assert export(program, "--what", "studies").stdout == ""
    (header,) = csv.reader(export(program, "--what", "studies", "--format", "csv").stdout
                           .splitlines())
    assert "participants" in header
    empty = export(program, "--what", "faqs", "--format", "jsonld").stdout
    assert json.loads(empty)["mainEntity"] == []


@pytest.mark.parametrize("options, words", [
    (["--format", "csv"], ["--format csv", "--what"]),
    (["--format", "jsonld"], ["--format jsonld", "--what"]),
    (["--format", "jsonld", "--what", "studies"], ["--format jsonld", "studies"]),
    (["--format", "xml"], ["--format", "xml", "ndjson, csv, jsonld"]),
    (["--what", "facts"], ["--what", "facts", "all, sources, claims"]),
])
def test_what_cannot_be_exported_is_wrong_usage(loaded, options, words):
    fails_well(export(loaded, *options), *words, code=2)


def test_export_needs_a_database(program):
    fails_well(export(program), "facts.db: No such file")
    assert not program.database.exists()


def test_full_device_and_closed_pipe_are_told_once(loaded):
    texts(loaded.folder / "texts", 300)
    assert loaded.load("texts").returncode == 0
    for what in ("all", "sources", "studies"):
        with open("/dev/full", "wb") as full:
            done = export(loaded, "--what", what, stdout=full)
        assert done.returncode == 1
        assert done.stderr == "treatfacts: standard output: No space left on device\n"
    process = subprocess.Popen([BINARY, "export", "--db", loaded.database], env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("{")
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr.read() == "treatfacts: standard output: Broken pipe\n"
    process.stderr.close()


def test_export_during_a_load_is_of_one_moment(program):
    """Each fact names a source that is there, and counts of sources are those of facts."""
    texts(program.folder / "first", 20)
    assert program.load("first").returncode == 0
    texts(program.folder / "texts", 150, seed=SEED + 1)
    writer = program.start("load", "--db", program.database, "texts", stdout=subprocess.DEVNULL)
    counts = []
    running = True
    while running:
        running = writer.poll() is None
        done = export(program)
        assert done.returncode == 0, done.stderr
        all_rows = rows(done.stdout)
        sources = {row["id"]: row for row in all_rows if "segments_href" in row}
        facts = [row for row in all_rows if "segments_href" not in row]
        for key, path in (("claims", "claims"), ("windows", "time-windows"), ("faqs", "faqs"),
                          ("studies", "studies")):
            told = sum(row["counts"][key] for row in sources.values())
            assert told == sum(row["href"].startswith(f"/v1/{path}/") for row in facts)
        assert {row["source"]["id"] for row in facts} == set(sources)
        counts.append(len(sources))
    assert writer.returncode == 0
    assert counts == sorted(counts) and counts[-1] == 170


def test_memory_does_not_grow_with_the_list(program):
    """Ten times the claims take no more: read from what the kernel measured."""
    def peak():
        code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
                " stdout=subprocess.DEVNULL);"
                " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run(["/usr/bin/python3", "-c", code, BINARY, "export", "--db",
                               str(program.database)], env=environment(ASAN_OPTIONS="quarantine_size_mb=1"),
                              capture_output=True, text=True, check=True, timeout=120)
        return int(done.stdout)  # KiB

    texts(program.folder / "texts", 200)
    assert program.load("texts").returncode == 0
    before = peak()
    texts(program.folder / "texts", 2000, seed=SEED + 1)
    assert program.load("texts").returncode == 0
    assert peak() < before + 12 * 1024
