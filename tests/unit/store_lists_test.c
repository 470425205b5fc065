/* SPDX-License-Identifier: MIT */
/* Lists against what filtering and sorting all facts by hand gives: the same rows in
 * the same order whatever a list starts from, page by page, up and down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "many_fixture.h"

enum { PAGES = 36, LIMIT = 11, ROWS_MAX = PAGES * 10 };

struct page {
    struct fixture f;
    struct tf_source_meta meta;
    int64_t revision;
    char updated_at[TF_TIME_TEXT];
};

/* A row of any list; of its members those are set that its kind has. */
struct row {
    const struct page *page;
    size_t place;
    const struct tf_segment *segment;
    const struct tf_claim *claim; /* itself, or the one behind the fact */
    const struct tf_window *window;
    const struct tf_faq *faq;
    const struct tf_study *study;
    struct tf_scalar part[TF_POSITION_PARTS]; /* its place in the list */
};

struct rows {
    struct row v[ROWS_MAX];
    size_t n;
};

struct world {
    char path[64];
    struct tf_store *store;
    struct tf_arena *arena; /* of one question */
    struct tf_error error;
    struct page pages[PAGES];
    struct rows all[TF_KIND__MAX], expected;
    uint32_t limit; /* rows a page */
    size_t asked;
};

/* --- Loading ------------------------------------------------------------- */

