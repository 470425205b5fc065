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
/* A fact's row says where it stands: which revision, and which place among those
 * of its kind there. The SQL has the same numbers in shifts by 24. */
#define FACT_PLACE_MAX 16777215u
#define FACT_ROW(revision, place) (((int64_t)(revision) << 24) + (int64_t)(place))
/* Ids are looked for in each era: so many of them that there are few, so small that a
 * load writes few pages of the latest. The SQL has the same number. */
#define FACT_ERA(row) ((int64_t)(row) >> 35)
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
    READ_CENSUS,
    RAISE_VERSION,
    RAISE_VERSION_OVER,
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
    INSERT_WINDOW,
    INSERT_FAQ,
    INSERT_STUDY,
    INSERT_CLAIM_ID,
    INSERT_WINDOW_ID,
    INSERT_FAQ_ID,
    INSERT_STUDY_ID,
    INSERT_LENGTH,
    FIND_TALLY_VALUE,
    INSERT_TALLY_VALUE,
    INSERT_TALLY,
    INSERT_WORDS,
    INDEX_CLAIM,
    INDEX_FAQ,
    INDEX_NEW_SOURCE,
    INDEX_SOURCE,
    UNINDEX_CLAIMS,
    UNINDEX_FAQS,
    UNINDEX_SOURCE,
    UNINDEX_LENGTHS,
    UNINDEX_WORDS,
    UNINDEX_TALLIES,
    SHARING_WORDS,
    COUNT_WORDS,
    INSERT_KIN,
    REJOIN_KIN,
    UNINDEX_KIN,
    READ_KIN,
    SOME_CLAIM_HITS,
    SOME_FAQ_HITS,
    SOME_UP_TO,
    SOME_FROM,
    SOME_UPDATED,
    SOME_SOURCES,
    SOME_STUDIES,
    SEARCH_CLAIMS,
    SEARCH_FAQS,
    SEARCH_SOURCES,
    SEARCH_ALL_CLAIMS,
    SEARCH_ALL_FAQS,
    SEARCH_ALL_SOURCES,
    LEAST_CLAIM_HIT,
    LEAST_FAQ_HIT,
    SHOW_CLAIM_HITS,
    SHOW_FAQ_HITS,
    SHOW_SOURCE_HITS,
    DELETE_CLAIM_IDS,
    DELETE_WINDOW_IDS,
    DELETE_FAQ_IDS,
    DELETE_STUDY_IDS,
    DELETE_SEGMENTS,
    DELETE_CLAIMS,
    DELETE_WINDOWS,
    DELETE_FAQS,
    DELETE_STUDIES,
    DELETE_EXTRACTION,
    DELETE_VOCABULARY,
    INSERT_VOCABULARY,
    MERGE_CLAIM_WORDS,
    MERGE_FAQ_WORDS,
    MERGE_SOURCE_WORDS,
    OPTIMIZE_CLAIM_WORDS,
    OPTIMIZE_FAQ_WORDS,
    OPTIMIZE_SOURCE_WORDS,
    CHECK_CLAIM_INDEX,
    CHECK_FAQ_INDEX,
    CHECK_SOURCE_INDEX,
    READ_VOCABULARY,
    READ_CODES,
    COUNT_VOCABULARY,
    SOURCE_ROLES,
    REVISION_CLAIMS,
    ALL_REVISIONS,
    REVISION_TEXT,
    FIND_TEXT,
    VERIFY_REVISION,
    VERIFY_SEGMENTS,
    VERIFY_WINDOWS,
    VERIFY_FAQS,
    VERIFY_STUDIES,
    VERIFY_TALLIES,
    VERIFY_FOUND_CLAIMS,
    VERIFY_FOUND_WINDOWS,
    VERIFY_FOUND_FAQS,
    VERIFY_FOUND_STUDIES,
    VERIFY_LENGTHS,
    VERIFY_WORDS,
    VERIFY_CLAIM_IDS,
    VERIFY_WINDOW_IDS,
    VERIFY_FAQ_IDS,
    VERIFY_STUDY_IDS,
    VERIFY_SOURCE_IDS,
    INTEGRITY_CHECK,
    QUICK_CHECK,
    FOREIGN_KEY_CHECK,
    READ_SCHEMA,
    STATEMENT__MAX
};
extern const char *const statement_sql[STATEMENT__MAX];

