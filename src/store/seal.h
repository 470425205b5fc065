/* SPDX-License-Identifier: MIT */
/*
 * Pages that are sealed: the last eight bytes of each page of a database file, which
 * SQLite leaves to whoever reserves them (Database File Format, 1.3.4), hold a checksum
 * of the others and of the page's number. It is made when a page is written to the file
 * and compared when it is read from there, so that what a disk or a copy has changed is
 * an error (SQLITE_IOERR_DATA) and never an answer. Pages in the log have the checksums
 * of the log until they come into the file. The sum has no key: it finds accidents, not
 * intent.
 *
 * Only databases made so are sealed; others cannot tell. Any SQLite may read them, but
 * a page that it writes keeps a seal that no longer fits.
 */
#ifndef TREATFACTS_STORE_SEAL_H
#define TREATFACTS_STORE_SEAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEAL_BYTES = 8 };

/* Of a page of so many bytes, a multiple of 64; pages are counted from 1. In the file it
 * is little-endian, as are the words that are summed. */
uint64_t seal_of(const unsigned char *page, size_t size, uint32_t number);
/* Puts it there; and is it there? */
void seal_page(unsigned char *page, size_t size, uint32_t number);
bool seal_fits(const unsigned char *page, size_t size, uint32_t number);

/* The name of the VFS that seals and compares, registered with the first call; NULL
 * when there is no memory. From any thread. */
const char *seal_vfs(void);

/* Before the first page of a new file is written: seal what comes; nothing for a file
 * that is not new. A copy is sealed where its database is (seal_is_used). */
int seal_use(sqlite3 *db);
bool seal_is_used(sqlite3 *db);

/* Seals anew what is in a file that nobody else has open, whoever wrote it; nothing where
 * pages are not sealed. False: errno says why not. */
bool seal_file(int fd);

#endif
