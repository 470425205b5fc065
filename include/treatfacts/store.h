/* SPDX-License-Identifier: MIT */
/*
 * store: the only room that knows SQLite. Migrations, writing one source in
 * one transaction, verifying, and the rows that queries ask for.
 *
 * A store is one connection and belongs to one thread; open one per thread.
 * Rows are copied into the caller's arena. A database file is untrusted input:
 * what breaks an invariant is TF_CORRUPT, never an assertion.
 *
 * Core tables (source, revision and its text) are migrated and kept; derived
 * tables (segment ... study, full text, vocabulary) can be made again from them.
 */
#ifndef TREATFACTS_STORE_H
#define TREATFACTS_STORE_H

#include <treatfacts/facts.h>

struct tf_store;

enum tf_store_mode {
    TF_STORE_READ,   /* must exist and be current; opened read-only */
    TF_STORE_WRITE,  /* must exist and be current */
    TF_STORE_CREATE, /* made if missing, migrated if older */
};

/* TF_FOREIGN, TF_NEWER, TF_OLDER, TF_CORRUPT, TF_READ_ONLY, TF_IO ... with the
 * file in the message. */
enum tf_status tf_store_open(const char *path, enum tf_store_mode mode, struct tf_store **out,
                             struct tf_error *error);
/* Is there no file, or an empty one, as it is left by a process that was killed while
 * it made it? What cannot be told is no. */
bool tf_store_is_missing(const char *path);
/* Prepares the fixed statements and the main lists of each kind, as a writer's are
 * when it is opened, so that SQL which this database cannot answer is found at the
 * start; all else is prepared when it is first needed. */
enum tf_status tf_store_prepare(struct tf_store *store, struct tf_error *error);
void tf_store_close(struct tf_store *store); /* NULL is fine */
/* Is it still of this program's schema? Another process may have migrated it since:
 * as tf_store_open tells it. */
enum tf_status tf_store_current(struct tf_store *store, struct tf_error *error);

/* Applies what is missing; *applied counts the migrations run. */
enum tf_status tf_store_migrate(const char *path, int *applied, struct tf_error *error);
int tf_store_schema_version(void); /* the newest this program knows */

/* version counts changes of the facts: raised once per source written, never
 * reused. changed_at: when that last happened, UTC, never going back. Cheap:
 * called for every request. */
struct tf_dataset {
    int64_t version;
    char changed_at[TF_TIME_TEXT];
};
enum tf_status tf_store_dataset(struct tf_store *store, struct tf_dataset *out,
                                struct tf_error *error);

/*
 * Which files lie at a path, for asking cheaply whether a database was replaced by
 * another since: a store that is open goes on with the file that it opened. The time
 * of birth, where the file system keeps it, tells a file from one before it that had
 * the same number. Look first, then open. Padding there is none: ids are compared
 * as bytes.
 */
struct tf_store_id {
    uint64_t device, inode; /* inode 0: there is none */
    int64_t born_seconds;
    uint64_t born_ns;
};
struct tf_store_file {
    bool there; /* is a file there that can be looked at? */
    struct tf_store_id database, log;
    uint64_t log_bytes;
};
void tf_store_file_look(const char *path, struct tf_store_file *out);
/* The same database file, or none both times. */
bool tf_store_file_same(const struct tf_store_file *a, const struct tf_store_file *b);

/* How much there is of each kind in the current revisions. A few milliseconds for a
 * million claims: ask once a version. */
struct tf_census {
    uint64_t claims, sources, windows, faqs, studies;
};
enum tf_status tf_store_census(struct tf_store *store, struct tf_census *out,
                               struct tf_error *error);

/*
 * A state of the database file, for asking cheaply whether anything was
 * committed since, by whatever process: it is read from the header of the
 * shared memory that SQLite keeps beside a database in WAL mode (Write-Ahead
 * Log File Format, 2.2), without a system call. Take the mark first, then read.
 */
