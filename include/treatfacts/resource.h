/* SPDX-License-Identifier: MIT */
/*
 * resource: facts to JSON and sources.json to metadata. The only room that
 * knows Jansson, which reads; what is written goes straight into a buffer.
 *
 * Writers append UTF-8 to a buffer; keys stand in the order of the API
 * document and are always present. The buffer's failure flag tells of no memory
 * or of a string that is not UTF-8; what was appended is then incomplete.
 */
#ifndef TREATFACTS_RESOURCE_H
#define TREATFACTS_RESOURCE_H

#include <treatfacts/query.h>

/* Goes with every answer that holds facts. */
extern const char tf_resource_disclaimer[];

/* What `extract` prints; versions are those of extractor and lexicon. */
void tf_resource_extraction(const struct tf_extraction *facts, const char *extractor,
                            const char *lexicon, struct tf_buf *out);
/* What `extract --times` prints. */
void tf_resource_times(const struct tf_extraction *facts, struct tf_buf *out);

/* {"data": [...], "links": {...}, "meta": {...}}; self is the request's path
 * and query as asked, next the same with the next cursor. */
struct tf_list_links {
    struct tf_str self, next; /* next absent at the end */
};
void tf_resource_list(const struct tf_query *query, const struct tf_result *result,
                      const struct tf_list_links *links, struct tf_buf *out);
/* {"data": {...}, "links": {"self"}, "meta": {...}} for rows->n == 1. */
void tf_resource_single(const struct tf_rows *rows, const struct tf_strs *fields,
                        const struct tf_dataset *dataset, struct tf_str self,
                        struct tf_buf *out);
/* The answers of /v1/search and /v1/onset-windows/summary. */
void tf_resource_search(const struct tf_query *query, const struct tf_search_result *result,
                        const struct tf_list_links *links, struct tf_buf *out);
void tf_resource_summary(const struct tf_query *query, const struct tf_summary *summary,
                         struct tf_str self, struct tf_buf *out);

/* --- Rows in other forms ------------------------------------------------- */

/* Wherever fields is given it names the top-level keys of a row in JSON that are
 * shown; NULL, or none named: all. */

/* How many rows a result has, of facts or of vocabulary. */
size_t tf_resource_rows(enum tf_list list, const struct tf_result *result);

/* application/x-ndjson: row i as a JSON object on a line of its own. */
void tf_resource_row_line(enum tf_list list, const struct tf_result *result, size_t i,
                          const struct tf_strs *fields, struct tf_buf *out);

/* text/csv; header=present (RFC 4180): the line of the columns' names, and row i
 * below it. Nested values have columns of their own, members of a list are
 * separated by "; ", absent values are empty. Words that a spreadsheet would take
 * for a formula have an apostrophe in front. */
void tf_resource_csv_header(enum tf_list list, const struct tf_strs *fields, struct tf_buf *out);
void tf_resource_csv_row(enum tf_list list, const struct tf_result *result, size_t i,
                         const struct tf_strs *fields, struct tf_buf *out);

/*
 * application/ld+json in the vocabulary of schema.org, for claims, windows and
 * FAQs: a page that says the disclaimer with the rows in it; safe to paste into
 * a script element. An answer without a question is left out of a list; alone it
 * stands as an Answer. rows->n == 1 for a single.
 */
void tf_resource_jsonld_list(const struct tf_rows *rows, struct tf_buf *out);
void tf_resource_jsonld_single(const struct tf_rows *rows, struct tf_buf *out);

/* --- Whole lists --------------------------------------------------------- */

/* The rows of a result as lines or CSV; first: with the header where there is one. */
void tf_resource_records(enum tf_format format, const struct tf_query *query,
                         const struct tf_result *result, bool first, struct tf_buf *out);

/*
 * A list from its beginning to its end as NDJSON, CSV or JSON-LD, page by page and so
 * in memory that does not grow. The query is copied, its place and limit set. All of it
 * is of one state of the database if the caller holds a snapshot of the store.
 */
struct tf_whole;
enum tf_status tf_resource_whole_new(struct tf_store *store, const struct tf_query *query,
                                     enum tf_format format, struct tf_whole **out,
                                     struct tf_error *error);
void tf_resource_whole_free(struct tf_whole *whole); /* NULL is fine */
/* Appends the next page; not to be called again when there is no more. */
enum tf_status tf_resource_whole_next(struct tf_whole *whole, struct tf_buf *out, bool *more,
                                      struct tf_error *error);
/* The version of the page that was appended last. */
const struct tf_dataset *tf_resource_whole_dataset(const struct tf_whole *whole);

/* --- What is not a row --------------------------------------------------- */

/* A kind of problem (RFC 9457) and what is to be known of it. */
struct tf_problem_type {
    int http_status;
    const char *code; /* last segment of `type` */
    const char *title, *meaning, *advice;
};
/* {"data": {"type", "code", "title", "status", "meaning", "advice"}, "links": {"self"}} */
void tf_resource_problem_type(const struct tf_problem_type *type, struct tf_buf *out);
/* The same with an array in data. */
void tf_resource_problem_types(const struct tf_problem_type *types, size_t count,
                               struct tf_buf *out);

/* RFC 9457 problem details. */
struct tf_problem {
    const struct tf_problem_type *type;
    struct tf_str detail, instance, request_id;
    const struct tf_violations *violations; /* NULL: none */
};
void tf_resource_problem(const struct tf_problem *problem, struct tf_buf *out);

/* {"name", "version", "disclaimer", "entry_points": [{"path", "summary", "type"}]}, for /. */
struct tf_entry_point {
    const char *path, *summary, *type;
};
void tf_resource_index(const struct tf_entry_point *points, size_t count, struct tf_buf *out);

/* A flat JSON object of strings, for /version and /healthz. A value that is
 * absent becomes null. */
struct tf_pair {
    const char *key;
    struct tf_str value;
};
void tf_resource_pairs(const struct tf_pair *pairs, size_t count, struct tf_buf *out);
/* One line of `load --json`. */
void tf_resource_report(struct tf_str path, const struct tf_source_meta *meta,
                        const struct tf_report *report, struct tf_buf *out);

/* --- sources.json -------------------------------------------------------- */

/*
 * An object of objects: {"file.txt": {"key"?, "title"?, "publisher"?, "url"?,
 * "published"?, "retrieved"?, "license"?, "language"?}}. TF_INPUT with file,
 * line and column for bad JSON; with file and member for a wrong type, an
 * unknown member, a date that is none or a URL that is not http(s).
 */
struct tf_manifest_row {
    struct tf_str file;         /* path below the folder */
    struct tf_source_meta meta; /* key absent where not given */
};
struct tf_manifest {
    struct tf_manifest_row *v;
    size_t n, cap;
};
enum tf_status tf_resource_manifest(const char *path, struct tf_str json, struct tf_arena *arena,
                                    struct tf_manifest *out, struct tf_error *error);

const char *tf_resource_library_version(void); /* of Jansson, for `version` */

#endif