/* The eras of a table of ids, see FACT_ERA: one after the other as it has them, so that
 * a file which speaks of millions makes nobody go through them. */
#define ERAS(table)                                                                                \
    "(WITH RECURSIVE eras (era) AS (SELECT min(era) FROM " table                                   \
    " UNION ALL SELECT (SELECT min(later.era) FROM " table                                         \
    " AS later WHERE later.era > eras.era) FROM eras WHERE eras.era IS NOT NULL)"                  \
    " SELECT era FROM eras)"
/* The values of a parameter that is a JSON array, or what is made of each; those of ids,
 * and what ids are found by. */
#define IN_LIST_AS(made, name) "(SELECT " made " FROM json_each(:" name "))"
#define IN_LIST(name) IN_LIST_AS("value", name)
#define IN_IDS(name) IN_LIST_AS("tf_uuid(value)", name)
#define IN_ID_KEYS(name) IN_LIST_AS("tf_key(tf_uuid(value))", name)
/* The number of a value in tallies, and those of several; expressions, and a list, in SQL. */
#define TALLY_VALUE(facet, one)                                                                    \
    "(SELECT value_id FROM tally_value WHERE facet = " facet " AND value = " one ")"
#define TALLY_VALUES(facet, values)                                                                \
    "(SELECT value_id FROM tally_value WHERE facet = " facet " AND value IN " values ")"

/* Tallies with the values that they are of. */
#define NAMED_TALLIES "tally_value AS n CROSS JOIN tally AS t ON t.value_id = n.value_id"

/* What a list of studies' names and ids, :study, names. */
#define NAMED_STUDY(row, name)                                                                     \
    "(" name " COLLATE NOCASE IN " IN_LIST(                                                        \
        "study") " OR " row                                                                        \
                 " IN (SELECT i.study_id FROM study_by_id AS i CROSS JOIN study AS v ON "          \
                 "v.study_id = i.study_id WHERE i.era IN " ERAS(                                   \
                     "study_by_id") " AND i.prefix IN " IN_ID_KEYS("study") " AND v.id "           \
                                                                            "IN " IN_IDS("study") "))"

/* Which of window_order take so long at most or at least; none of those in sessions. */
#define WINDOWS_UP_TO(seconds) "sort = 1 AND value BETWEEN 0 AND " seconds
#define WINDOWS_FROM(seconds) "sort = 0 AND value BETWEEN " seconds " AND 1e307"

/* Of a database that is made; those that are there keep their own. */
#define NEW_PAGE_BYTES 8192
#define TF_TEXT_OF_(number) #number
#define TF_TEXT_OF(number) TF_TEXT_OF_(number)

/* --- Connection ---------------------------------------------------------- */

/* A list statement that was needed before; see lists.c. */
struct cached_list {
    sqlite3_stmt *stmt;
    uint64_t signature;
    uint64_t used; /* tick of the last use; the oldest makes room */
};
#define CACHED_LISTS 160

/* What facts can be tallied by: the list and the facet. The numbers stand in the
 * table of tallies: what is new takes the next one, and none is used again. */
#define TALLY_MAP(X)                                                                               \
    X(1, CLAIM_CERTAINTY, "claims.certainty")                                                      \
    X(2, CLAIM_CONDITION, "claims.condition")                                                      \
    X(3, CLAIM_KIND, "claims.kind")                                                                \
    X(4, CLAIM_POLARITY, "claims.polarity")                                                        \
    X(5, CLAIM_ROUTE, "claims.route")                                                              \
    X(6, CLAIM_SECTION, "claims.section")                                                          \
    X(7, CLAIM_TOPIC, "claims.topic")                                                              \
    X(8, CLAIM_TREATMENT, "claims.treatment")                                                      \
    X(9, FAQ_CONDITION, "faqs.condition")                                                          \
    X(10, FAQ_ORIGIN, "faqs.origin")                                                               \
    X(11, FAQ_TOPIC, "faqs.topic")                                                                 \
    X(12, FAQ_TREATMENT, "faqs.treatment")                                                         \
    X(13, STUDY_CERTAINTY, "studies.certainty")                                                    \
    X(14, STUDY_CONDITION, "studies.condition")                                                    \
    X(15, STUDY_POLARITY, "studies.polarity")                                                      \
    X(16, STUDY_STUDY_TYPE, "studies.study_type")                                                  \
    X(17, STUDY_TOPIC, "studies.topic")                                                            \
    X(18, STUDY_TREATMENT, "studies.treatment")                                                    \
    X(19, STUDY_YEAR, "studies.year")                                                              \
    X(20, WINDOW_BASIS, "time-windows.basis")                                                      \
    X(21, WINDOW_BOUND, "time-windows.bound")                                                      \
    X(22, WINDOW_CERTAINTY, "time-windows.certainty")                                              \
    X(23, WINDOW_CONDITION, "time-windows.condition")                                              \
    X(24, WINDOW_MEASURE, "time-windows.measure")                                                  \
    X(25, WINDOW_POLARITY, "time-windows.polarity")                                                \
    X(26, WINDOW_PRECISION, "time-windows.precision")                                              \
    X(27, WINDOW_ROUTE, "time-windows.route")                                                      \
    X(28, WINDOW_TOPIC, "time-windows.topic")                                                      \
    X(29, WINDOW_TREATMENT, "time-windows.treatment")