enum { TF_STORE_MARK_BYTES = 48 };
struct tf_store_mark {
    bool set; /* false: it cannot be told here; ask tf_store_dataset each time */
    unsigned char bytes[TF_STORE_MARK_BYTES];
};
void tf_store_mark(struct tf_store *store, struct tf_store_mark *out);
bool tf_store_unchanged(const struct tf_store *store, const struct tf_store_mark *mark);

/* --- Writing ------------------------------------------------------------- */

enum tf_outcome {
    TF_OUTCOME_NEW,       /* a source that was not there */
    TF_OUTCOME_UNCHANGED, /* same bytes, same metadata: nothing was written */
    TF_OUTCOME_UPDATED,   /* same bytes, other metadata */
    TF_OUTCOME_CHANGED,   /* other bytes: a new revision */
    TF_OUTCOME_REDERIVED, /* rebuild: facts made anew */
    TF_OUTCOME__MAX
};
extern const char *const tf_outcome_names[TF_OUTCOME__MAX];

/* Claims by id against the revision before: kept at the same place, moved,
 * gone, new. relabelled (a part of kept and moved): labels or spans differ. */
struct tf_report {
    enum tf_outcome outcome;
    struct tf_uuid source;
    int revision;
    uint32_t kept, moved, gone, added, relabelled;
};

/*
 * What is written of a source besides what was read: lists as columns, digests of
 * words, how many facts are about what. Making it takes a good part of the time of a
 * put and needs no store, so that other threads can do it. Lives in the arena and
 * borrows from text and facts, which are checked first: TF_CORRUPT when they do not
 * belong together, TF_TOO_LARGE.
 */
struct tf_store_rows;
enum tf_status tf_store_rows_make(struct tf_str bytes, const struct tf_extraction *facts,
                                  struct tf_arena *arena, const struct tf_store_rows **out,
                                  struct tf_error *error);

/* meta is what was given (sources.json); what it leaves out is shown as the
 * facts have it (title, published), so do not fill it in from them: then the
 * same load again compares as UNCHANGED without reading the text. */
struct tf_store_source {
    const struct tf_source_meta *meta;
    struct tf_str bytes; /* the text as received */
    const struct tf_extraction *facts;
    const char *extractor, *lexicon;  /* versions */
    const struct tf_store_rows *rows; /* of these facts; NULL: made by the put */
};

/* Is there no source of this key? */
enum tf_status tf_store_is_new(struct tf_store *store, struct tf_str key, bool *is_new,
                               struct tf_error *error);

/* Is this exact text with this metadata already the current revision? Lets the
 * loader skip the reading. *outcome: NEW, UNCHANGED, UPDATED or CHANGED. */
enum tf_status tf_store_compare(struct tf_store *store, const struct tf_source_meta *meta,
                                const char *sha256, enum tf_outcome *outcome,
                                struct tf_error *error);

/*
 * Writes revision, text and facts, reads every span back from the stored bytes
 * and compares, then commits, or leaves that to tf_store_end. On any failure
 * nothing of it is there. facts may be NULL when the text is unchanged.
 */
enum tf_status tf_store_put(struct tf_store *store, const struct tf_store_source *source,
                            struct tf_report *out, struct tf_error *error);

/*
 * Several sources in one transaction, which costs far less a source. Nobody else
 * can write meanwhile. When a put fails the end must be told, and nothing of any
 * of them is there.
 */
enum tf_status tf_store_begin(struct tf_store *store, struct tf_error *error);
/* Commits when status is TF_OK, else undoes; gives the status of both. */
enum tf_status tf_store_end(struct tf_store *store, enum tf_status status, struct tf_error *error);

/* Full text is kept in parts, of which a search asks each. Puts some of them
 * together, or all into one, which after a large load halves the time of a search and
 * takes about a second for a million claims. */
enum tf_status tf_store_tidy(struct tf_store *store, bool all, struct tf_error *error);