/* Few times, so that there are ties. */
static void set_times(struct world *w)
{
    static const char sql[] = "UPDATE revision SET updated_at ="
                              " printf('2025-01-%02dT00:00:00.000Z', 1 + revision_id % 5)";
    assert_int_equal(sqlite3_exec(w->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void read_page(struct world *w, int i)
{
    struct page *page = &w->pages[i];
    sqlite3_stmt *stmt;
    page->f = many_facts(i, "");
    page->meta = many_meta(page->f.arena, i);
    assert_int_equal(sqlite3_prepare_v2(w->store->db,
                                        "SELECT r.revision_id, r.updated_at FROM source AS s"
                                        " JOIN revision AS r ON r.revision_id = s.current_revision"
                                        " WHERE s.key = ?",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(stmt, 1, page->meta.key.data, (int)page->meta.key.size, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    page->revision = sqlite3_column_int64(stmt, 0);
    snprintf(page->updated_at, sizeof page->updated_at, "%s",
             (const char *)sqlite3_column_text(stmt, 1));
    sqlite3_finalize(stmt);
}

static const struct tf_claim *claim_of(const struct page *page, struct tf_uuid id)
{
    for (size_t i = 0; i < page->f.facts.claims.n; i++)
        if (tf_uuid_equal(page->f.facts.claims.v[i].id, id))
            return &page->f.facts.claims.v[i];
    fail_msg("no such claim");
    return NULL;
}

static void add_row(struct world *w, enum tf_kind kind, struct row row)
{
    struct rows *rows = &w->all[kind];
    assert_true(rows->n < ROWS_MAX);
    rows->v[rows->n++] = row;
}

static void add_rows(struct world *w, const struct page *page)
{
    const struct tf_extraction *facts = &page->f.facts;
    add_row(w, TF_KIND_SOURCE, (struct row){.page = page});
    for (size_t i = 0; i < facts->segments.n; i++)
        add_row(w, TF_KIND_SEGMENT,
                (struct row){.page = page, .place = i, .segment = &facts->segments.v[i]});
    for (size_t i = 0; i < facts->claims.n; i++)
        add_row(w, TF_KIND_CLAIM,
                (struct row){.page = page, .place = i, .claim = &facts->claims.v[i]});
    for (size_t i = 0; i < facts->windows.n; i++)
        add_row(w, TF_KIND_WINDOW,
                (struct row){.page = page,
                             .place = i,
                             .window = &facts->windows.v[i],
                             .claim = claim_of(page, facts->windows.v[i].claim)});
    for (size_t i = 0; i < facts->faqs.n; i++)
        add_row(w, TF_KIND_FAQ, (struct row){.page = page, .place = i, .faq = &facts->faqs.v[i]});
    for (size_t i = 0; i < facts->studies.n; i++)
        add_row(w, TF_KIND_STUDY,
                (struct row){.page = page,
                             .place = i,
                             .study = &facts->studies.v[i],
                             .claim = claim_of(page, facts->studies.v[i].claim)});
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    fixture_path(w->path);
    w->arena = tf_arena_new(0);
    if (tf_store_open(w->path, TF_STORE_CREATE, &w->store, &w->error) != TF_OK)
        return -1;
    w->limit = LIMIT;
    many_load(w->store, PAGES);
    set_times(w);
    for (int i = 0; i < PAGES; i++) {
        read_page(w, i);
        add_rows(w, &w->pages[i]);
    }
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    tf_store_close(w->store);
    fixture_remove(w->path);
    for (int i = 0; i < PAGES; i++)
        fixture_clear(&w->pages[i].f);
    tf_arena_free(w->arena);
    free(w);
    return 0;
}

/* --- Filtering by hand --------------------------------------------------- */

static bool has(const struct tf_strs *values, struct tf_str value)
{
    return value.data && tf_strs_contain(values, value);
}

static bool has_any(const struct tf_strs *values, const struct tf_strs *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (has(values, list->v[i]))
            return true;
    return false;
}

static bool has_id(const struct tf_strs *values, struct tf_uuid id)
{
    char text[TF_UUID_TEXT];
    tf_uuid_format(id, text);
    return has(values, tf_str_of(text));
}

static bool is_study(const struct tf_strs *values, const struct tf_study *study)
{
    for (size_t i = 0; i < values->n; i++)
        if (values->v[i].size == study->name.size &&
            sqlite3_strnicmp(values->v[i].data, study->name.data, (int)study->name.size) == 0)
            return true;
    return has_id(values, study->id);
}

static bool cites(const struct tf_strs *values, const struct row *row)
{
    const struct tf_extraction *facts = &row->page->f.facts;
    if (row->study)
        return is_study(values, row->study);
    for (size_t i = 0; i < facts->studies.n; i++)
        if (tf_uuid_equal(facts->studies.v[i].claim, row->claim->id) &&
            is_study(values, &facts->studies.v[i]))
            return true;
    return false;
}

static bool passes_as_claim(const struct tf_claim *claim, enum tf_filter_key key,
                            const struct tf_strs *values)
{
    switch (key) {
    case TF_FILTER_TREATMENT:
        return has_any(values, &claim->treatments);
    case TF_FILTER_CONDITION:
        return has_any(values, &claim->conditions);
    case TF_FILTER_ROUTE:
        return has_any(values, &claim->routes);
    case TF_FILTER_TOPIC:
        return has(values, tf_str_of(tf_topic_names[claim->topic]));
    case TF_FILTER_CERTAINTY:
        return has(values, tf_str_of(tf_certainty_names[claim->certainty]));
    case TF_FILTER_POLARITY:
        return has(values, tf_str_of(tf_polarity_names[claim->polarity]));
    case TF_FILTER_KIND:
        return has(values, tf_str_of(tf_span_role_names[tf_claim_primary(claim)->role]));
    case TF_FILTER_SECTION:
        return has(values, claim->section);
    case TF_FILTER_CLAIM:
        return has_id(values, claim->id);
    default:
        fail_msg("%s", tf_filter_names[key]);
        return false;
    }
}

static bool passes_as_window(const struct row *row, enum tf_filter_key key,
                             const struct tf_strs *values)
{
    const struct tf_window *window = row->window;
    switch (key) {
    case TF_FILTER_TREATMENT:
        return has_any(values, &window->treatments);
    case TF_FILTER_CONDITION:
        return has(values, window->condition);
    case TF_FILTER_ROUTE:
        return has(values, window->route);
    case TF_FILTER_MEASURE:
        return has(values, tf_str_of(tf_measure_names[window->measure]));
    case TF_FILTER_BASIS:
        return has(values, tf_str_of(tf_basis_names[window->basis]));
    case TF_FILTER_PRECISION:
        return has(values, tf_str_of(tf_precision_names[window->precision]));
    case TF_FILTER_BOUND:
        return has(values, tf_str_of(tf_bound_names[window->bound]));
    default:
        return passes_as_claim(row->claim, key, values);
    }
}

/* An answer is about what its claims are about. */
static bool passes_as_faq(const struct row *row, enum tf_filter_key key,
                          const struct tf_strs *values)
{
    const struct tf_faq *faq = row->faq;
    if (key == TF_FILTER_ORIGIN)
        return has(values, tf_str_of(tf_origin_names[faq->origin]));
    for (size_t i = 0; i < faq->claims.n; i++)
        if (passes_as_claim(claim_of(row->page, faq->claims.v[i]), key, values))
            return true;
    return false;
}

static bool passes(const struct row *row, enum tf_filter_key key, const struct tf_strs *values)
{
    if (key == TF_FILTER_SOURCE)
        return has(values, row->page->meta.key) ||
               has_id(values, tf_source_id(row->page->meta.key));
    if (key == TF_FILTER_ROLE)
        return has(values, tf_str_of(tf_role_names[row->segment->role]));
    if (key == TF_FILTER_STUDY)
        return cites(values, row);
    if (row->window)
        return passes_as_window(row, key, values);
    return row->faq ? passes_as_faq(row, key, values) : passes_as_claim(row->claim, key, values);
}

/* The words that are asked for are in no other word of the pages. */
static bool says(struct tf_str text, struct tf_str word)
{
    for (size_t i = 0; text.data && i + word.size <= text.size; i++)
        if (sqlite3_strnicmp(text.data + i, word.data, (int)word.size) == 0)
            return true;
    return false;
}

static bool passes_all(const struct row *row, const struct tf_filter *filter)
{
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n && !passes(row, (enum tf_filter_key)key, &filter->values[key]))
            return false;
    if (!isnan(filter->max_lte) && !(row->window->max_seconds <= filter->max_lte))
        return false;
    if (!isnan(filter->min_gte) && !(row->window->min_seconds >= filter->min_gte))
        return false;
    if (filter->updated_since.data && strcmp(row->page->updated_at, filter->updated_since.data) < 0)
        return false;
    if (filter->match.data)
        return row->faq ? says(row->faq->question, filter->match) ||
                              says(row->faq->answer, filter->match)
                        : says(row->claim->text, filter->match);
    return true;
}

/* --- Sorting by hand ----------------------------------------------------- */

static struct tf_scalar text_part(struct tf_str text)
{
    return (struct tf_scalar){.type = TF_SCALAR_TEXT, .text = text.data ? text : TF_STR("")};
}

static struct tf_scalar number_part(int64_t number)
{
    return (struct tf_scalar){.type = TF_SCALAR_INTEGER, .integer = number};
}

static struct tf_scalar id_part(const struct tf_uuid *id)
{
    return (struct tf_scalar){.type = TF_SCALAR_BLOB, .text = {(const char *)id->b, sizeof id->b}};
}

/* What is counted in sessions is last, up and down. */
static struct tf_scalar length_part(const struct tf_window *window, enum tf_sort sort, bool down)
{
    double value = sort == TF_SORT_MIN ? (isnan(window->min_seconds) ? 0 : window->min_seconds)
                                       : (isnan(window->max_seconds) ? 1e307 : window->max_seconds);
    if (window->basis == TF_BASIS_SESSIONS)
        value = down ? -INFINITY : INFINITY;
    return (struct tf_scalar){.type = TF_SCALAR_REAL, .real = value};
}

static void set_parts(struct row *row, enum tf_kind kind, enum tf_sort sort, bool down)
{
    const struct page *page = row->page;
    const struct tf_scalar none = {.type = TF_SCALAR_NONE};
    const struct tf_scalar key = text_part(page->meta.key);
    const struct tf_scalar place = kind == TF_KIND_SOURCE ? none : number_part((int64_t)row->place);
    struct tf_scalar parts[TF_POSITION_PARTS] = {key, place, none};
    if (sort == TF_SORT_UPDATED_AT) {
        parts[0] = text_part(tf_str_of(page->updated_at));
        parts[1] = number_part(page->revision);
        parts[2] = place;
    } else if (sort == TF_SORT_TITLE || sort == TF_SORT_PUBLISHED) {
        parts[0] = text_part(sort == TF_SORT_TITLE ? page->meta.title : page->meta.published);
        parts[1] = key;
    } else if (sort == TF_SORT_MIN || sort == TF_SORT_MAX) {
        parts[0] = length_part(row->window, sort, down);
        parts[1] = number_part(FACT_ROW(page->revision, row->place));
    } else if (sort == TF_SORT_NAME || sort == TF_SORT_YEAR) {
        parts[0] =
            sort == TF_SORT_NAME ? text_part(row->study->name) : number_part(row->study->year);
        parts[1] = id_part(&row->study->id);
    }
    memcpy(row->part, parts, sizeof parts);
}

/* Case matters in no name. */
static int compare_texts(struct tf_str a, struct tf_str b, bool name)
{
    size_t least = a.size < b.size ? a.size : b.size;
    int order = name ? sqlite3_strnicmp(a.data, b.data, (int)least) : memcmp(a.data, b.data, least);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_parts(const struct tf_scalar *a, const struct tf_scalar *b, bool name)
{
    assert_int_equal(a->type, b->type);
    if (a->type == TF_SCALAR_INTEGER)
        return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->type == TF_SCALAR_REAL)
        return (a->real > b->real) - (a->real < b->real);
    return a->type == TF_SCALAR_NONE ? 0 : compare_texts(a->text, b->text, name);
}

static bool precedes(const struct row *a, const struct row *b, enum tf_sort sort, bool down)
{
    for (int i = 0; i < TF_POSITION_PARTS; i++) {
        int order = compare_parts(&a->part[i], &b->part[i], i == 0 && sort == TF_SORT_NAME);
        if (order)
            return down ? order > 0 : order < 0;
    }
    return false;
}

static void expect(struct world *w, enum tf_kind kind, const struct tf_filter *filter,
                   enum tf_sort sort, bool down)
{
    struct rows *out = &w->expected;
    out->n = 0;
    for (size_t i = 0; i < w->all[kind].n; i++) {
        struct row row = w->all[kind].v[i];
        if (!passes_all(&row, filter))
            continue;
        set_parts(&row, kind, sort, down);
        size_t at = out->n++;
        for (; at > 0 && precedes(&row, &out->v[at - 1], sort, down); at--)
            out->v[at] = out->v[at - 1];
        out->v[at] = row;
    }
}

/* --- Asking -------------------------------------------------------------- */

static void describe(const struct list_spec *spec, char out[256])
{
    int used = snprintf(out, 256, "%s by %s%s, plan %d lead %s:", tf_kind_names[spec->kind],
                        tf_sort_names[spec->sort], spec->descending ? " down" : "", spec->plan,
                        tf_filter_names[spec->lead]);
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (spec->filter->values[key].n)
            used += snprintf(out + used, (size_t)(256 - used), " %s %zu", tf_filter_names[key],
                             spec->filter->values[key].n);
    snprintf(out + used, (size_t)(256 - used), " max %.0f min %.0f since %d match %s",
             spec->filter->max_lte, spec->filter->min_gte, spec->filter->updated_since.data != NULL,
             spec->filter->match.data ? spec->filter->match.data : "none");
}

static void assert_place(const struct world *w, size_t i, const struct tf_scalar *part,
                         const struct list_spec *spec)
{
    char question[256];
    bool same = i < w->expected.n;
    for (int k = 0; same && k < TF_POSITION_PARTS; k++)
        same = part[k].type == w->expected.v[i].part[k].type &&
               compare_parts(&part[k], &w->expected.v[i].part[k], false) == 0;
    if (same)
        return;
    describe(spec, question);
    fail_msg("%s: row %zu of %zu is another", question, i, w->expected.n);
}

static void assert_all(const struct world *w, size_t n, const struct list_spec *spec)
{
    char question[256];
    if (n == w->expected.n)
        return;
    describe(spec, question);
    fail_msg("%s: %zu rows, not %zu", question, n, w->expected.n);
}

static struct run ask(struct world *w, const struct list_spec *spec)
{
    const struct tf_filter *filter = spec->filter;
    struct run run = {.store = w->store, .arena = w->arena};
    if (list_prepare(w->store, spec, &run.stmt, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    for (int key = 0; key < TF_FILTER__MAX; key++) {
        char name[32];
        snprintf(name, sizeof name, ":%s", tf_filter_names[key]);
        if (filter->values[key].n)
            run_text(&run, name, list_values(&filter->values[key], w->arena));
    }
    if (filter->match.data)
        run_text(&run, ":match", filter->match);
    if (!isnan(filter->max_lte))
        run_real(&run, ":max_lte", filter->max_lte);
    if (!isnan(filter->min_gte))
        run_real(&run, ":min_gte", filter->min_gte);
    if (filter->updated_since.data)
        run_text(&run, ":updated_since", filter->updated_since);
    w->asked++;
    return run;
}

static void end(struct world *w, struct run *run)
{
    if (run_end(run, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
}

/* Gives how many rows a page has, and where the next one goes on. */
static size_t walk_page(struct world *w, struct list_spec *spec, struct tf_scalar *after,
                        size_t seen)
{
    static const char *const names[TF_POSITION_PARTS] = {":p0", ":p1", ":p2"};
    size_t n = 0;
    struct run run = ask(w, spec);
    for (int i = 0; spec->after && i < TF_POSITION_PARTS; i++)
        if (sqlite3_bind_parameter_index(run.stmt, names[i]))
            run_scalar(&run, names[i], &after[i]);
    run_int(&run, ":limit", w->limit);
    struct tf_scalar last[TF_POSITION_PARTS];
    for (; run_row(&run); n++) {
        for (int i = 0; i < TF_POSITION_PARTS; i++)
            last[i] = get_scalar(&run);
        assert_place(w, seen + n, last, spec);
    }
    end(w, &run);
    if (n)
        memcpy(after, last, sizeof last);
    return n;
}

static void check_plan(struct world *w, struct list_spec *spec)
{
    struct tf_scalar after[TF_POSITION_PARTS];
    size_t seen = 0, n;
    if (!list_supported(spec))
        return;
    spec->after = false;
    do {
        n = walk_page(w, spec, after, seen);
        seen += n;
        spec->after = true;
    } while (n == w->limit);
    assert_all(w, seen, spec);
}

static void check_count(struct world *w, const struct list_spec *page)
{
    struct list_spec spec = *page;
    spec.form = LIST_COUNT;
    if (!list_supported(&spec))
        return;
    struct run run = ask(w, &spec);
    assert_true(run_row(&run));
    assert_all(w, (size_t)get_int(&run, 0, INT32_MAX), &spec);
    end(w, &run);
}

/* --- Every plan ---------------------------------------------------------- */

static void check_leads(struct world *w, struct list_spec *spec)
{
    for (int key = 0; key < TF_FILTER__MAX; key++) {
        size_t values = spec->filter->values[key].n;
        if (!values)
            continue;
        spec->lead = (enum tf_filter_key)key;
        spec->plan = PLAN_SOURCES;
        check_plan(w, spec);
        check_count(w, spec);
        spec->plan = PLAN_TALLY;
        if (values == 1 && spec->sort == TF_SORT_PLACE) {
            check_plan(w, spec);
            check_count(w, spec);
        }
    }
}

static void check_plans(struct world *w, struct list_spec *spec)
{
    const struct tf_filter *filter = spec->filter;
    static const enum list_plan plans[] = {PLAN_WALK, PLAN_REVISIONS, PLAN_MATCH};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        spec->plan = plans[i];
        check_plan(w, spec);
        check_count(w, spec);
    }
    spec->plan = PLAN_RANGE;
    if (!isnan(filter->max_lte) || !isnan(filter->min_gte))
        check_plan(w, spec);
    spec->plan = PLAN_MATCH_WALK;
    if (spec->sort == TF_SORT_PLACE)
        check_plan(w, spec);
    if (!filter->match.data)
        check_leads(w, spec);
}

static const struct tf_position *position_of(const struct tf_rows *rows, size_t i)
{
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        return &rows->sources[i].position;
    case TF_KIND_SEGMENT:
        return &rows->segments[i].position;
    case TF_KIND_CLAIM:
        return &rows->claims[i].position;
    case TF_KIND_WINDOW:
        return &rows->windows[i].position;
    case TF_KIND_FAQ:
        return &rows->faqs[i].position;
    default:
        return &rows->studies[i].position;
    }
}

/* The row itself is the one that stands there. */
static void assert_row(const struct tf_rows *rows, size_t i, const struct row *row)
{
    struct tf_uuid source = tf_source_id(row->page->meta.key);
    if (rows->kind == TF_KIND_SOURCE)
        assert_memory_equal(&rows->sources[i].id, &source, sizeof source);
    if (rows->kind == TF_KIND_SEGMENT)
        assert_int_equal(rows->segments[i].segment.at.start, row->segment->at.start);
    if (rows->kind == TF_KIND_CLAIM)
        assert_memory_equal(&rows->claims[i].claim.id, &row->claim->id, sizeof source);
    if (rows->kind == TF_KIND_WINDOW)
        assert_memory_equal(&rows->windows[i].window.id, &row->window->id, sizeof source);
    if (rows->kind == TF_KIND_FAQ)
        assert_memory_equal(&rows->faqs[i].faq.id, &row->faq->id, sizeof source);
    if (rows->kind == TF_KIND_STUDY)
        assert_memory_equal(&rows->studies[i].study.id, &row->study->id, sizeof source);
}

/* As the list itself would be read. */
static void check_list(struct world *w, const struct list_spec *spec)
{
    struct tf_page page = {
        .sort = spec->sort, .descending = spec->descending, .limit = w->limit, .count = true};
    struct tf_rows rows;
    size_t seen = 0;
    do {
        if (tf_store_list(w->store, spec->kind, spec->filter, &page, w->arena, &rows, &w->error) !=
            TF_OK)
            fail_msg("%s", w->error.message);
        assert_all(w, rows.total, spec);
        for (size_t i = 0; i < rows.n; i++, seen++) {
            assert_place(w, seen, position_of(&rows, i)->part, spec);
            assert_row(&rows, i, &w->expected.v[seen]);
        }
        if (rows.n)
            page.after = *position_of(&rows, rows.n - 1);
    } while (rows.more);
    assert_all(w, seen, spec);
}

static void check_filter(struct world *w, enum tf_kind kind, const struct tf_filter *filter)
{
    const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    for (int i = 0; i < TF_SORT__MAX * 2; i++) {
        struct list_spec spec = {.kind = kind,
                                 .form = LIST_PAGE,
                                 .filter = &none,
                                 .sort = (enum tf_sort)(i / 2),
                                 .descending = i % 2};
        if (spec.sort == TF_SORT_KEY || !list_supported(&spec))
            continue;
        spec.filter = filter;
        expect(w, kind, filter, spec.sort, spec.descending);
        check_plans(w, &spec);
        check_list(w, &spec);
        tf_arena_reset(w->arena);
    }
}

/* --- Filters ------------------------------------------------------------- */

/* Two values each; those that are NULL are ids or keys of pages. */
static const char *const values[TF_FILTER__MAX][2] = {
    [TF_FILTER_TREATMENT] = {"tea", "rare"},
    [TF_FILTER_CONDITION] = {"worry", "fatigue"},
    [TF_FILTER_ROUTE] = {"oral", "nasal"},
    [TF_FILTER_TOPIC] = {"onset", "safety"},
    [TF_FILTER_CERTAINTY] = {"hedged", "asserted"},
    [TF_FILTER_POLARITY] = {"negated", "affirmed"},
    [TF_FILTER_KIND] = {"cell", "item"},
    [TF_FILTER_SECTION] = {"speed", "Pages, \"quoted\""},
    [TF_FILTER_STUDY] = {"leaf journal", NULL},
    [TF_FILTER_MEASURE] = {"onset", "course"},
    [TF_FILTER_BASIS] = {"sessions", "time"},
    [TF_FILTER_PRECISION] = {"exact", "vague"},
    [TF_FILTER_BOUND] = {"point", "range"},
    [TF_FILTER_ORIGIN] = {"orphan", "explicit"},
    [TF_FILTER_ROLE] = {"promo", "question"},
};

static struct tf_str value_of(struct world *w, enum tf_filter_key key, int which)
{
    static char text[2][TF_UUID_TEXT];
    const struct page *page = &w->pages[which ? 8 : 3];
    if (values[key][which])
        return tf_str_of(values[key][which]);
    if (key == TF_FILTER_SOURCE && which == 0)
        return page->meta.key;
    tf_uuid_format(key == TF_FILTER_SOURCE  ? tf_source_id(page->meta.key)
                   : key == TF_FILTER_STUDY ? page->f.facts.studies.v[0].id
                                            : page->f.facts.claims.v[which ? 3 : 0].id,
                   text[which]);
    return tf_str_of(text[which]);
}

/* A filter with the values whose bits are set. */
static struct tf_strs values_of(struct world *w, enum tf_filter_key key, int bits,
                                struct tf_str room[2])
{
    struct tf_strs list = {.v = room};
    for (int which = 0; which < 2; which++)
        if (bits >> which & 1)
            room[list.n++] = value_of(w, key, which);
    return list;
}

static const struct {
    double max_lte, min_gte;
    const char *since, *match;
} others[] = {
    {NAN, NAN, NULL, NULL},
    {NAN, NAN, "2025-01-03T00:00:00.000Z", NULL},
    {NAN, NAN, NULL, "tea"},
    {NAN, NAN, "2025-01-03T00:00:00.000Z", "sleepers"},
    {14400, NAN, NULL, NULL},
    {NAN, 60, NULL, NULL},
    {86400, 0, "2025-01-02T00:00:00.000Z", NULL},
    {14400, NAN, NULL, "calm"},
};
enum { OTHERS = sizeof others / sizeof *others };

static bool takes(enum tf_kind kind, size_t i)
{
    bool lengths = !isnan(others[i].max_lte) || !isnan(others[i].min_gte);
    bool words = kind != TF_KIND_SOURCE && kind != TF_KIND_SEGMENT;
    return (!lengths || kind == TF_KIND_WINDOW) && (!others[i].match || words);
}

static struct tf_filter filter_of(size_t i)
{
    return (struct tf_filter){.max_lte = others[i].max_lte,
                              .min_gte = others[i].min_gte,
                              .updated_since = tf_str_of(others[i].since),
                              .match = tf_str_of(others[i].match)};
}

static void check_values(struct world *w, enum tf_kind kind, struct tf_filter filter)
{
    struct tf_str room[2];
    check_filter(w, kind, &filter);
    for (int i = 0; i < TF_FILTER__MAX * 3; i++) {
        enum tf_filter_key key = (enum tf_filter_key)(i / 3);
        if (!list_takes(kind, key))
            continue;
        filter.values[key] = values_of(w, key, i % 3 + 1, room);
        check_filter(w, kind, &filter);
        filter.values[key].n = 0;
    }
}

static void check_kind(struct world *w, enum tf_kind kind)
{
    for (size_t i = 0; i < OTHERS; i++)
        if (takes(kind, i))
            check_values(w, kind, filter_of(i));
    assert_true(w->asked > 50);
}

/* --- Tests --------------------------------------------------------------- */

static void sources_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_SOURCE);
}

static void segments_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_SEGMENT);
}

static void claims_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_CLAIM);
}

static void windows_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_WINDOW);
}

