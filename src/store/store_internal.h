/* SPDX-License-Identifier: MIT */
/*
 * What the files of store/ share: the connection, statements that run, and
 * the readers of rows. Nothing here leaves the room.
 */
#ifndef TREATFACTS_STORE_INTERNAL_H
#define TREATFACTS_STORE_INTERNAL_H

#include <treatfacts/store.h>

#include <sqlite3.h>

/* "tfct"; in the file's header (bytes 68..71), so that file(1) may know it. */
#define APPLICATION_ID 0x74666374
#define BUSY_MILLISECONDS 10000
/* Rows and texts larger than this are refused by SQLite itself. */
#define VALUE_BYTES_MAX (256 * 1024 * 1024)

/* --- Statements ---------------------------------------------------------- */

/* Every fixed statement, in statements.c; lists are put together in lists.c. */
enum statement {
    BEGIN_WRITE,
    BEGIN_READ,
    COMMIT,
    ROLLBACK,
    READ_DATASET,
    RAISE_VERSION,
    FIND_SOURCE,
    INSERT_SOURCE,
    UPDATE_SOURCE,
    INSERT_REVISION,
    TOUCH_REVISION,
    FIND_REVISION,
    INSERT_TEXT,
    INSERT_EXTRACTION,
    INSERT_SEGMENT,
    INSERT_CLAIM,
    INSERT_SPAN,
    INSERT_HEDGE,
    INSERT_LABEL,
    INSERT_WINDOW,
    INSERT_WINDOW_TREATMENT,
    INSERT_FAQ,
    INSERT_FAQ_SPAN,
    INSERT_FAQ_CLAIM,
    INSERT_STUDY,
    INDEX_CLAIMS,
    INDEX_FAQS,
    UNINDEX_CLAIMS,
    UNINDEX_FAQS,
    INDEX_SOURCE,
    UNINDEX_SOURCE,
    INDEX_KIN,
    REJOIN_KIN,
    UNINDEX_KIN,
    UNINDEX_WORDS,
    READ_KIN,
    SEARCH_CLAIMS,
    SEARCH_FAQS,
    SEARCH_SOURCES,
    SEARCH_ALL_CLAIMS,
    SEARCH_ALL_FAQS,
    SEARCH_ALL_SOURCES,
    COUNT_ALL_CLAIM_HITS,
    COUNT_ALL_FAQ_HITS,
    COUNT_ALL_SOURCE_HITS,
    COUNT_CLAIM_HITS,
    COUNT_FAQ_HITS,
    COUNT_SOURCE_HITS,
    SHOW_CLAIM_HIT,
    SHOW_FAQ_HIT,
    SHOW_SOURCE_HIT,
    DELETE_FAQS,
    DELETE_CLAIMS,
    DELETE_SEGMENTS,
    DELETE_EXTRACTION,
    DELETE_VOCABULARY,
    INSERT_VOCABULARY,
    CHECK_CLAIM_INDEX,
    CHECK_FAQ_INDEX,
    CHECK_SOURCE_INDEX,
    READ_VOCABULARY,
    READ_CODES,
    COUNT_VOCABULARY,
    COUNT_TOPICS,
    CLAIM_SPANS,
    CLAIM_HEDGES,
    CLAIM_LABELS,
    WINDOW_TREATMENTS,
    FAQ_SPANS,
    FAQ_CLAIMS,
    SOURCE_ROLES,
    REVISION_CLAIMS,
    ALL_REVISIONS,
    REVISION_TEXT,
    FIND_TEXT,
    VERIFY_REVISION,
    VERIFY_SEGMENTS,
    VERIFY_SPANS,
    VERIFY_PRIMARY,
    VERIFY_WINDOWS,
    VERIFY_FAQS,
    VERIFY_STUDIES,
    VERIFY_COUNTS,
    VERIFY_CLAIM_IDS,
    VERIFY_WINDOW_IDS,
    VERIFY_FAQ_IDS,
    VERIFY_STUDY_IDS,
    VERIFY_SOURCE_IDS,
    INTEGRITY_CHECK,
    FOREIGN_KEY_CHECK,
    READ_SCHEMA,
    STATEMENT__MAX
};
extern const char *const statement_sql[STATEMENT__MAX];

