/* SPDX-License-Identifier: MIT */
/*
 * base: what every other room stands on. Status and error, slices, arena,
 * buffer, ids, digest, embedded files, log, clock.
 *
 * Threads: nothing here is global except the log (any thread) and the
 * embedded files (constant). An arena or a buffer belongs to one thread.
 *
 * Ownership is in the verb: _new/_free own heap memory, _init/_clear own what
 * is inside a struct of the caller's, _find borrows.
 */
#ifndef TREATFACTS_BASE_H
#define TREATFACTS_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* --- Status -------------------------------------------------------------- */

/* Every fallible function returns one of these; outputs come last and are left
 * alone on failure. NAME, word for messages and logs. */
#define TF_STATUS_MAP(X)                                                                           \
    X(OK, "ok")                                                                                    \
    X(NO_MEMORY, "out of memory")                                                                  \
    X(USAGE, "wrong usage")                                                                        \
    X(INPUT, "bad input")                                                                          \
    X(TOO_LARGE, "too large")                                                                      \
    X(IO, "input/output error")                                                                    \
    X(NOT_FOUND, "not found")                                                                      \
    X(PARAMETER, "bad parameter")                                                                  \
    X(DATABASE, "database error")                                                                  \
    X(FOREIGN, "not a treatfacts database")                                                        \
    X(NEWER, "database is newer than this program")                                                \
    X(OLDER, "database needs migration")                                                           \
    X(CORRUPT, "damaged data")                                                                     \
    X(BUSY, "busy")                                                                                \
    X(TIMEOUT, "took too long")                                                                    \
    X(FULL, "no space left")                                                                       \
    X(READ_ONLY, "read-only")                                                                      \
    X(INTERNAL, "internal error")

enum tf_status {
#define X(name, word) TF_##name,
    TF_STATUS_MAP(X)
#undef X
        TF_STATUS__MAX
};

/* "out of memory" and so on; never NULL. */
const char *tf_status_word(enum tf_status status);

/* The detail of a failure, set once where it arises. The message is one
 * sentence in English without a trailing full stop and names the file, place
 * and reason; it may quote input, so it is never used as a format. */
struct tf_error {
    enum tf_status status;
    char message[1024];
};

/* Formats the detail and returns status, so that a function can end with
 * `return tf_error_set(error, TF_INPUT, ...)`. error may be NULL. A message
 * that does not fit ends in "...". */