static void faqs_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_FAQ);
}

static void studies_are_the_same_under_every_plan(void **state)
{
    check_kind(*state, TF_KIND_STUDY);
}

/* Also from what is counted in sessions, and within what is as long. */
static void windows_by_length_go_on_behind_each(void **state)
{
    struct world *w = *state;
    const struct tf_filter none = filter_of(0);
    for (w->limit = 1; w->limit <= 3; w->limit++)
        check_filter(w, TF_KIND_WINDOW, &none);
    w->limit = LIMIT;
}

/* A cursor that nobody was given leads to no row twice, nor past one. */
static void all_windows_are_behind_a_cursor_before_them(void **state)
{
    struct world *w = *state;
    const struct tf_filter none = filter_of(0);
    for (int i = 0; i < 4; i++) {
        bool down = i & 1;
        struct tf_page page = {.sort = i & 2 ? TF_SORT_MAX : TF_SORT_MIN,
                               .descending = down,
                               .limit = ROWS_MAX,
                               .after = {.set = true}};
        struct tf_rows rows;
        const struct list_spec spec = {
            .kind = TF_KIND_WINDOW, .filter = &none, .sort = page.sort, .descending = down};
        page.after.part[0] =
            (struct tf_scalar){.type = TF_SCALAR_REAL, .real = down ? INFINITY : -INFINITY};
        page.after.part[1] = page.after.part[2] = number_part(down ? INT64_MAX : INT64_MIN);
        expect(w, TF_KIND_WINDOW, &none, page.sort, down);
        if (tf_store_list(w->store, TF_KIND_WINDOW, &none, &page, w->arena, &rows, &w->error) !=
            TF_OK)
            fail_msg("%s", w->error.message);
        assert_all(w, rows.n, &spec);
        for (size_t k = 0; k < rows.n; k++)
            assert_place(w, k, position_of(&rows, k)->part, &spec);
        tf_arena_reset(w->arena);
    }
}

