/* SPDX-License-Identifier: MIT */
/* A file that gets its name only when all of it is there. */
#ifndef TREATFACTS_STORE_PLACE_H
#define TREATFACTS_STORE_PLACE_H

#include <treatfacts/base.h>

/* While it is made it is called path.part and is locked. One that a killed process
 * has left is taken over, so that they do not pile up. */
struct place {
    const char *path; /* borrowed */
    char *part;       /* NULL: ended */
    int fd;           /* of part */
};

/* An empty part beside path, with nothing of SQLite's beside that. TF_BUSY: another
 * process makes one. */
enum tf_status place_begin(const char *path, struct place *out, struct tf_error *error);
/* May the name be given to a new file? Not if one has it already, unless that shall be
 * replaced; then not if a process has it open as a database. Nor if a log lies beside
 * it, which would be taken for the new file's. */
enum tf_status place_check(const char *path, bool replace, struct tf_error *error);
/* Flushes the part to the disk and gives it its name, if that is allowed. The part is
 * there no more, whatever the status. */
enum tf_status place_end(struct place *place, bool replace, struct tf_error *error);
/* Removes the part; nothing after place_end. */
void place_abandon(struct place *place);

/* What SQLite puts beside a database: is path such a name? */
bool place_is_companion(const char *path);
/* Does a log of that suffix lie beside path, with something in it? */
enum tf_status place_find_log(const char *path, const char *suffix, bool *found,
                              struct tf_error *error);
/* Are both there, and one and the same file? */
bool place_is_same(const char *path, const char *other);

#endif