/* --- Connection ---------------------------------------------------------- */

/* A list statement that was needed before; see lists.c. */
struct cached_list {
    sqlite3_stmt *stmt;
    uint64_t signature;
    uint64_t used; /* tick of the last use; the oldest makes room */
};
#define CACHED_LISTS 160

struct tf_store {
    sqlite3 *db;
    char *path; /* for messages */
    bool writable;
    const volatile void *index; /* of the log, in shared memory; NULL: not mapped */
    unsigned snapshots; /* depth of tf_store_snapshot_begin */
    sqlite3_stmt *statements[STATEMENT__MAX];
    struct cached_list lists[CACHED_LISTS];
    uint64_t tick;
};

/* There, or allowed to be made, and a regular file. */
enum tf_status store_check_file(const char *path, enum tf_store_mode mode, struct tf_error *error);
enum tf_status store_connect(const char *path, int flags, struct tf_store **out,
                             struct tf_error *error);
/* Refuses a file that cannot be written where it must be. */
enum tf_status store_start(struct tf_store *store, struct tf_error *error);
int store_prepare(struct tf_store *store, enum statement which); /* SQLite's code */
enum tf_status store_migrate(struct tf_store *store, int *applied, struct tf_error *error);
/* TF_FOREIGN, TF_NEWER, TF_OLDER, TF_OK; *fresh: an empty file. */
enum tf_status store_identify(struct tf_store *store, bool *fresh, struct tf_error *error);
/* The detail of the last failure of the connection, with the file. */
enum tf_status store_fail(struct tf_store *store, int code, struct tf_error *error);

/* One of the transaction statements. */
enum tf_status store_do(struct tf_store *store, enum statement which, struct tf_error *error);
/* Commits when status is TF_OK, else undoes; gives the status of both. */
enum tf_status store_finish(struct tf_store *store, enum tf_status status, struct tf_error *error);

/* --- Running a statement ------------------------------------------------- */

/*
 * Binding by name, then stepping, then columns in the order of the SELECT. The
 * first failure sticks and run_end tells it, so that the code between reads as
 * a list of columns. A value that the schema does not allow counts as damage:
 * the file may have been written by anybody.
 */
struct run {
    struct tf_store *store;
    sqlite3_stmt *stmt;
    struct tf_arena *arena; /* texts are copied into it */
    int code;               /* SQLITE_OK while all is well */
    int column;
    bool damaged;
};

struct run run_begin(struct tf_store *store, enum statement which, struct tf_arena *arena);
void run_text(struct run *run, const char *name, struct tf_str value); /* absent: NULL */
void run_code(struct run *run, const char *name, const char *value);
void run_int(struct run *run, const char *name, int64_t value);
void run_real(struct run *run, const char *name, double value); /* NAN: NULL */
void run_blob(struct run *run, const char *name, const void *data, size_t size);
void run_uuid(struct run *run, const char *name, struct tf_uuid id);
void run_null(struct run *run, const char *name);
void run_span(struct run *run, const struct tf_span *at);
void run_scalar(struct run *run, const char *name, const struct tf_scalar *value);

bool run_row(struct run *run); /* false at the end and after a failure */
struct tf_str get_text(struct run *run);
struct tf_str get_blob(struct run *run);
bool get_null(struct run *run); /* is the next column NULL? does not move on */
int64_t get_int(struct run *run, int64_t min, int64_t max);
uint32_t get_u32(struct run *run);
double get_real(struct run *run); /* NULL: NAN */
struct tf_uuid get_uuid(struct run *run);
int get_name(struct run *run, const char *const *names, int count);
struct tf_scalar get_scalar(struct run *run); /* of any type */
struct tf_span get_span(struct run *run);
void get_time(struct run *run, char out[TF_TIME_TEXT]);
void get_digest(struct run *run, char out[TF_DIGEST_TEXT]);

enum tf_status run_end(struct run *run, struct tf_error *error);
/* Steps a statement that gives no rows, and ends it. */
enum tf_status run_once(struct run *run, struct tf_error *error);

/* --- Rows ---------------------------------------------------------------- */

/* The lists of one row, read with statements of their own: SQLite runs in the
 * process, so a statement a row costs microseconds and no round trip. */