/* The codes and labels of the lexicon, so that the daemon can validate and
 * list them. One transaction; nothing is written when they are the same. */
struct tf_vocabulary_entry {
    struct tf_str kind;                  /* treatment, condition, route, topic */
    struct tf_str code, label, synonyms; /* synonyms separated by " | " */
};
enum tf_status tf_store_put_vocabulary(struct tf_store *store,
                                       const struct tf_vocabulary_entry *entries, size_t count,
                                       struct tf_error *error);

/* --- Rebuilding and verifying -------------------------------------------- */

/* Calls back for every revision of every source, oldest first, outside any
 * transaction, so that the callback may call tf_store_rederive. */
typedef enum tf_status (*tf_store_text_fn)(void *context, const struct tf_source_meta *meta,
                                           int revision, struct tf_str bytes,
                                           struct tf_error *error);
enum tf_status tf_store_each_text(struct tf_store *store, tf_store_text_fn callback, void *context,
                                  struct tf_error *error);
/* Replaces the derived rows of one revision in one transaction. */
enum tf_status tf_store_rederive(struct tf_store *store, const struct tf_store_source *source,
                                 int revision, struct tf_report *out, struct tf_error *error);

/* Everything that can be wrong with a database: SQLite's integrity and foreign
 * keys, digests, every span, partition, ids; the full-text index too where the
 * store is writable. Calls back once a finding and goes on; *findings counts
 * them. */
typedef void (*tf_store_finding_fn)(void *context, const char *finding);
enum tf_status tf_store_verify(struct tf_store *store, tf_store_finding_fn callback, void *context,
                               uint64_t *findings, uint64_t *spans, struct tf_error *error);

/* --- Copies -------------------------------------------------------------- */

/*
 * A copy of the database at `to`, of one state of it, while others read and write it;
 * of an older schema, too. It is made beside `to` as to.part, checked (SQLite's
 * quick_check), flushed to the disk and only then given its name; a file that has the
 * name is replaced where that is asked for and nobody has it open. On failure nothing
 * of it is left. TF_USAGE: `to` is the database itself or one of SQLite's names.
 */
enum tf_status tf_store_backup(const char *path, const char *to, bool replace,
                               struct tf_error *error);

/*
 * A backup becomes the database at path. First all of it is checked as tf_store_verify
 * does, on a copy beside path, which is brought up to date: with findings (TF_CORRUPT),
 * as on any failure, the database is as it was. A database that is there is written
 * over in one transaction, also while it is served; TF_BUSY: something writes to it. Its
 * version rises above what either had. A file that is no treatfacts database, or too
 * damaged to be opened, or has pages of another size, is replaced only if that is asked
 * for and nobody has it open.
 */
struct tf_restore {
    const char *from;
    bool replace;
    bool new_checksums; /* of its pages, whoever wrote them; what they hold is checked */
    tf_store_finding_fn finding;
    void *context;
};
enum tf_status tf_store_restore(const char *path, const struct tf_restore *restore,
                                uint64_t *spans, struct tf_error *error);

/* --- Reading ------------------------------------------------------------- */

/* Everything read between the two is of one state of the database, whatever is
 * loaded meanwhile. They nest; not for use around writing. */
enum tf_status tf_store_snapshot_begin(struct tf_store *store, struct tf_error *error);
void tf_store_snapshot_end(struct tf_store *store);

/* From now on all reading together may take so long; what takes longer is stopped and
 * gives TF_TIMEOUT, and the store can be used as before. 0: as long as it takes. */
void tf_store_limit_time(struct tf_store *store, unsigned milliseconds);

/* What lists can be made of. NAME, plural word for paths and messages. */
#define TF_KIND_MAP(X)                                                                             \
    X(SOURCE, "sources")                                                                           \
    X(SEGMENT, "segments")                                                                         \
    X(CLAIM, "claims") X(WINDOW, "time-windows") X(FAQ, "faqs") X(STUDY, "studies")
