# SPDX-License-Identifier: MIT
import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import BINARY, ROOT, SAMPLE, environment

COMMANDS = ["load", "serve", "extract", "verify", "rebuild", "migrate", "export",
            "backup", "restore", "healthcheck", "version", "help"]


# --- extract ----------------------------------------------------------------

def test_extract_prints_the_same_bytes_under_any_environment(program):
    path = program.text("a.txt")
    first = program.run("extract", path)
    assert first.returncode == 0, first.stderr
    for env in ({"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "C", "TZ": "Asia/Tokyo"}, {"HOME": "/"}):
        assert program.run("extract", path, env=env).stdout == first.stdout


def test_extract_gives_spans_that_are_the_exact_words(program):
    text = "Café: 😀 talk.\n\n" + SAMPLE
    facts = json.loads(program.run("extract", program.text("a.txt", text)).stdout)
    assert facts["source"]["characters"] == len(text)
    assert facts["source"]["bytes"] == len(text.encode())
    spans = [span for claim in facts["claims"] for span in claim["spans"]]
    assert len(spans) >= 3
    for span in spans:
        assert text[span["start"]:span["end"]] == span["exact"]
        assert text.encode()[span["byte_start"]:span["byte_end"]].decode() == span["exact"]


def test_extract_has_the_ids_that_the_loader_stores(program):
    path = program.text("a.txt")
    ids = {claim["id"] for claim in json.loads(program.run("extract", path).stdout)["claims"]}
    program.load(path)
    with sqlite3.connect(program.database) as database:
        stored = {row[0].hex() for row in database.execute("SELECT id FROM claim")}
    assert ids and {claim.replace("-", "") for claim in ids} == stored


def test_extract_times_tells_which_expressions_became_windows(program):
    result = program.run("extract", "--times", program.text("a.txt"))
    assert result.returncode == 0, result.stderr
    times = json.loads(result.stdout)["times"]
    assert "2 to 24 hours" in " ".join(time["text"] for time in times)
    assert {"start", "end", "text", "window", "reason"} <= set(times[0])


def test_extract_goes_on_after_a_file_it_cannot_read(program):
    result = program.run("extract", "missing.txt", program.text("a.txt"))
    assert result.returncode == 1
    assert "missing.txt: No such file" in result.stderr
    assert json.loads(result.stdout)["claims"]


def test_extract_names_the_byte_of_bad_utf8(program):
    result = program.run("extract", program.text("a.txt", b"It \xc3( helps."))
    assert result.returncode == 1 and result.stdout == ""
    assert "a.txt: " in result.stderr and "byte offset 3" in result.stderr


# --- verify, rebuild, migrate -----------------------------------------------

def test_verify_counts_the_spans_it_read_again(program):
    program.load(program.text("a.txt"))
    result = program.verify()
    assert result.returncode == 0
    count = re.fullmatch(r".*: (\d+) spans re-read, 0 findings\n", result.stdout)
    assert int(count.group(1)) >= 3


def test_verify_finds_a_changed_text(program):
    program.load(program.text("a.txt"))
    with sqlite3.connect(program.database) as database:
        database.execute("UPDATE text SET bytes = CAST(replace(CAST(bytes AS TEXT),"
                         " 'ease', 'cure') AS BLOB)")
    result = program.verify()
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) >= 2
    assert " 0 findings" not in result.stdout


def test_verify_finds_a_full_text_index_that_lags_behind(program):
    program.load(program.text("a.txt"))
    with sqlite3.connect(program.database) as database:
        database.execute("INSERT INTO claim_fts (claim_fts) VALUES ('delete-all')")
    result = program.verify()
    assert result.returncode == 1
    assert "full-text index of claims" in result.stdout


def test_verify_of_a_read_only_file_says_what_it_leaves_out(program):
    program.load(program.text("a.txt"))
    program.database.chmod(0o444)
    if os.access(program.database, os.W_OK):
        pytest.skip("this user may write read-only files")
    result = program.verify()
    assert result.returncode == 0 and " 0 findings" in result.stdout
    assert "full-text index is not checked" in result.stderr


def test_verify_needs_a_database(program):
    result = program.verify()
    assert result.returncode == 1
    assert str(program.database) in result.stderr and not program.database.exists()


def test_verify_leaves_the_log_of_a_foreign_database_alone(program):
    with sqlite3.connect(program.database) as foreign:
        foreign.execute("PRAGMA journal_mode = WAL")
        foreign.execute("CREATE TABLE notes (words TEXT)")
    log = program.database.with_name(program.database.name + "-wal")
    held = log.read_bytes()
    assert held
    result = program.verify()
    assert result.returncode == 1 and "not of treatfacts" in result.stderr
    assert log.read_bytes() == held
    foreign.close()


def test_rebuild_gives_the_same_claims_anew(program):
    program.load(program.text("a.txt"))
    result = program.run("rebuild", "--db", program.database, "--json")
    assert result.returncode == 0, result.stderr
    (line,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert line["outcome"] == "rederived"
    assert line["claims"]["kept"] == 3
    assert line["claims"]["gone"] == line["claims"]["new"] == line["claims"]["moved"] == 0
    assert program.verify().returncode == 0


def test_migrate_makes_nothing_of_a_current_database(program):
    program.load(program.text("a.txt"))
    result = program.run("migrate", "--db", program.database)
    assert result.returncode == 0
    assert result.stdout.endswith("0 migrations applied\n")


def test_migrate_refuses_what_is_not_there(program):
    result = program.run("migrate", "--db", program.database)
    assert result.returncode == 1 and str(program.database) in result.stderr


# --- version, help, usage ---------------------------------------------------

def test_version_names_every_part(program):
    result = program.run("version")
    assert result.returncode == 0
    names = [line.split()[0] for line in result.stdout.splitlines()]
    assert names == ["treatfacts", "extractor", "lexicon", "schema", "sqlite", "jansson",
                     "libmicrohttpd"]
    assert all(len(line.split()) == 2 for line in result.stdout.splitlines())
    assert list(json.loads(program.run("version", "--json").stdout)) == names


def test_help_lists_every_command(program):
    result = program.run("help")
    assert result.returncode == 0 and result.stderr == ""
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    assert program.run("--help").stdout == result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_the_same_both_ways(program, command):
    asked = program.run("help", command)
    assert asked.returncode == 0
    assert asked.stdout.startswith(f"usage: treatfacts {command} ")
    assert program.run(command, "--help").stdout == asked.stdout


def test_readme_has_the_table_of_settings(program):
    table = program.run("help", "--markdown").stdout
    assert table.startswith("| option | variable |")
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments, words", [
    ([], ["usage: treatfacts"]),
    (["fly"], ["unknown command", '"fly"']),
    (["load"], ["load: missing argument", "usage: treatfacts load"]),
    (["extract"], ["extract: missing argument", "usage: treatfacts extract"]),
    (["verify", "x"], ["unexpected argument: x", "usage: treatfacts verify"]),
    (["load", "--fast", "x"], ["unknown option", '"--fast"']),
    (["extract", "--db", "x", "y"], ["unknown option", '"--db"']),
    (["load", "x", "--db"], ["--db: needs a value: FILE"]),
    (["load", "--db=", "x"], ["--db:", "a path"]),
    (["load", "--json=1", "x"], ["--json: takes no value"]),
    (["load", "--max-file-bytes", "0", "x"], ["--max-file-bytes", '"0"', "from 1 to 67108864"]),
    (["load", "--max-file-bytes", "1e3", "x"], ['"1e3"', "from 1 to 67108864"]),
    (["serve", "--threads", "-1"], ['"-1"', "from 1 to 64"]),
    (["serve", "--threads", "99999999999999999999999"], ["--threads", "from 1 to 64"]),
    (["serve", "--listen", "localhost:80"], ["--listen", '"localhost:80"', "127.0.0.1:8080"]),
    (["serve", "--listen", "127.0.0.1:65536"], ["--listen"]),
    (["serve", "--listen", "::1:80"], ["--listen", "[::1]:8080"]),
    (["serve", "--log-level", "loud"], ['"loud"', "debug, info, warn, error, off"]),
    (["help", "fly"], ['"fly"']),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_wrong_usage_is_named_and_exits_with_2(program, arguments, words):
    result = program.run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def test_bad_environment_variable_is_named(program):
    result = program.run("serve", env={"TREATFACTS_THREADS": "many"})
    assert result.returncode == 2
    assert 'TREATFACTS_THREADS: "many"' in result.stderr and "from 1 to 64" in result.stderr


def test_command_line_wins_over_environment_and_that_over_the_default(program):
    path = program.text("a.txt")
    program.run("load", path)
    program.run("load", path, env={"TREATFACTS_DB": "variable.db"})
    program.run("load", path, "--db=flag.db", env={"TREATFACTS_DB": "other.db"})
    made = {file.name for file in program.folder.glob("*.db")}
    assert made == {"treatfacts.db", "variable.db", "flag.db"}


def test_arguments_after_two_dashes_are_no_options(program):
    program.text("--db.txt")
    assert program.load("--", "--db.txt").returncode == 0


# --- Settings as they are used ----------------------------------------------

SETTING = re.compile(r"(TREATFACTS_\w+)=(.*)  # (--[a-z-]+), "
                     r"(command line|environment|default|not set)")


def settings(result):
    """Variable -> (value as printed, option, where from)."""
    assert (result.returncode, result.stderr) == (0, "")
    found = [SETTING.fullmatch(line) for line in result.stdout.splitlines()]
    assert found and all(found)
    return {match[1]: match.groups()[1:] for match in found}


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_print_config_has_every_setting_of_the_command(program, command):
    rows = [[cell.strip(" `") for cell in line.split(" | ")]
            for line in program.run("help", "--markdown").stdout.splitlines()[2:]]
    wanted = {row[1]: row[0].lstrip("| `").split()[0] for row in rows
              if command in row[4].split(", ")}
    printed = settings(program.run(command, "--print-config"))
    assert {variable: option for variable, (_, option, _) in printed.items()} == wanted
    assert list(program.folder.iterdir()) == []


def test_print_config_tells_where_each_value_comes_from(program):
    env = {"TREATFACTS_THREADS": "2", "TREATFACTS_MAX_AGE": "60", "TREATFACTS_DB": ""}
    printed = settings(program.run("serve", "--max-age=9", "--print-config", env=env))
    assert printed["TREATFACTS_MAX_AGE"] == ("9", "--max-age", "command line")
    assert printed["TREATFACTS_THREADS"] == ("2", "--threads", "environment")
    assert printed["TREATFACTS_DB"] == ("treatfacts.db", "--db", "default")
    assert printed["TREATFACTS_LEXICON"] == ("", "--lexicon", "not set")


@pytest.mark.parametrize("name", ["it's a $HOME `ls` \"x\" \\.db", "*", "a  # --db", "é😀.db", "~"])
def test_a_shell_reads_back_what_print_config_printed(program, name):
    told = program.run("serve", "--db", name, "--cors-origin", "*", "--print-config").stdout
    program.text("serve.env", told)
    again = program.run("serve", "--print-config", env=read_by_shell(program, "serve.env"))
    line = [line for line in told.splitlines() if line.startswith("TREATFACTS_DB=")][0]
    assert line.removesuffix("command line") + "environment" in again.stdout.splitlines()


def read_by_shell(program, file):
    command = f"set -a; . ./{file}; env -0"
    out = subprocess.run(["sh", "-c", command], cwd=program.folder, env=environment(),
                         capture_output=True, check=True).stdout.decode()
    found = dict(item.split("=", 1) for item in out.split("\0") if "=" in item)
    return {k: v for k, v in found.items() if k.startswith("TREATFACTS_")}


def test_print_config_refuses_a_bad_value(program):
    result = program.run("serve", "--print-config", "--threads", "many")
    assert (result.returncode, result.stdout) == (2, "")
    assert '--threads: "many"' in result.stderr and "from 1 to 64" in result.stderr


# --- Output that is lost ----------------------------------------------------

def test_full_standard_output_is_an_error(program):
    with open("/dev/full", "w") as full:
        result = program.run("help", stdout=full)
    assert result.returncode == 1
    assert "standard output: No space left on device" in result.stderr


def test_closed_pipe_is_an_error_and_the_load_is_done_all_the_same(program):
    path = program.text("a.txt")
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as closed:
        result = program.load(path, stdout=closed)
    assert result.returncode == 1
    assert "standard output: Broken pipe" in result.stderr
    assert "unchanged" in program.load(path).stdout


# --- Progress ---------------------------------------------------------------

def run_on_terminal(program, *arguments, terminal="xterm"):
    """Standard error as a terminal shows it; standard output stays a pipe."""
    try:
        master, slave = pty.openpty()
    except OSError:
        pytest.skip("this machine has no pseudo-terminals")
    process = subprocess.Popen([BINARY, *map(str, arguments)], cwd=program.folder,
                               stdout=subprocess.DEVNULL, stderr=slave,
                               env=environment(TERM=terminal))
    os.close(slave)
    shown = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(master)
    assert process.wait(60) == 0
    return shown.decode()


def test_progress_is_drawn_on_a_terminal_and_erased(program):
    for i in range(40):
        program.text(f"texts/{i:02}.txt", SAMPLE * 4)
    started = time.monotonic()
    shown = run_on_terminal(program, "load", "--db", program.database, "texts")
    seconds = time.monotonic() - started
    drawn = re.findall(r"\r\[[#.]+\] (\d+)/40 files  .*?/s", shown)
    assert drawn
    assert len(drawn) <= 2 + seconds * 10
    assert shown.endswith("\r\x1b[K")


def test_progress_is_not_drawn_in_a_pipe_or_on_a_dumb_terminal(program):
    program.text("texts/a.txt")
    assert program.load("texts", env={"TERM": "xterm"}).stderr == ""
    program.database.unlink()
    assert run_on_terminal(program, "load", "--db", program.database, "texts",
                           terminal="dumb") == ""


# --- serve, healthcheck -----------------------------------------------------

class Daemon:
    def __init__(self, program, *arguments):
        self.process = program.start("serve", "--db", program.database, "--listen",
                                     "127.0.0.1:0", *arguments, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE)
        self.log = []
        self.port = None
        patience = threading.Timer(30, self.process.kill)
        patience.start()
        while self.port is None:
            line = self.process.stderr.readline()
            assert line, "the daemon did not say that it listens"
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == "listening":
                self.port = self.log[-1]["port"]
        patience.cancel()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=30)
        self.log += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_cleanly_on_a_signal(program, number):
    program.load(program.text("a.txt"))
    daemon = Daemon(program)
    assert daemon.stop(number) == 0
    assert [line["event"] for line in daemon.log][-2:] == ["stopping", "stopped"]
    assert program.verify().returncode == 0


def test_serve_makes_an_empty_database_that_is_ready(program):
    daemon = Daemon(program)
    try:
        result = program.run("healthcheck", "--listen", f"127.0.0.1:{daemon.port}")
        assert result.returncode == 0, result.stderr
        # A daemon that listens everywhere is asked on the loopback.
        assert program.run("healthcheck",
                           env={"TREATFACTS_LISTEN": f"0.0.0.0:{daemon.port}"}).returncode == 0
    finally:
        assert daemon.stop() == 0
    assert program.verify().returncode == 0


def test_serve_names_an_address_in_use(program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = program.run("serve", "--db", program.database, "--listen", f"127.0.0.1:{port}")
    assert result.returncode == 1
    assert str(port) in result.stderr and "in use" in result.stderr


def test_healthcheck_fails_where_nobody_listens(program):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = program.run("healthcheck", "--listen", f"127.0.0.1:{port}")
    assert result.returncode == 1
    assert "Connection refused" in result.stderr


@pytest.mark.parametrize("answer, reason", [
    (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "status 503"),
    (b"SSH-2.0-something\r\n", "no answer"),
    (None, "no answer"),
], ids=["not ready", "another protocol", "silent"])
def test_healthcheck_fails_when_the_answer_is_not_200(program, answer, reason):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve():
            connection, _ = server.accept()
            with connection:
                assert connection.recv(1000).startswith(b"GET /readyz HTTP/1.1\r\n")
                if answer:
                    connection.sendall(answer)
                else:
                    time.sleep(1.5)

        thread = threading.Thread(target=serve)
        thread.start()
        started = time.monotonic()
        result = program.run("healthcheck", "--timeout-seconds", "1", "--listen",
                             f"127.0.0.1:{server.getsockname()[1]}")
        seconds = time.monotonic() - started
        thread.join()
    assert result.returncode == 1 and reason in result.stderr
    assert seconds < 5
