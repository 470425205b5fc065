/* SPDX-License-Identifier: MIT */
/*
 * A database file that nobody vouches for. The input changes a good one: single
 * bytes and whole pages of the file, cells of its tables, the SQL of its schema. Then
 * it is opened, verified and asked for everything that is served, or for what the first
 * byte says, which is faster: it may be refused, found damaged or answer, and what it
 * answers is JSON.
 */
#include "fuzz.h"

#include "edits.h"
#include "input.h"
#include "json.h"
#include "world.h"

#include <treatfacts/resource.h>

static struct world world;
static struct tf_buf good; /* the file before any change */

static void tear_down(void)
{
    world_remove(&world);
    tf_buf_clear(&good);
}

static void set_up(void)
{
    if (good.size)
        return;
    world_make(&world);
    tf_buf_init(&good);
    TF_ASSERT(tf_file_read(world.database, 1 << 24, &good, NULL) == TF_OK);
    atexit(tear_down);
}

/* --- What may come out ---------------------------------------------------- */

/* Whatever is in the file, it is the file's fault, and the message says so. */
static bool succeeded(enum tf_status status, const struct tf_error *error)
{
    if (status == TF_OK)
        return true;
    TF_ASSERT(status == TF_CORRUPT || status == TF_DATABASE || status == TF_IO ||
              status == TF_FOREIGN || status == TF_OLDER || status == TF_NEWER ||
              status == TF_READ_ONLY || status == TF_NOT_FOUND || status == TF_NO_MEMORY);
    TF_ASSERT(error->message[0]);
    return false;
}

/* A body that failed is never sent. */
static void check_body(struct tf_buf *body)
{
    if (!body->failed)
        check_json(tf_buf_str(body));
    tf_buf_clear(body);
}

/* --- Asking --------------------------------------------------------------- */

static const struct question {
    enum tf_list list;
    const char *name, *value;
} questions[] = {
    {TF_LIST_CLAIMS, "limit", "20"},
    {TF_LIST_CLAIMS, "treatment", "ketamine"},
    {TF_LIST_CLAIMS, "facet", "topic,source,treatment,condition,route,certainty,polarity,kind"},
    {TF_LIST_CLAIMS, "q", "ketamine OR weeks"},
    {TF_LIST_CLAIMS, "sort", "-updated_at"},
    {TF_LIST_CLAIMS, "format", "jsonld"},
    {TF_LIST_SOURCES, "count", "true"},
    {TF_LIST_SOURCES, "sort", "title"},
    {TF_LIST_SOURCES, "facet", "publisher,language"},
    {TF_LIST_SEGMENTS, "facet", "role"},
    {TF_LIST_ONSET_WINDOWS, "max_lte", "P1D"},
    {TF_LIST_TIME_WINDOWS, "sort", "-max"},
    {TF_LIST_TIME_WINDOWS, "facet", "measure,basis,bound,precision"},
    {TF_LIST_FAQS, "origin", "explicit,heading,orphan"},
    {TF_LIST_FAQS, "topic", "onset"},
    {TF_LIST_STUDIES, "facet", "study_type,year"},
    {TF_LIST_TREATMENTS, "sort", "-claims"},
    {TF_LIST_CONDITIONS, "sort", "label"},
    {TF_LIST_TOPICS, "limit", "500"},
    {TF_LIST_ROUTES, "limit", "1"},
    {TF_LIST_SEARCH, "q", "ketamine OR weeks OR lamps"},
    {TF_LIST_SUMMARY, "group_by", "treatment,route,condition"},
};

static const struct tf_list_links links = {TF_STR("/"), TF_STR_NULL};

static void show_row(const struct tf_query *query, const struct tf_result *result, size_t row)
{
    struct tf_buf line;
    tf_buf_init(&line);
    tf_resource_csv_row(query->list, result, row, NULL, &line);
    tf_buf_clear(&line);
    tf_resource_row_line(query->list, result, row, NULL, &line);
    check_body(&line);
}

static bool ask_page(struct tf_store *store, struct tf_query *query, struct tf_arena *arena)
{
    struct tf_result result;
    struct tf_error error = {0};
    struct tf_buf body;
    if (!succeeded(tf_query_run(store, query, arena, &result, &error), &error))
        return false;
    tf_buf_init(&body);
    if (query->format == TF_FORMAT_JSONLD)
        tf_resource_jsonld_list(&result.rows, &body);
    else
        tf_resource_list(query, &result, &links, &body);
    check_body(&body);
    for (size_t i = 0; i < tf_resource_rows(query->list, &result); i++)
        show_row(query, &result, i);
    query->page.after = result.end;
    return result.end.set;
}

static void ask_search(struct tf_store *store, struct tf_query *query, struct tf_arena *arena)
{
    struct tf_search_result result;
    struct tf_error error = {0};
    struct tf_buf body;
    if (!succeeded(tf_query_search(store, query, arena, &result, &error), &error))
        return;
    tf_buf_init(&body);
    tf_resource_search(query, &result, &links, &body);
    check_body(&body);
}