/* Each filter with each other, a value and two. */
static void two_filters_mean_and(void **state)
{
    struct world *w = *state;
    for (int kind = TF_KIND_CLAIM; kind < TF_KIND__MAX; kind++)
        for (int i = 0; i < TF_FILTER__MAX * TF_FILTER__MAX; i++) {
            enum tf_filter_key one = (enum tf_filter_key)(i / TF_FILTER__MAX);
            enum tf_filter_key other = (enum tf_filter_key)(i % TF_FILTER__MAX);
            struct tf_str room[4];
            struct tf_filter filter = filter_of(0);
            if (one == other || !list_takes(kind, one) || !list_takes(kind, other))
                continue;
            filter.values[one] = values_of(w, one, 1, room);
            filter.values[other] = values_of(w, other, 3, room + 2);
            check_filter(w, (enum tf_kind)kind, &filter);
        }
}

/* --- Facets -------------------------------------------------------------- */

static void push(struct world *w, struct tf_strs *list, struct tf_str value)
{
    if (value.data && !tf_strs_contain(list, value))
        tf_strs_push(w->arena, list, value);
}

static void push_all(struct world *w, struct tf_strs *list, const struct tf_strs *from)
{
    for (size_t i = 0; i < from->n; i++)
        push(w, list, from->v[i]);
}