enum tf_kind {
#define X(name, word) TF_KIND_##name,
    TF_KIND_MAP(X)
#undef X
        TF_KIND__MAX
};
extern const char *const tf_kind_names[TF_KIND__MAX];

/* Filters with values; several values of one filter mean or, several filters
 * and. NAME, parameter. Which kind takes which is query/'s table. */
#define TF_FILTER_MAP(X)                                                                           \
    X(TREATMENT, "treatment")                                                                      \
    X(CONDITION, "condition")                                                                      \
    X(ROUTE, "route")                                                                              \
    X(TOPIC, "topic")                                                                              \
    X(CERTAINTY, "certainty")                                                                      \
    X(POLARITY, "polarity")                                                                        \
    X(KIND, "kind")                                                                                \
    X(SOURCE, "source")                                                                            \
    X(SECTION, "section") X(STUDY, "study") X(MEASURE, "measure") X(BASIS, "basis")                \
        X(PRECISION, "precision") X(BOUND, "bound") X(ORIGIN, "origin") X(ROLE, "role")            \
            X(CLAIM, "claim")
enum tf_filter_key {
#define X(name, word) TF_FILTER_##name,
    TF_FILTER_MAP(X)
#undef X
        TF_FILTER__MAX
};
extern const char *const tf_filter_names[TF_FILTER__MAX];

struct tf_filter {
    struct tf_strs values[TF_FILTER__MAX]; /* n == 0: not filtered */
    struct tf_str match;                   /* FTS5 expression made by query/, absent: none */
    double max_lte, min_gte;               /* seconds, NAN: none */
    struct tf_str updated_since;           /* UTC in the form of tf_clock_utc, absent: none */
};

/* What a list can be ordered by. NAME, word. Which list takes which is
 * query/'s table; those of vocabularies are sorted there. */
#define TF_SORT_MAP(X)                                                                             \
    X(PLACE, "place")                                                                              \
    X(KEY, "key")                                                                                  \
    X(UPDATED_AT, "updated_at")                                                                    \
    X(TITLE, "title")                                                                              \
    X(PUBLISHED, "published")                                                                      \
    X(MIN, "min")                                                                                  \
    X(MAX, "max")                                                                                  \
    X(NAME, "name") X(YEAR, "year") X(CODE, "code") X(LABEL, "label") X(CLAIMS, "claims")
enum tf_sort {
#define X(name, word) TF_SORT_##name,
    TF_SORT_MAP(X)
#undef X
        TF_SORT__MAX
};
extern const char *const tf_sort_names[TF_SORT__MAX];

/* One value of a row's place in its list. */
struct tf_scalar {
    enum tf_scalar_type {
        TF_SCALAR_NONE,
        TF_SCALAR_INTEGER,
        TF_SCALAR_REAL,
        TF_SCALAR_TEXT,
        TF_SCALAR_BLOB
    } type;
    int64_t integer;
    double real;
    struct tf_str text; /* or blob */
};

/* The place after which a page begins: the values that the list is ordered by,
 * of the last row seen. By place: source key and place in the text. */
enum { TF_POSITION_PARTS = 3 };
struct tf_position {
    bool set;
    struct tf_scalar part[TF_POSITION_PARTS];
};

struct tf_page {
    enum tf_sort sort; /* PLACE and KEY are the same */
    bool descending;   /* the order turned round, but windows in sessions stay last */
    struct tf_position after;
    uint32_t limit;
    bool count; /* fill *total */
};

/* Every row says where it comes from and where a next page would go on. */
struct tf_source_ref {
    struct tf_uuid id;
    int revision;
    bool current; /* false: a fact of an older revision, asked for by id */
    struct tf_str key, title, publisher, url, language;
};

