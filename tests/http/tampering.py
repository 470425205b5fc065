# SPDX-License-Identifier: MIT
"""Changes of a database by somebody who seals its pages again, so that what is wrong with
the rows is seen and not that a page is not as it was written."""
import contextlib
import itertools
import sqlite3
import struct

SEAL, BLOCK, LANES, WORD = 8, 64, 8, 2**64 - 1


def mix(total, word):
    total = (total ^ word) * 0x9E3779B97F4A7C15 & WORD
    return total ^ total >> 32


def seal_of(page, number):
    """As src/store/seal.h says."""
    words = struct.unpack(f"<{len(page) // 8}Q", page)
    summed, last = words[:-LANES], words[-LANES:-1]
    total = mix(number, len(page))
    for word in last:
        total = mix(total, word)
    for lane in range(LANES):
        sums = list(itertools.accumulate(summed[lane::LANES]))
        total = mix(mix(total, sums[-1] & WORD), sum(sums) & WORD)
    return struct.pack("<Q", total)


def seal(path):
    """Only pages that need it are written: a daemon may be reading."""
    with open(path, "r+b") as file:
        header = file.read(100)
        size = int.from_bytes(header[16:18], "big")
        if header[20] != SEAL:
            return
        file.seek(0)
        for number, page in enumerate(iter(lambda: file.read(size), b""), 1):
            wanted = seal_of(page, number)
            if page[-SEAL:] != wanted:
                file.seek(number * size - SEAL)
                file.write(wanted)
                file.seek(number * size)


@contextlib.contextmanager
def tampered(path):
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()
    seal(path)
