# SPDX-License-Identifier: MIT
import json
import os
import sqlite3
import subprocess

import pytest

from conftest import BINARY, SAMPLE


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def load_json(program, *paths):
    result = program.load("--json", *paths)
    assert result.returncode == 0, result.stderr
    return lines(result)


def test_first_load_reports_a_new_source_and_its_claims(program):
    result = program.load(program.text("a.txt"))
    assert result.returncode == 0, result.stderr
    report, summary = result.stdout.splitlines()
    assert report.startswith("new ") and "a.txt" in report
    assert "0 kept, 0 moved, 0 gone, 3 new" in report
    assert summary == "1 loaded, 0 unchanged, 0 refused"
    assert result.stderr == ""


def test_loading_five_times_changes_nothing(program):
    program.text("texts/a.txt")
    program.text("texts/deep/b.md")
    assert program.load("texts").returncode == 0
    with sqlite3.connect(program.database) as database:
        before = "\n".join(database.iterdump())
    for _ in range(5):
        result = program.load("texts")
        assert result.returncode == 0
        assert result.stdout.splitlines()[-1] == "0 loaded, 2 unchanged, 0 refused"
    with sqlite3.connect(program.database) as database:
        assert "\n".join(database.iterdump()) == before


def test_changed_text_reports_kept_moved_gone_and_new_claims(program):
    path = program.text("a.txt")
    load_json(program, path)
    program.text("a.txt", SAMPLE.replace("one to two weeks", "three to four weeks")
                 .replace("It can raise", "Nausea is rare.\nIt can raise"))
    (line,) = load_json(program, path)
    assert (line["outcome"], line["revision"]) == ("changed", 2)
    assert line["claims"]["gone"] == 1 and line["claims"]["new"] == 2
    assert line["claims"]["kept"] + line["claims"]["moved"] == 2
    assert line["claims"]["moved"] >= 1
    assert program.verify().returncode == 0


def test_other_metadata_is_an_update_and_no_new_revision(program):
    path = program.text("a.txt")
    load_json(program, path)
    program.text("sources.json", json.dumps({"a.txt": {"publisher": "A clinic"}}))
    (line,) = load_json(program, path)
    assert (line["outcome"], line["revision"]) == ("updated", 1)
    (line,) = load_json(program, path)
    assert line["outcome"] == "unchanged"


def test_folders_are_read_recursively_in_byte_order(program):
    for name in ("b.txt", "B.md", "a/z.txt", "a.txt", "a/b/c.MD", "ignored.html"):
        program.text("texts/" + name)
    assert [line["key"] for line in load_json(program, "texts/")] == \
        ["B.md", "a.txt", "a/b/c.MD", "a/z.txt", "b.txt"]


def test_key_is_the_path_below_the_folder_or_the_name_of_a_single_file(program):
    program.text("texts/sub/a.txt")
    (folder,) = load_json(program, "texts")
    (single,) = load_json(program, "texts/sub/a.txt")
    assert (folder["key"], single["key"]) == ("sub/a.txt", "a.txt")
    assert folder["source"] != single["source"]


def test_manifest_gives_key_and_title(program):
    program.text("texts/sub/a.txt")
    program.text("texts/sources.json",
                 json.dumps({"sub/a.txt": {"key": "guide", "title": "A guide"}}))
    (line,) = load_json(program, "texts")
    assert (line["key"], line["title"]) == ("guide", "A guide")


def test_json_lines_parse_and_the_summary_goes_to_stderr(program):
    result = program.load("--json", program.text("a.txt"))
    assert [line["path"].endswith("a.txt") for line in lines(result)] == [True]
    assert result.stderr == "1 loaded, 0 unchanged, 0 refused\n"


# --- Refusals ---------------------------------------------------------------

def refused(program, *paths, reasons):
    """Exit 1, each reason on standard error, and a database without a flaw."""
    result = program.load(*paths)
    assert result.returncode == 1, result.stdout + result.stderr
    for reason in reasons:
        assert reason in result.stderr
    assert result.stdout.splitlines()[-1].endswith(f"{len(reasons)} refused")
    assert program.verify().returncode == 0
    return result


@pytest.mark.parametrize("content, reason", [
    (b"Ketamine helps.\nIt is \xff fast.\n", "byte offset 22"),
    (b"Ketamine helps.\0\n", "byte offset 15"),
    (b"", "empty"),
    (b" \n\t\n", "empty"),
], ids=["invalid UTF-8", "NUL", "empty", "only white space"])
def test_what_is_no_text_is_refused_and_the_others_go_on(program, content, reason):
    program.text("texts/bad.txt", content)
    program.text("texts/good.txt")
    result = refused(program, "texts", reasons=[reason])
    assert "texts/bad.txt: " in result.stderr
    assert result.stdout.splitlines()[-1] == "1 loaded, 0 unchanged, 1 refused"


