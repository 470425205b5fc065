# SPDX-License-Identifier: MIT
"""A daemon over what a killed process has left of a new database."""
import signal
import subprocess

from conftest import Control, PLAIN, first_line, in_parallel


def test_daemon_that_was_killed_while_it_made_its_database_starts_again(program, control):
    serve = [PLAIN, "serve", "--listen", "127.0.0.1:0", "--db"]

    def start(change):
        folder = program.folder / f"place-{change}"
        folder.mkdir()
        own = Control(folder)
        own.set(change=change)
        process = subprocess.Popen([*serve, folder / "facts.db"], env=own.environment,
                                   stderr=subprocess.PIPE, text=True)
        line = first_line(process)
        changes = own.get("changes")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        return folder / "facts.db", "listening" in line, changes

    _, listening, changes = start(0)
    assert listening and changes > 20
    # Each of the first, which make the file, and of the others some.
    chosen = [*range(1, 16), *range(16, changes, max(1, changes // 25))]
    done = in_parallel(start, chosen)
    assert not any(listening for _, listening, _ in done)

    def start_again(database):
        process = subprocess.Popen([*serve, database], stderr=subprocess.PIPE, text=True)
        line = first_line(process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        return line

    for line in in_parallel(start_again, [database for database, _, _ in done]):
        assert "listening" in line, line