enum tf_status tf_error_set(struct tf_error *error, enum tf_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For programmer errors only, never for input or database content; not
 * compiled away in release builds. */
#define TF_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : tf_assert_failed(#condition, __FILE__, __LINE__))
_Noreturn void tf_assert_failed(const char *condition, const char *file, int line);

/* --- Slices -------------------------------------------------------------- */

/* A borrowed run of bytes; not NUL-terminated. data may be NULL only where
 * "absent" (null in JSON) is meant; the empty string has data != NULL. */
struct tf_str {
    const char *data;
    size_t size;
};

#define TF_STR(literal) ((struct tf_str){"" literal, sizeof(literal) - 1})
#define TF_STR_NULL ((struct tf_str){NULL, 0})
/* For printf's "%.*s". */
#define TF_STR_ARG(str) ((int)(str).size), ((str).data ? (str).data : "")

struct tf_str tf_str_of(const char *nul_terminated);  /* NULL gives TF_STR_NULL */
int tf_str_compare(struct tf_str a, struct tf_str b); /* by bytes, as strcmp; neither absent */

/* Absent equals absent only. */
static inline bool tf_str_equal(struct tf_str a, struct tf_str b)
{
    if (!a.data || !b.data)
        return !a.data && !b.data;
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Inline, so that against a literal nothing is left to call. */
static inline bool tf_str_is(struct tf_str a, const char *nul_terminated)
{
    return a.data && a.size == strlen(nul_terminated) &&
           memcmp(a.data, nul_terminated, a.size) == 0;
}

struct tf_str tf_str_trim(struct tf_str s); /* ASCII white space off both ends */
/* What stands before the first separator, trimmed; the list goes on behind it. Absent
 * when it is used up: "a," are two, the other one empty. */
struct tf_str tf_str_cut(struct tf_str *list, char separator);

/* The decimal digits of a number, without a NUL; gives how many. */
#define TF_DIGITS_MAX 20
size_t tf_digits(uint64_t number, char out[TF_DIGITS_MAX]);

/* Length of the valid UTF-8 sequence (RFC 3629) that the left > 0 bytes at p
 * begin with; 0: there is none. */
size_t tf_utf8_length(const char *p, size_t left);
/* In valid UTF-8: does a code point begin with this byte; how many are there. */
bool tf_utf8_starts(char byte);
size_t tf_utf8_count(const char *p, size_t size);

/* An array of slices, of codes mostly; sorted only where said. */
struct tf_strs {
    struct tf_str *v;
    size_t n, cap;
};

bool tf_strs_contain(const struct tf_strs *list, struct tf_str s);

/* --- Arena --------------------------------------------------------------- */

/*
 * Memory with one lifetime: one arena a request, one a source. Allocation
 * cannot be undone but all at once. The first failure (out of memory or over
 * the limit) is remembered; after it every allocation returns NULL, so code
 * that fills many small things checks tf_arena_failed once at its end.
 */
struct tf_arena;

/* limit: bytes the arena may take in all, 0 for no limit. NULL: no memory. */
struct tf_arena *tf_arena_new(size_t limit);
void tf_arena_free(struct tf_arena *arena); /* NULL is fine */
/* Forgets everything but keeps the newest block that is not out of proportion: for
 * a thread that reuses it. */
void tf_arena_reset(struct tf_arena *arena);
bool tf_arena_failed(const struct tf_arena *arena);
/* For memory that was lacking elsewhere, for what was to go into the arena. */
void tf_arena_fail(struct tf_arena *arena);

/* Zeroed memory, aligned for any type; NULL once the arena has failed. */
void *tf_arena_alloc(struct tf_arena *arena, size_t size) __attribute__((malloc));
#define TF_NEW(arena, type) ((type *)tf_arena_alloc((arena), sizeof(type)))
#define TF_NEW_ARRAY(arena, type, count)                                                           \
    ((type *)tf_arena_alloc_array((arena), (count), sizeof(type)))
void *tf_arena_alloc_array(struct tf_arena *arena, size_t count, size_t size);

/* Copies; the copy is NUL-terminated. TF_STR_NULL copies to TF_STR_NULL. On
 * failure the empty string. */
struct tf_str tf_arena_str(struct tf_arena *arena, struct tf_str s);
struct tf_str tf_arena_printf(struct tf_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends a zeroed item to a list {T *v; size_t n, cap;} that lives in the
 * arena and gives a pointer to it; NULL once the arena has failed. Pointers
 * to earlier items become stale. */
#define TF_PUSH(arena, list)                                                                       \
    ((__typeof__((list)->v))((list)->n < (list)->cap                                               \
                                 ? memset(&(list)->v[(list)->n++], 0, sizeof *(list)->v)           \
                                 : tf_arena_push((arena), &(list)->v, &(list)->n, &(list)->cap,    \
                                                 sizeof *(list)->v)))
/* Room for so many items in an empty list, where the number can be guessed. */
#define TF_RESERVE(arena, list, count)                                                             \
    tf_arena_reserve((arena), &(list)->v, &(list)->cap, (count), sizeof *(list)->v)
void tf_arena_reserve(struct tf_arena *arena, void *items, size_t *cap, size_t count, size_t size);
void *tf_arena_push(struct tf_arena *arena, void *items, size_t *n, size_t *cap, size_t size);
void tf_strs_push(struct tf_arena *arena, struct tf_strs *list, struct tf_str s);

/* --- Buffer -------------------------------------------------------------- */

/* A growing byte string on the heap with a sticky failure: after the first
 * one appends do nothing. data is NUL-terminated when size > 0. */
struct tf_buf {
    char *data;
    size_t size, cap;
    size_t limit; /* grows to no more; 0: to any size */
    bool failed;
    bool full;                                         /* failed because of the limit */
    bool (*drain)(void *context, struct tf_str bytes); /* NULL: none */
    void *context;
};

void tf_buf_init(struct tf_buf *buf);
/* A buffer that hands on what it holds when that gets large, and forgets it, so
 * that an output of any length takes little memory. drain gives false when it
 * could not take the bytes: the buffer has failed. */
void tf_buf_init_drained(struct tf_buf *buf, bool (*drain)(void *context, struct tf_str bytes),
                         void *context);
void tf_buf_drain(struct tf_buf *buf); /* hands on the rest; nothing without a drain */
void tf_buf_clear(struct tf_buf *buf); /* frees; buf can be used anew */
/* Where so many bytes, and a NUL, may be written by the caller, who then tells where
 * they end: for what is put together in place. NULL: failed. */
char *tf_buf_grow(struct tf_buf *buf, size_t size);
static inline char *tf_buf_room(struct tf_buf *buf, size_t size)
{
    if (size >= buf->cap - buf->size || buf->drain || buf->failed)
        return tf_buf_grow(buf, size);
    return buf->data + buf->size;
}
static inline void tf_buf_took(struct tf_buf *buf, char *end)
{
    *end = '\0';
    buf->size = (size_t)(end - buf->data);
}
void tf_buf_grow_add(struct tf_buf *buf, const void *data, size_t size);
/* Answers are made of thousands of small pieces: where there is room nothing is
 * left but the copy. */
static inline void tf_buf_add(struct tf_buf *buf, const void *data, size_t size)
{
    if (size == 0 || size >= buf->cap - buf->size || buf->drain || buf->failed) {
        tf_buf_grow_add(buf, data, size);
        return;
    }
    memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}
void tf_buf_add_str(struct tf_buf *buf, struct tf_str s);
void tf_buf_add_text(struct tf_buf *buf, const char *nul_terminated);
static inline void tf_buf_add_char(struct tf_buf *buf, char c)
{
    tf_buf_add(buf, &c, 1);
}
void tf_buf_add_number(struct tf_buf *buf, uint64_t number); /* in decimal digits */
void tf_buf_printf(struct tf_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends s as a JSON string with its quotes; bytes that are not UTF-8 become
 * U+FFFD. For the log; answers are made in resource/. */
void tf_buf_add_json(struct tf_buf *buf, struct tf_str s);
struct tf_str tf_buf_str(const struct tf_buf *buf); /* borrows until the next append */
/* Moves what was put together in a buffer, which is cleared, into an arena: with it its
 * failure, so that nobody takes a part for the whole. */
struct tf_str tf_buf_move(struct tf_buf *buf, struct tf_arena *arena);

/* --- Ids and digests ----------------------------------------------------- */

struct tf_uuid {
    unsigned char b[16];
};

#define TF_UUID_TEXT 37 /* with the NUL */

/* Name-based UUID (RFC 9562, version 5) under the service's own namespace:
 * the same kind and parts give the same id everywhere. Parts are joined
 * unambiguously (each with its length). */
struct tf_uuid tf_uuid_of(const char *kind, const struct tf_str *parts, size_t count);
/* Two digits for each byte, in lower case, without a NUL; returns their end. */
char *tf_hex(char *out, const unsigned char *bytes, size_t count);
void tf_uuid_format(struct tf_uuid id, char out[TF_UUID_TEXT]); /* lower case */
bool tf_uuid_parse(struct tf_str s, struct tf_uuid *out);       /* any case, 36 characters */
bool tf_uuid_equal(struct tf_uuid a, struct tf_uuid b);
/* For qsort and bsearch of ids, or of structs that begin with one. */
int tf_uuid_order(const void *a, const void *b);

#define TF_DIGEST_TEXT 65 /* SHA-256 in hex, with the NUL */
void tf_digest(const void *data, size_t size, char out[TF_DIGEST_TEXT]);

/* 128 bits in hex: the same for the same bytes, everywhere and always, and other
 * ones for other bytes but for one chance in 2^120. Against accidents: who wants
 * two contents with one fingerprint can make them. */
#define TF_FINGERPRINT_TEXT 33 /* with the NUL */
void tf_fingerprint(const void *data, size_t size, char out[TF_FINGERPRINT_TEXT]);

/* --- Embedded files ------------------------------------------------------ */

struct tf_embedded {
    const char *name; /* path in the repository, e.g. "migrations/0001-core.sql" */
    const char *data;
    size_t size;
};

/* Sorted by name; the last has name == NULL. */
extern const struct tf_embedded tf_embedded_files[];
const struct tf_embedded *tf_embedded_find(const char *name); /* NULL: none */

/* --- Files --------------------------------------------------------------- */

/* Reads a whole regular file. More than limit bytes: TF_TOO_LARGE. */
enum tf_status tf_file_read(const char *path, size_t limit, struct tf_buf *out,
                            struct tf_error *error);

/* --- Clock --------------------------------------------------------------- */

#define TF_TIME_TEXT 25 /* "2025-03-31T09:15:02.123Z" and the NUL */
void tf_clock_utc(char out[TF_TIME_TEXT]);
uint64_t tf_clock_monotonic_ns(void);
/* Is there such a day in the Gregorian calendar, from year 1 on? */
bool tf_date_valid(int year, int month, int day);

/* --- Log ----------------------------------------------------------------- */

/* One JSON object a line on standard error: time, level, event, then the
 * fields in the order given. A line of up to PIPE_BUF bytes is written with one
 * write(2). Any thread may log, and none ever waits for standard error: a line that
 * it does not take at once is dropped and counted. */
enum tf_log_level { TF_LOG_DEBUG, TF_LOG_INFO, TF_LOG_WARN, TF_LOG_ERROR, TF_LOG_OFF };

void tf_log_set_level(enum tf_log_level level);
bool tf_log_shows(enum tf_log_level level); /* for what costs something to put together */

uint64_t tf_log_dropped(void); /* lines, since the start */

struct tf_log_field {
    const char *key;
    enum { TF_LOG_TEXT, TF_LOG_NUMBER } kind;
    struct tf_str text;
    double number;
};
#define TF_LOG_STR(k, s) ((struct tf_log_field){(k), TF_LOG_TEXT, (s), 0})
#define TF_LOG_NUM(k, n) ((struct tf_log_field){(k), TF_LOG_NUMBER, TF_STR_NULL, (double)(n)})
void tf_log(enum tf_log_level level, const char *event, const struct tf_log_field *fields,
            size_t count);

#endif