def test_text_over_the_limit_is_refused(program):
    program.text("texts/a.txt", "Ketamine helps. " * 100)
    result = refused(program, "--max-file-bytes", "1599", "texts", reasons=["limit of 1599 bytes"])
    assert "a.txt" in result.stderr
    assert program.load("--max-file-bytes", "1600", "texts").returncode == 0


def test_folder_without_texts_is_refused(program):
    program.text("texts/page.html")
    refused(program, "texts", reasons=["texts: no text (.txt or .md) in this folder"])


def test_path_that_is_not_there_is_refused(program):
    refused(program, "nowhere", program.text("a.txt"),
            reasons=["nowhere: No such file or directory"])


def test_file_that_is_no_text_by_name_is_refused(program):
    refused(program, program.text("page.html"), reasons=["must end in .txt or .md"])


def test_pipe_named_like_a_text_is_refused_without_waiting(program):
    program.text("texts/good.txt")
    os.mkfifo(program.folder / "texts" / "pipe.txt")
    refused(program, "texts", reasons=["pipe.txt: not a regular file"])


def test_dangling_link_is_refused(program):
    program.text("texts/good.txt")
    (program.folder / "texts" / "gone.txt").symlink_to("nowhere.txt")
    refused(program, "texts", reasons=["gone.txt: No such file or directory"])


def test_link_out_of_the_folder_is_refused_and_one_inside_is_read(program):
    outside = program.text("outside/secret.txt")
    program.text("texts/good.txt")
    (program.folder / "texts" / "out.txt").symlink_to(outside)
    (program.folder / "texts" / "folder").symlink_to(outside.parent)
    (program.folder / "texts" / "inside.txt").symlink_to("good.txt")
    (program.folder / "texts" / "cycle").symlink_to(".")
    result = refused(program, "texts", reasons=["texts/out.txt: ", "texts/folder: "])
    assert "out of the folder" in result.stderr
    assert result.stdout.splitlines()[-1] == "2 loaded, 0 unchanged, 2 refused"


def test_broken_manifest_refuses_the_folder_with_line_and_column(program):
    program.text("texts/a.txt")
    program.text("texts/sources.json", '{\n  "a.txt": {"title" "x"}\n}\n')
    result = refused(program, "texts", reasons=["sources.json"])
    assert "line 2" in result.stderr and "column" in result.stderr
    assert result.stdout == "0 loaded, 0 unchanged, 1 refused\n"


@pytest.mark.parametrize("entry, word", [
    ({"titel": "x"}, "titel"),
    ({"title": 7}, "title"),
    ({"published": "2025-02-30"}, "published"),
    ({"url": "javascript:alert(1)"}, "url"),
], ids=["unknown member", "wrong type", "no date", "no web address"])
def test_manifest_with_a_wrong_member_names_it(program, entry, word):
    program.text("texts/a.txt")
    program.text("texts/sources.json", json.dumps({"a.txt": entry}))
    result = refused(program, "texts", reasons=["sources.json"])
    assert word in result.stderr


def test_manifest_entry_without_a_text_is_named(program):
    program.text("texts/a.txt")
    program.text("texts/sources.json", json.dumps({"b.txt": {"title": "x"}}))
    refused(program, "texts", reasons=['"b.txt" names no text of the folder'])


def test_two_files_with_one_key_are_both_refused(program):
    program.text("texts/a.txt")
    program.text("texts/b.txt")
    program.text("texts/c.txt")
    program.text("texts/sources.json", json.dumps({"a.txt": {"key": "b.txt"}}))
    result = refused(program, "texts", reasons=["texts/a.txt: has the same key",
                                                "texts/b.txt: has the same key"])
    assert result.stdout.splitlines()[-1] == "1 loaded, 0 unchanged, 2 refused"


def test_one_file_named_twice_is_loaded_once(program):
    path = program.text("a.txt")
    assert program.load(path, path).stdout.splitlines()[-1] == \
        "1 loaded, 0 unchanged, 0 refused"


def test_name_that_is_no_utf8_is_refused(program):
    program.text("texts/good.txt")
    with open(os.fsencode(program.folder / "texts") + b"/\xff.txt", "w") as file:
        file.write(SAMPLE)
    result = program.run("load", "--db", program.database, "texts", errors="replace")
    assert result.returncode == 1
    assert "its key cannot be used" in result.stderr


def test_path_too_long_to_be_a_key_is_refused(program):
    program.text("texts/good.txt")
    program.text("texts/" + "/".join(["d" * 200] * 5) + "/a.txt")
    result = refused(program, "texts", reasons=["a.txt: its key cannot be used: longer than 1000"])
    assert result.stdout.splitlines()[-1] == "1 loaded, 0 unchanged, 1 refused"


def test_control_characters_of_a_name_do_not_reach_the_terminal(program):
    program.text("texts/a\x1b[2Jb.txt")
    program.text("texts/c\x9b2Jd\u00e4.txt")
    result = program.load("texts")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout and "a?[2Jb.txt" in result.stdout
    assert "\x9b" not in result.stdout and "c?2Jd\u00e4.txt" in result.stdout


# --- The database -----------------------------------------------------------