struct tf_source_row {
    struct tf_position position;
    struct tf_uuid id;
    struct tf_source_meta meta;
    int revision, revisions; /* shown, and how many there are */
    char sha256[TF_DIGEST_TEXT];
    uint32_t bytes, characters;
    struct tf_str extractor, lexicon; /* versions that made its facts */
    char updated_at[TF_TIME_TEXT];    /* when its text, metadata or facts last changed */
    uint32_t roles[TF_ROLE__MAX];     /* segments by role */
    uint32_t role_characters[TF_ROLE__MAX];
    uint32_t claims, windows, faqs, studies;
};

struct tf_segment_row {
    struct tf_position position;
    struct tf_segment segment;
    struct tf_str exact;
    struct tf_uuid claim; /* where the role is claim */
    bool has_claim;
};

struct tf_claim_row {
    struct tf_position position;
    struct tf_claim claim;
    struct tf_source_ref source;
    struct tf_str prefix, suffix; /* up to 32 characters around the primary span */
    char updated_at[TF_TIME_TEXT];
};

struct tf_window_row {
    struct tf_position position;
    struct tf_window window;
    struct tf_source_ref source;
    struct tf_str quote;         /* exact words of the claim's primary span */
    enum tf_certainty certainty; /* of the claim */
    char updated_at[TF_TIME_TEXT];
};

struct tf_faq_row {
    struct tf_position position;
    struct tf_faq faq;
    struct tf_source_ref source;
    char updated_at[TF_TIME_TEXT];
};

struct tf_study_row {
    struct tf_position position;
    struct tf_study study;
    struct tf_source_ref source;
    struct tf_str quote;
    char updated_at[TF_TIME_TEXT];
};

/* A page of one kind; more: there is a next page. Only the member that the
 * kind names is filled. */
struct tf_rows {
    enum tf_kind kind;
    size_t n;
    union {
        struct tf_source_row *sources;
        struct tf_segment_row *segments;
        struct tf_claim_row *claims;
        struct tf_window_row *windows;
        struct tf_faq_row *faqs;
        struct tf_study_row *studies;
    };
    bool more;
    uint64_t total; /* meaningful when the page asked for a count */
};

enum tf_status tf_store_list(struct tf_store *store, enum tf_kind kind,
                             const struct tf_filter *filter, const struct tf_page *page,
                             struct tf_arena *arena, struct tf_rows *out, struct tf_error *error);

/* What the rows of a list can be counted by. NAME, word; which kind can by
 * which is query/'s table. */
#define TF_FACET_MAP(X)                                                                            \
    X(TREATMENT, "treatment")                                                                      \
    X(CONDITION, "condition")                                                                      \
    X(ROUTE, "route")                                                                              \
    X(TOPIC, "topic")                                                                              \
    X(CERTAINTY, "certainty")                                                                      \
    X(POLARITY, "polarity")                                                                        \
    X(KIND, "kind")                                                                                \
    X(MEASURE, "measure")                                                                          \
    X(BASIS, "basis")                                                                              \
    X(BOUND, "bound")                                                                              \
    X(PRECISION, "precision")                                                                      \
    X(ORIGIN, "origin")                                                                            \
    X(ROLE, "role")                                                                                \
    X(STUDY_TYPE, "study_type")                                                                    \
    X(YEAR, "year") X(SOURCE, "source") X(PUBLISHER, "publisher") X(LANGUAGE, "language")
enum tf_facet {
#define X(name, word) TF_FACET_##name,
    TF_FACET_MAP(X)
#undef X
        TF_FACET__MAX
};
extern const char *const tf_facet_names[TF_FACET__MAX];

/* How many rows that pass the filter have each value, the most frequent first,
 * equal ones by value; at most TF_FACET_VALUES, else truncated. */
enum { TF_FACET_VALUES = 100 };
struct tf_facet_value {
    struct tf_str value;
    uint64_t count;
};
struct tf_facet_values {
    enum tf_facet facet;
    bool truncated;
    struct tf_facet_value *v;
    size_t n, cap;
};
enum tf_status tf_store_facet(struct tf_store *store, enum tf_kind kind,
                              const struct tf_filter *filter, enum tf_facet facet,
                              struct tf_arena *arena, struct tf_facet_values *out,
                              struct tf_error *error);