/* What a claim, or the one behind a fact, is counted by. */
static void claim_values(struct world *w, const struct tf_claim *claim, enum tf_facet facet,
                         struct tf_strs *out)
{
    if (facet == TF_FACET_TREATMENT)
        push_all(w, out, &claim->treatments);
    if (facet == TF_FACET_CONDITION)
        push_all(w, out, &claim->conditions);
    if (facet == TF_FACET_ROUTE)
        push_all(w, out, &claim->routes);
    if (facet == TF_FACET_TOPIC)
        push(w, out, tf_str_of(tf_topic_names[claim->topic]));
    if (facet == TF_FACET_CERTAINTY)
        push(w, out, tf_str_of(tf_certainty_names[claim->certainty]));
    if (facet == TF_FACET_POLARITY)
        push(w, out, tf_str_of(tf_polarity_names[claim->polarity]));
    if (facet == TF_FACET_KIND)
        push(w, out, tf_str_of(tf_span_role_names[tf_claim_primary(claim)->role]));
}

static void window_values(struct world *w, const struct row *row, enum tf_facet facet,
                          struct tf_strs *out)
{
    const struct tf_window *window = row->window;
    if (facet == TF_FACET_TREATMENT)
        push_all(w, out, &window->treatments);
    else if (facet == TF_FACET_CONDITION)
        push(w, out, window->condition);
    else if (facet == TF_FACET_ROUTE)
        push(w, out, window->route);
    else if (facet == TF_FACET_MEASURE)
        push(w, out, tf_str_of(tf_measure_names[window->measure]));
    else if (facet == TF_FACET_BASIS)
        push(w, out, tf_str_of(tf_basis_names[window->basis]));
    else if (facet == TF_FACET_BOUND)
        push(w, out, tf_str_of(tf_bound_names[window->bound]));
    else if (facet == TF_FACET_PRECISION)
        push(w, out, tf_str_of(tf_precision_names[window->precision]));
    else
        claim_values(w, row->claim, facet, out);
}