static void ask_summary(struct tf_store *store, struct tf_query *query, struct tf_arena *arena)
{
    struct tf_violations violations = {0};
    struct tf_summary summary;
    struct tf_error error = {0};
    struct tf_buf body;
    if (!succeeded(tf_query_summary(store, query, arena, &summary, &violations, &error), &error))
        return;
    tf_buf_init(&body);
    tf_resource_summary(query, &summary, TF_STR("/"), &body);
    check_body(&body);
}

static void ask(struct tf_store *store, const struct question *question, struct tf_arena *arena)
{
    const struct tf_parameter given = {tf_str_of(question->name), tf_str_of(question->value)};
    struct tf_violations violations = {0};
    struct tf_query query;
    struct tf_error error = {0};
    enum tf_status status =
        tf_query_parse(store, question->list, NULL, &given, 1, arena, &query, &violations, &error);
    if (status == TF_PARAMETER) /* its vocabulary lacks the code */
        return;
    if (!succeeded(status, &error))
        return;
    if (question->list == TF_LIST_SEARCH)
        ask_search(store, &query, arena);
    else if (question->list == TF_LIST_SUMMARY)
        ask_summary(store, &query, arena);
    else if (ask_page(store, &query, arena))
        ask_page(store, &query, arena);
}

static const struct tf_uuid *id_of(const struct tf_rows *rows, size_t i)
{
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        return &rows->sources[i].id;
    case TF_KIND_CLAIM:
        return &rows->claims[i].claim.id;
    case TF_KIND_WINDOW:
        return &rows->windows[i].window.id;
    case TF_KIND_FAQ:
        return &rows->faqs[i].faq.id;
    case TF_KIND_STUDY:
        return &rows->studies[i].study.id;
    case TF_KIND_SEGMENT:
    case TF_KIND__MAX:
        break;
    }
    return NULL;
}

static void get_one(struct tf_store *store, enum tf_kind kind, struct tf_uuid id,
                    struct tf_arena *arena)
{
    const struct tf_dataset dataset = {.version = 1};
    struct tf_rows rows;
    struct tf_text_row text;
    struct tf_error error = {0};
    struct tf_buf body;
    if (kind == TF_KIND_SOURCE)
        succeeded(tf_store_text(store, id, 0, arena, &text, &error), &error);
    if (!succeeded(tf_store_get(store, kind, id, arena, &rows, &error), &error))
        return;
    TF_ASSERT(rows.n == 1);
    tf_buf_init(&body);
    tf_resource_single(&rows, NULL, &dataset, TF_STR("/"), &body);
    check_body(&body);
}

static void get_each(struct tf_store *store, enum tf_kind kind, struct tf_arena *arena)
{
    const struct tf_filter filter = {.max_lte = __builtin_nan(""), .min_gte = __builtin_nan("")};
    const struct tf_page page = {.sort = TF_SORT_PLACE, .limit = 3};
    struct tf_rows rows;
    struct tf_error error = {0};
    if (!succeeded(tf_store_list(store, kind, &filter, &page, arena, &rows, &error), &error))
        return;
    for (size_t i = 0; i < rows.n && kind != TF_KIND_SEGMENT; i++)
        get_one(store, kind, *id_of(&rows, i), arena);
}

/* --- All ------------------------------------------------------------------ */

static void count_finding(void *context, const char *finding)
{
    TF_ASSERT(finding[0]);
    ++*(uint64_t *)context;
}

static void verify(struct tf_store *store)
{
    uint64_t told = 0, findings, spans;
    struct tf_error error = {0};
    if (succeeded(tf_store_verify(store, count_finding, &told, &findings, &spans, &error), &error))
        TF_ASSERT(told == findings);
}

enum { QUESTIONS = sizeof questions / sizeof *questions, PARTS = QUESTIONS + TF_KIND__MAX };

/* A question, or the facts of a kind one by one. */
static void ask_part(struct tf_store *store, unsigned part, struct tf_arena *arena)
{
    if (part < QUESTIONS)
        ask(store, &questions[part], arena);
    else
        get_each(store, (enum tf_kind)(part - QUESTIONS), arena);
    tf_arena_reset(arena);
}

enum use { USE_ALL, USE_VERIFY, USE_PARTS, USE_PART };

static void use(struct tf_store *store, unsigned how)
{
    struct tf_error error = {0};
    struct tf_arena *arena = tf_arena_new((size_t)64 * 1024 * 1024);
    TF_ASSERT(arena);
    static const enum use uses[] = {USE_ALL,  USE_VERIFY, USE_PARTS, USE_PART,
                                    USE_PART, USE_PART,   USE_PART,  USE_PART};
    enum use use = uses[how % 8];
    if (use == USE_ALL)
        succeeded(tf_store_prepare(store, &error), &error);
    if (use == USE_ALL || use == USE_VERIFY)
        verify(store);
    for (unsigned part = 0; part < PARTS && use != USE_VERIFY; part++)
        if (use != USE_PART || part == how / 8 % PARTS)
            ask_part(store, part, arena);
    tf_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    set_up();
    struct input input = {data, size};
    struct tf_store *store;
    struct tf_error error = {0};
    unsigned how = (unsigned)input_number(&input, 1);
    edit(&world, tf_buf_str(&good), &input);
    if (succeeded(tf_store_open(world.database, TF_STORE_READ, &store, &error), &error)) {
        use(store, how);
        tf_store_close(store);
    }
    return 0;
}