/* One of a kind by id (not segments), of the current revision if it is there,
 * else of the newest that has it. rows.n is 1; TF_NOT_FOUND. */
enum tf_status tf_store_get(struct tf_store *store, enum tf_kind kind, struct tf_uuid id,
                            struct tf_arena *arena, struct tf_rows *out, struct tf_error *error);

/* Sources whose current texts say mostly the same: pairs that hold each family
 * of copies together. */
struct tf_kin_pair {
    struct tf_uuid a, b;
};
struct tf_kin {
    struct tf_kin_pair *v;
    size_t n, cap;
};
enum tf_status tf_store_kin(struct tf_store *store, struct tf_arena *arena, struct tf_kin *out,
                            struct tf_error *error);

/* --- Full text ----------------------------------------------------------- */

#define TF_HIT_TYPE_MAP(X) X(CLAIM, "claim") X(FAQ, "faq") X(SOURCE, "source")
enum tf_hit_type {
#define X(name, word) TF_HIT_##name,
    TF_HIT_TYPE_MAP(X)
#undef X
        TF_HIT_TYPE__MAX
};
extern const char *const tf_hit_type_names[TF_HIT_TYPE__MAX];

/* Marks of a hit in a snippet; a text's own of these show as spaces there. */
#define TF_HIT_OPEN '\x02'
#define TF_HIT_CLOSE '\x03'

/* score: bm25, the higher the better; ties by type and row. position is
 * (score, type, row). */
struct tf_hit {
    struct tf_position position;
    enum tf_hit_type type;
    double score;
    struct tf_uuid id;
    struct tf_str title;   /* section of a claim, question of a FAQ, title of a source */
    struct tf_str snippet; /* with TF_HIT_OPEN and TF_HIT_CLOSE around hits */
    struct tf_source_ref source;
};
struct tf_hits {
    struct tf_hit *v;
    size_t n, cap;
    bool more;
    uint64_t total[TF_HIT_TYPE__MAX]; /* TF_HITS_MAX each at most */
    bool capped;                      /* there are more than were counted */
};
/* Of each type so many hits are ranked and counted, those of the sources that were
 * loaded last: a word of most claims says too little to look at all of them. */
enum { TF_HITS_MAX = 2500 };
/* Can a search go on behind this position? Others are TF_INTERNAL. */
bool tf_store_is_hit_place(const struct tf_position *position);
/* filter: match, and any of treatment, condition, source. types: a bit each. */
enum tf_status tf_store_search(struct tf_store *store, const struct tf_filter *filter,
                               unsigned types, const struct tf_page *page, struct tf_arena *arena,
                               struct tf_hits *out, struct tf_error *error);

/* The stored bytes; revision 0 is the current one. TF_NOT_FOUND. */
struct tf_text_row {
    struct tf_str bytes;
    char sha256[TF_DIGEST_TEXT];
    int revision;
    char updated_at[TF_TIME_TEXT];
};
enum tf_status tf_store_text(struct tf_store *store, struct tf_uuid source, int revision,
                             struct tf_arena *arena, struct tf_text_row *out,
                             struct tf_error *error);

/* Vocabulary of one kind with how many current claims bear each code. */
struct tf_vocabulary_row {
    struct tf_vocabulary_entry entry;
    uint64_t claims;
};
struct tf_vocabulary_rows {
    struct tf_vocabulary_row *v;
    size_t n, cap;
};
enum tf_status tf_store_vocabulary(struct tf_store *store, const char *kind, struct tf_arena *arena,
                                   struct tf_vocabulary_rows *out, struct tf_error *error);

/* The codes of one kind, ascending: what a filter may name. */
enum tf_status tf_store_codes(struct tf_store *store, const char *kind, struct tf_arena *arena,
                              struct tf_strs *out, struct tf_error *error);

const char *tf_store_library_version(void); /* of SQLite, for `version` */

#endif