static void study_values(struct world *w, const struct row *row, enum tf_facet facet,
                         struct tf_strs *out)
{
    if (facet == TF_FACET_STUDY_TYPE)
        push(w, out, row->study->study_type);
    else if (facet == TF_FACET_YEAR && row->study->year)
        push(w, out, tf_arena_printf(w->arena, "%d", row->study->year));
    else
        claim_values(w, row->claim, facet, out);
}

static struct tf_strs facet_values(struct world *w, const struct row *row, enum tf_facet facet)
{
    struct tf_strs out = {0};
    if (facet == TF_FACET_SOURCE)
        push(w, &out, row->page->meta.key);
    else if (facet == TF_FACET_PUBLISHER)
        push(w, &out, row->page->meta.publisher);
    else if (facet == TF_FACET_LANGUAGE)
        push(w, &out, row->page->meta.language);
    else if (facet == TF_FACET_ROLE)
        push(w, &out, tf_str_of(tf_role_names[row->segment->role]));
    else if (facet == TF_FACET_ORIGIN)
        push(w, &out, tf_str_of(tf_origin_names[row->faq->origin]));
    else if (row->window)
        window_values(w, row, facet, &out);
    else if (row->study)
        study_values(w, row, facet, &out);
    else if (row->faq)
        for (size_t i = 0; i < row->faq->claims.n; i++)
            claim_values(w, claim_of(row->page, row->faq->claims.v[i]), facet, &out);
    else
        claim_values(w, row->claim, facet, &out);
    return out;
}