enum tally_facet {
#define X(number, name, word) name = number,
    TALLY_MAP(X)
#undef X
        TALLY__MAX
};
extern const char *const tally_names[TALLY__MAX];

struct tally {
    enum tally_facet facet;
    uint32_t rows;
    struct tf_str value;
    int64_t value_id;         /* that of the two in tally_value; 0: not known yet */
    const struct tf_str *key; /* of the source */
};
struct tallies {
    struct tally *v;
    size_t n, cap;
};

/* A number that finds a row. */
struct key {
    int64_t key, row;
};
/* window_order.sort */
enum length_sort { LENGTH_MIN, LENGTH_MAX };
struct length {
    enum length_sort sort;
    double value;
    int64_t row;
};
enum { IDS_CLAIMS, IDS_WINDOWS, IDS_FAQS, IDS_STUDIES, IDS__MAX };

/* Facts that are written but not yet found, from revision first on; 0: none. The
 * buffers are arrays; arena has the tallies' texts. */
struct pending {
    int64_t first;
    struct tf_buf ids[IDS__MAX], words; /* struct key */
    struct tf_buf lengths, tallies;
    struct tf_arena *arena;
};

struct tf_store {
    sqlite3 *db;
    char *path; /* for messages */
    bool writable;
    bool empties_log;           /* when it is closed */
    const volatile void *index; /* of the log, in shared memory; NULL: not mapped */
    bool batch;                 /* between tf_store_begin and its end */
    struct pending pending;
    unsigned snapshots; /* depth of tf_store_snapshot_begin */
    sqlite3_stmt *statements[STATEMENT__MAX];
    struct cached_list lists[CACHED_LISTS];
    uint64_t tick;
    uint64_t deadline_ns; /* see time_limit.c */
};

/* There, or allowed to be made, and a regular file. */
enum tf_status store_check_file(const char *path, enum tf_store_mode mode, struct tf_error *error);
enum tf_status store_connect(const char *path, int flags, struct tf_store **out,
                             struct tf_error *error);
/* Refuses a file that cannot be written where it must be. */
enum tf_status store_start(struct tf_store *store, struct tf_error *error);
int add_ranking(sqlite3 *db);                                    /* of full text; SQLite's code */
int store_prepare(struct tf_store *store, enum statement which); /* SQLite's code */
enum tf_status store_migrate(struct tf_store *store, int *applied, struct tf_error *error);
/* TF_FOREIGN, TF_NEWER, TF_OLDER, TF_OK; *fresh: an empty file. */
enum tf_status store_identify(struct tf_store *store, bool *fresh, struct tf_error *error);
/* Connects for writing, and says what store_identify says; *out is the caller's whatever
 * that is, NULL where there is no connection. */
enum tf_status store_look(const char *path, struct tf_store **out, bool *fresh,
                          struct tf_error *error);
/* Of the first read of a store that may not write: says what is wrong with its folder. */
enum tf_status store_explain(struct tf_store *store, enum tf_status status, struct tf_error *error);
/* The one number that a query gives; for the few that are asked before statements are
 * prepared. *out stays as it is when it fails. */
enum tf_status store_read_number(struct tf_store *store, const char *sql, int64_t *out,
                                 struct tf_error *error);
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
    struct tf_arena *arena; /* texts are copied into it ... */
    bool borrows;           /* ... or are good until the next row */
    int code;               /* SQLITE_OK while all is well */
    int column;
    int place; /* of the parameter bound last, by put_... */
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
void run_scalar(struct run *run, const char *name, const struct tf_scalar *value);