enum tf_status read_claim_lists(struct tf_store *store, int64_t claim_id, struct tf_claim *claim,
                                struct tf_arena *arena, struct tf_error *error);
enum tf_status read_window_lists(struct tf_store *store, int64_t window_id,
                                 struct tf_window *window, struct tf_arena *arena,
                                 struct tf_error *error);
enum tf_status read_faq_lists(struct tf_store *store, int64_t faq_id, struct tf_faq *faq,
                              struct tf_arena *arena, struct tf_error *error);

/* Title to language, in the order of struct tf_source_meta. */
void get_meta(struct run *run, struct tf_source_meta *meta);

/* Row numbers of all revisions, oldest first. */
struct revisions {
    int64_t *v;
    size_t n, cap;
};
enum tf_status read_revisions(struct tf_store *store, struct tf_arena *arena, struct revisions *out,
                              struct tf_error *error);

/* Columns of a claim in the order of CLAIM_COLUMNS; gives its row number. */
int64_t get_claim(struct run *run, struct tf_claim *claim);
#define CLAIM_COLUMNS                                                                              \
    "c.claim_id, c.id, c.text, c.section, c.topic, c.certainty, c.polarity, c.reason, g.ordinal"

/* Pieces of stored texts, without reading whole texts. */
struct text_window {
    struct tf_store *store;
    sqlite3_blob *blob;
    int64_t revision;
};
enum tf_status text_piece(struct text_window *window, int64_t revision, size_t start, size_t end,
                          struct tf_arena *arena, struct tf_str *out, struct tf_error *error);
enum tf_status text_around(struct text_window *window, int64_t revision, const struct tf_span *at,
                           struct tf_arena *arena, struct tf_str *prefix, struct tf_str *suffix,
                           struct tf_error *error);
void text_close(struct text_window *window);

/* --- Lists --------------------------------------------------------------- */

/* What a list statement is put together from; see lists.c. */
enum list_form { LIST_PAGE, LIST_COUNT, LIST_ONE, LIST_FACET, LIST_FORM__MAX };
struct list_spec {
    enum tf_kind kind;
    enum list_form form;
    const struct tf_filter *filter; /* only which are set matters */
    enum tf_sort sort;              /* LIST_PAGE */
    bool descending, after;         /* LIST_PAGE */
    enum tf_facet facet;            /* LIST_FACET */
};
/* What a statement is put together from, in list_sql.c: the SQL of a spec, and
 * whether there is one. */
void list_sql(const struct list_spec *spec, struct tf_buf *sql);
bool list_supported(const struct list_spec *spec);
bool list_takes(enum tf_kind kind, enum tf_filter_key key);

enum tf_status list_prepare(struct tf_store *store, const struct list_spec *spec,
                            sqlite3_stmt **out, struct tf_error *error);
enum tf_status list_prepare_all(struct tf_store *store, struct tf_error *error);
void list_forget(struct tf_store *store);
/* The values of a filter as a JSON array, which json_each takes apart again;
 * absent when there are none. */
struct tf_str list_values(const struct tf_strs *values, struct tf_arena *arena);

/* --- Checking ------------------------------------------------------------ */

/* Where findings go; count and spans are totals. */
struct findings {
    tf_store_finding_fn callback;
    void *context;
    uint64_t count, spans;
};
void finding_add(struct findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Reads everything of a revision back and compares it with the stored bytes. */
enum tf_status check_revision(struct tf_store *store, int64_t revision, struct findings *findings,
                              struct tf_error *error);
/* Ids follow from the key and the words; each is computed again. */
enum tf_status check_ids(struct tf_store *store, struct findings *findings, struct tf_error *error);

/* --- Comparing ----------------------------------------------------------- */

/* The claims of a revision before it changes, against those after. */
struct known_claim {
    struct tf_uuid id;
    uint32_t start, end;         /* of the primary span */
    char labels[TF_DIGEST_TEXT]; /* of labels, section and spans' words */
};
struct known_claims {
    struct known_claim *v; /* ascending by id */
    size_t n, cap;
};
enum tf_status known_claims_read(struct tf_store *store, int64_t revision, struct tf_arena *arena,
                                 struct known_claims *out, struct tf_error *error);
void known_claims_compare(const struct known_claims *before, const struct tf_extraction *after,
                          struct tf_report *report);

#endif