/* Each value with its number, and all of them; the most frequent first. */
static void check_facet(struct world *w, enum tf_kind kind, const struct tf_filter *filter,
                        enum tf_facet facet)
{
    struct tf_facet_values found;
    uint64_t total = 0, sum = 0, counts[TF_FACET_VALUES] = {0};
    if (tf_store_facet(w->store, kind, filter, facet, w->arena, &found, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    for (size_t i = 0; i < w->expected.n; i++) {
        struct tf_strs of_row = facet_values(w, &w->expected.v[i], facet);
        total += of_row.n;
        for (size_t k = 0; k < found.n; k++)
            counts[k] += tf_strs_contain(&of_row, found.v[k].value);
    }
    for (size_t k = 0; k < found.n; k++) {
        sum += found.v[k].count;
        if (found.v[k].count != counts[k])
            fail_msg("%s by %s: %.*s", tf_kind_names[kind], tf_facet_names[facet],
                     TF_STR_ARG(found.v[k].value));
        assert_true(k == 0 || counts[k] < counts[k - 1] ||
                    (counts[k] == counts[k - 1] &&
                     tf_str_compare(found.v[k - 1].value, found.v[k].value) < 0));
    }
    assert_int_equal(sum, total);
    assert_false(found.truncated);
}

static void check_facets(struct world *w, enum tf_kind kind, const struct tf_filter *filter)
{
    const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    expect(w, kind, filter, TF_SORT_PLACE, false);
    for (int facet = 0; facet < TF_FACET__MAX; facet++) {
        struct list_spec spec = {
            .kind = kind, .form = LIST_FACET, .filter = &none, .facet = (enum tf_facet)facet};
        if (list_supported(&spec))
            check_facet(w, kind, filter, (enum tf_facet)facet);
    }
    tf_arena_reset(w->arena);
}

static void facets_count_what_passes(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < TF_KIND__MAX * OTHERS; i++) {
        enum tf_kind kind = (enum tf_kind)(i / OTHERS);
        struct tf_filter filter = filter_of((size_t)i % OTHERS);
        if (!takes(kind, (size_t)i % OTHERS))
            continue;
        check_facets(w, kind, &filter);
        for (int k = 0; k < TF_FILTER__MAX * 3; k++) {
            struct tf_str room[2];
            enum tf_filter_key key = (enum tf_filter_key)(k / 3);
            if (!list_takes(kind, key))
                continue;
            filter.values[key] = values_of(w, key, k % 3 + 1, room);
            check_facets(w, kind, &filter);
            filter.values[key].n = 0;
        }
    }
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sources_are_the_same_under_every_plan),
        TEST(segments_are_the_same_under_every_plan),
        TEST(claims_are_the_same_under_every_plan),
        TEST(windows_are_the_same_under_every_plan),
        TEST(faqs_are_the_same_under_every_plan),
        TEST(studies_are_the_same_under_every_plan),
        TEST(windows_by_length_go_on_behind_each),
        TEST(all_windows_are_behind_a_cursor_before_them),
        TEST(two_filters_mean_and),
        TEST(facets_count_what_passes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