/* The same in the order of the parameters, for rows with many columns. */
void put_text(struct run *run, struct tf_str value);
void put_code(struct run *run, const char *value);
void put_int(struct run *run, int64_t value);
void put_real(struct run *run, double value);
void put_uuid(struct run *run, const struct tf_uuid *id); /* borrowed until run_end */
void put_null(struct run *run);
void put_span(struct run *run, const struct tf_span *at);

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

/* A value as text, borrowed from it; absent for NULL and where memory is short. */
struct tf_str value_text(sqlite3_value *value);

enum tf_status run_end(struct run *run, struct tf_error *error);
/* Steps a statement that gives no rows, and ends it. */
enum tf_status run_once(struct run *run, struct tf_error *error);

/* --- Rows ---------------------------------------------------------------- */

/* Title to language, in the order of struct tf_source_meta. */
void get_meta(struct run *run, struct tf_source_meta *meta);

/* Row numbers of all revisions, oldest first. */
struct revisions {
    int64_t *v;
    size_t n, cap;
};
enum tf_status read_revisions(struct tf_store *store, struct tf_arena *arena, struct revisions *out,
                              struct tf_error *error);

/* Columns of a claim in the order of CLAIM_COLUMNS. */
void get_claim(struct run *run, struct tf_claim *claim);
#define CLAIM_COLUMNS                                                                              \
    "c.id, c.text, c.section, c.topic, c.certainty, c.polarity, c.reason, c.segment, c.spans,"     \
    " c.hedges, c.treatments, c.conditions, c.routes"
/* The first eight bytes; and the first four, by which ids are found: few others begin
 * so, and the id itself is compared. */
int64_t id_prefix(const struct tf_uuid *id);
int64_t id_key(const struct tf_uuid *id);
/* A digest of its letters and digits, case and marks aside: 47 bits, six bytes of a row.
 * -1: no memory. */
int64_t words_digest(struct tf_str text);

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
/* What it starts from: the order itself, or what a filter leaves. */
enum list_plan {
    PLAN_WALK,       /* all, in order */
    PLAN_TALLY,      /* the sources of one value of the lead, in the order of places */
    PLAN_SOURCES,    /* the sources of any value of the lead, or those named, sorted */
    PLAN_REVISIONS,  /* those of claims, or changed lately, sorted */
    PLAN_RANGE,      /* windows of some lengths, or what rests on some studies, sorted */
    PLAN_MATCH,      /* what a full-text match finds, sorted */
    PLAN_MATCH_WALK, /* the same source by source, in the order of places */
};
struct list_spec {
    enum tf_kind kind;
    enum list_form form;
    const struct tf_filter *filter; /* only which are set matters */
    enum tf_sort sort;              /* LIST_PAGE */
    bool descending, after;         /* LIST_PAGE */
    enum tf_facet facet;            /* LIST_FACET */
    enum list_plan plan;
    enum tf_filter_key lead; /* PLAN_TALLY, PLAN_SOURCES */
    bool tallied;            /* the tallies know the number */
};
/* A filter that fewer sources pass is where a list starts: the facts of so many can
 * be read and sorted for a page. *out: how many pass, FEW_SOURCES at most; the filter
 * is one with a tally. */
enum { FEW_SOURCES = 128 };
enum tf_status list_few_sources(struct tf_store *store, const struct tf_filter *filter,
                                enum tf_kind kind, enum tf_filter_key key, struct tf_arena *arena,
                                int64_t *out, struct tf_error *error);
/* Chooses the last three, by what the data are. */
enum tf_status list_plan(struct tf_store *store, struct list_spec *spec, struct tf_arena *arena,
                         struct tf_error *error);
/* The tally that names the sources which pass a filter, NULL: none; and whether it
 * counts the facts as well. */
const char *list_tally(enum tf_kind kind, enum tf_filter_key key);
bool list_is_tallied(enum tf_kind kind, enum tf_filter_key key);
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
/* Ids follow from the key and the words; each is computed again. Resets the arena. */
enum tf_status check_ids(struct tf_store *store, struct tf_arena *arena, struct findings *findings,
                         struct tf_error *error);

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
enum tf_status known_claims_compare(const struct known_claims *before,
                                    const struct tf_extraction *after, struct tf_arena *arena,
                                    struct tf_report *report, struct tf_error *error);

#endif