def test_file_that_is_no_database_is_refused_and_left_alone(program):
    program.database.write_bytes(b"not a database, just words\n" * 100)
    before = program.database.read_bytes()
    result = program.load(program.text("a.txt"))
    assert result.returncode == 1
    assert f"{program.database}: not a treatfacts database" in result.stderr
    assert program.database.read_bytes() == before


def test_database_of_another_program_is_refused_and_left_alone(program):
    with sqlite3.connect(program.database) as database:
        database.execute("CREATE TABLE mine (x)")
    before = program.database.read_bytes()
    result = program.load(program.text("a.txt"))
    assert result.returncode == 1 and "another program" in result.stderr
    assert program.database.read_bytes() == before


def test_newer_database_is_refused(program):
    program.load(program.text("a.txt"))
    database = sqlite3.connect(program.database)
    database.execute("PRAGMA user_version = 9999")
    database.commit()
    database.close()
    for command in ("load", "verify", "rebuild", "migrate", "serve"):
        arguments = ["a.txt"] if command == "load" else []
        result = program.run(command, "--db", program.database, *arguments)
        assert result.returncode == 1, command
        assert "newer" in result.stderr, command


def test_folder_that_cannot_be_written_is_named(program):
    result = program.run("load", "--db", "/proc/facts.db", program.text("a.txt"))
    assert result.returncode == 1
    assert "/proc/facts.db" in result.stderr


def test_folder_of_the_database_that_is_not_there_is_told(program):
    result = program.run("load", "--db", "nowhere/facts.db", program.text("a.txt"))
    assert result.returncode == 1
    assert "nowhere/facts.db: " in result.stderr and "No such file or directory" in result.stderr


def test_damaged_lexicon_is_refused_with_file_and_line(program):
    program.text("lexicon/treatments.tsv", "ketamine\n")
    result = program.load("--lexicon", "lexicon", program.text("a.txt"))
    assert result.returncode == 1
    assert "lexicon" in result.stderr and not program.database.exists()


@pytest.fixture
def small_disk(tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount],
                          capture_output=True)
    if done.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    yield mount
    subprocess.run(["umount", mount], check=True)


def test_full_disk_is_told_and_leaves_whole_sources(program, small_disk):
    for i in range(200):
        program.text(f"texts/{i:03}.txt", SAMPLE.replace("2 to 24", f"{i + 1} to {i + 300}"))
    database = small_disk / "facts.db"
    result = program.run("load", "--db", database, "texts")
    assert result.returncode == 1
    assert "full" in result.stderr or "space" in result.stderr
    loaded = int(result.stdout.splitlines()[-1].split()[0])
    assert 0 < loaded < 200
    # Verified elsewhere: a full disk has no room for SQLite's own files.
    for part in small_disk.iterdir():
        (program.folder / part.name).write_bytes(part.read_bytes())
    result = program.verify()
    assert result.returncode == 0, result.stdout + result.stderr
    with sqlite3.connect(program.database) as copy:
        assert copy.execute("SELECT count(*) FROM source").fetchone()[0] == loaded


def test_kill_at_any_moment_leaves_a_whole_database(program):
    for i in range(60):
        program.text(f"texts/{i:03}.txt", SAMPLE.replace("2 to 24", f"{i + 1} to {i + 300}"))
    counts = set()
    for delay in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6):
        process = program.start("load", "--db", program.database, "texts",
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if program.database.exists() and program.database.stat().st_size:
            # The first moments may leave a database that has no schema yet.
            result = program.verify()
            if result.returncode != 0:
                assert "migrat" in result.stderr or "not a treatfacts" in result.stderr, \
                    result.stdout + result.stderr
            else:
                with sqlite3.connect(program.database) as database:
                    counts.add(database.execute("SELECT count(*) FROM source").fetchone()[0])
        if program.database.exists():
            for part in program.folder.glob("facts.db*"):
                part.unlink()
    assert counts, "no kill came after the schema was made"
    assert program.load("texts").returncode == 0
    assert program.verify().returncode == 0


def test_loads_of_one_source_at_the_same_time_all_succeed(program):
    """Between comparing and writing another load may change the source."""
    program.text("one/t.txt")
    program.text("two/t.txt", SAMPLE + "It is given by a nurse.\n")
    assert program.load("one").returncode == 0
    for _ in range(8):
        started = [program.start("load", "--db", program.database, folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for folder in ("one", "two", "one", "two")]
        for process in started:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
    assert program.verify().returncode == 0


def test_file_that_may_not_grow_is_an_error_and_not_the_end(program):
    """A limit of file sizes (RLIMIT_FSIZE) sends a signal that kills by default."""
    limit = ["prlimit", f"--fsize={64 * 1024}", BINARY, "load", "--db", program.database]
    done = subprocess.run([*limit, program.text("a.txt")], text=True, capture_output=True,
                          timeout=60)
    assert done.returncode == 1
    assert "facts.db: " in done.stderr
    assert program.load(program.folder / "a.txt").returncode == 0
    assert program.verify().returncode == 0
