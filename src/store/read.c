/* SPDX-License-Identifier: MIT */
/* Pages of rows, and one row by id. */
#include "packed.h"

#include <math.h>

const char *const tf_kind_names[TF_KIND__MAX] = {
#define X(name, word) word,
    TF_KIND_MAP(X)
#undef X
};

const char *const tf_sort_names[TF_SORT__MAX] = {
#define X(name, word) word,
    TF_SORT_MAP(X)
#undef X
};

const char *const tf_facet_names[TF_FACET__MAX] = {
#define X(name, word) word,
    TF_FACET_MAP(X)
#undef X
};

const char *const tf_filter_names[TF_FILTER__MAX] = {
#define X(name, word) word,
    TF_FILTER_MAP(X)
#undef X
};

/* --- Snapshots ----------------------------------------------------------- */

enum tf_status tf_store_snapshot_begin(struct tf_store *store, struct tf_error *error)
{
    if (store->snapshots == 0) {
        enum tf_status status = store_do(store, BEGIN_READ, error);
        if (status != TF_OK)
            return status;
    }
    store->snapshots++;
    return TF_OK;
}

void tf_store_snapshot_end(struct tf_store *store)
{
    TF_ASSERT(store->snapshots > 0);
    if (--store->snapshots == 0)
        store_do(store, ROLLBACK, NULL); /* nothing was written */
}

enum tf_status tf_store_dataset(struct tf_store *store, struct tf_dataset *out,
                                struct tf_error *error)
{
    struct run run = run_begin(store, READ_DATASET, NULL);
    struct tf_dataset dataset = {.version = -1};
    if (run_row(&run)) {
        dataset.version = get_int(&run, 0, INT64_MAX);
        get_time(&run, dataset.changed_at);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && dataset.version < 0)
        status = tf_error_set(error, TF_CORRUPT, "%s: the data set has no version", store->path);
    if (status == TF_OK)
        *out = dataset;
    return status;
}

enum tf_status tf_store_census(struct tf_store *store, struct tf_census *out,
                               struct tf_error *error)
{
    struct run run = run_begin(store, READ_CENSUS, NULL);
    struct tf_census census = {0};
    uint64_t *const counts[] = {&census.claims, &census.sources, &census.windows, &census.faqs,
                                &census.studies};
    if (run_row(&run))
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            *counts[i] = (uint64_t)get_int(&run, 0, INT64_MAX);
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = census;
    return status;
}

/* --- Rows ---------------------------------------------------------------- */

/* While a page is read: what every reader of a row needs. */
struct reading {
    struct run run;
    struct tf_error *error;
    struct text_window texts;
    int64_t revision;              /* of the row at hand; 0: none yet */
    struct tf_source_ref source;   /* of that revision ... */
    char updated_at[TF_TIME_TEXT]; /* ... and when it changed */
};

/* From the source's id to the revision's row number. */
enum { SOURCE_COLUMNS = 10 };

static void get_revision(struct reading *reading)
{
    struct run *run = &reading->run;
    struct tf_source_ref *source = &reading->source;
    source->id = get_uuid(run);
    source->revision = (int)get_int(run, 1, INT32_MAX);
    source->current = get_int(run, 0, 1) != 0;
    source->key = get_text(run);
    source->title = get_text(run);
    source->publisher = get_text(run);
    source->url = get_text(run);
    source->language = get_text(run);
    get_time(run, reading->updated_at);
    reading->revision = get_int(run, 1, INT64_MAX);
}

/* Neighbours are mostly of one source: is the next row of the one before it, too? */
static bool is_same_revision(const struct reading *reading)
{
    const struct run *run = &reading->run;
    int last = run->column + SOURCE_COLUMNS - 1;
    return reading->revision && !run->damaged &&
           sqlite3_column_int64(run->stmt, last) == reading->revision;
}

/* The columns that all kinds begin with. */
static void get_origin(struct reading *reading, struct tf_position *position,
                       struct tf_source_ref *source, char updated_at[TF_TIME_TEXT])
{
    position->set = true;
    for (int i = 0; i < TF_POSITION_PARTS; i++)
        position->part[i] = get_scalar(&reading->run);
    if (is_same_revision(reading))
        reading->run.column += SOURCE_COLUMNS;
    else
        get_revision(reading);
    *source = reading->source;
    memcpy(updated_at, reading->updated_at, TF_TIME_TEXT);
}

static enum tf_status read_source(struct reading *reading, void *out)
{
    struct tf_source_row *row = out;
    struct run *run = &reading->run;
    struct tf_source_ref ref;
    get_origin(reading, &row->position, &ref, row->updated_at);
    row->id = ref.id;
    row->revision = ref.revision;
    row->meta = (struct tf_source_meta){.key = ref.key,
                                        .title = ref.title,
                                        .publisher = ref.publisher,
                                        .url = ref.url,
                                        .language = ref.language};
    row->meta.published = get_text(run);
    row->meta.retrieved = get_text(run);
    row->meta.license = get_text(run);
    row->revisions = (int)get_int(run, 1, INT32_MAX);
    get_digest(run, row->sha256);
    row->bytes = get_u32(run);
    row->characters = get_u32(run);
    row->extractor = get_text(run);
    row->lexicon = get_text(run);
    row->claims = get_u32(run);
    row->windows = get_u32(run);
    row->faqs = get_u32(run);
    row->studies = get_u32(run);

    struct run roles = run_begin(run->store, SOURCE_ROLES, run->arena);
    run_int(&roles, ":revision", reading->revision);
    while (run_row(&roles)) {
        int role = get_name(&roles, tf_role_names, TF_ROLE__MAX);
        row->roles[role] = get_u32(&roles);
        row->role_characters[role] = get_u32(&roles);
    }
    return run_end(&roles, reading->error);
}

static enum tf_status read_segment(struct reading *reading, void *out)
{
    struct tf_segment_row *row = out;
    struct run *run = &reading->run;
    struct tf_source_ref ref;
    char updated_at[TF_TIME_TEXT];
    get_origin(reading, &row->position, &ref, updated_at);
    row->segment.at = get_span(run);
    row->segment.role = (enum tf_role)get_name(run, tf_role_names, TF_ROLE__MAX);
    row->segment.reason = get_text(run);
    row->has_claim = !get_null(run);
    if (row->has_claim)
        row->claim = get_uuid(run);
    if (run->damaged)
        return TF_OK; /* run_end tells */
    return text_piece(&reading->texts, reading->revision, row->segment.at.byte_start,
                      row->segment.at.byte_end, run->arena, &row->exact, reading->error);
}

/* The words of the claim behind a fact, which stand in its text or in its spans. */
static struct tf_str get_quote(struct run *run)
{
    struct tf_claim claim = {.text = get_text(run)};
    get_claim_spans(run, &claim);
    const struct tf_claim_span *primary = tf_claim_primary(&claim);
    if (!primary)
        run->damaged = true;
    return primary ? primary->exact : TF_STR_NULL;
}

static enum tf_status read_claim(struct reading *reading, void *out)
{
    struct tf_claim_row *row = out;
    struct run *run = &reading->run;
    get_origin(reading, &row->position, &row->source, row->updated_at);
    get_claim(run, &row->claim);
    const struct tf_claim_span *primary = tf_claim_primary(&row->claim);
    if (!primary)
        run->damaged = true;
    if (run->damaged)
        return TF_OK; /* run_end tells */
    return text_around(&reading->texts, reading->revision, &primary->at, run->arena, &row->prefix,
                       &row->suffix, reading->error);
}

/* NULL is "open", in the types' own way. */
static int get_sessions(struct run *run)
{
    if (!get_null(run))
        return (int)get_int(run, 0, INT32_MAX);
    run->column++;
    return -1;
}

static enum tf_status read_window(struct reading *reading, void *out)
{
    struct tf_window_row *row = out;
    struct tf_window *window = &row->window;
    struct run *run = &reading->run;
    get_origin(reading, &row->position, &row->source, row->updated_at);
    window->id = get_uuid(run);
    window->claim = get_uuid(run);
    window->measure = (enum tf_measure)get_name(run, tf_measure_names, TF_MEASURE__MAX);
    window->basis = (enum tf_basis)get_name(run, tf_basis_names, TF_BASIS__MAX);
    window->min = get_text(run);
    window->max = get_text(run);
    window->min_seconds = get_real(run);
    window->max_seconds = get_real(run);
    window->min_sessions = get_sessions(run);
    window->max_sessions = get_sessions(run);
    window->bound = (enum tf_bound)get_name(run, tf_bound_names, TF_BOUND__MAX);
    window->precision = (enum tf_precision)get_name(run, tf_precision_names, TF_PRECISION__MAX);
    get_strs(run, &window->treatments);
    window->route = get_text(run);
    window->condition = get_text(run);
    window->at = get_span(run);
    window->expression = get_text(run);
    row->certainty = (enum tf_certainty)get_name(run, tf_certainty_names, TF_CERTAINTY__MAX);
    row->quote = get_quote(run);
    return TF_OK;
}

static enum tf_status read_faq(struct reading *reading, void *out)
{
    struct tf_faq_row *row = out;
    struct tf_faq *faq = &row->faq;
    struct run *run = &reading->run;
    get_origin(reading, &row->position, &row->source, row->updated_at);
    faq->id = get_uuid(run);
    faq->origin = (enum tf_origin)get_name(run, tf_origin_names, TF_ORIGIN__MAX);
    faq->answer = get_text(run);
    get_places(run, faq);
    get_ids(run, faq);
    faq->question = get_text(run);
    if (faq->question.data)
        faq->question_at = get_span(run);
    return TF_OK;
}

static enum tf_status read_study(struct reading *reading, void *out)
{
    struct tf_study_row *row = out;
    struct tf_study *study = &row->study;
    struct run *run = &reading->run;
    get_origin(reading, &row->position, &row->source, row->updated_at);
    study->id = get_uuid(run);
    study->claim = get_uuid(run);
    study->name = get_text(run);
    study->year = get_null(run) ? (run->column++, 0) : (int)get_int(run, 1, 9999);
    study->study_type = get_text(run);
    study->participants = get_null(run) ? (run->column++, 0) : (int)get_int(run, 1, INT32_MAX);
    study->at = get_span(run);
    row->quote = get_quote(run);
    return TF_OK;
}

static const struct {
    size_t size;
    enum tf_status (*read)(struct reading *reading, void *row);
} readers[TF_KIND__MAX] = {
    [TF_KIND_SOURCE] = {sizeof(struct tf_source_row), read_source},
    [TF_KIND_SEGMENT] = {sizeof(struct tf_segment_row), read_segment},
    [TF_KIND_CLAIM] = {sizeof(struct tf_claim_row), read_claim},
    [TF_KIND_WINDOW] = {sizeof(struct tf_window_row), read_window},
    [TF_KIND_FAQ] = {sizeof(struct tf_faq_row), read_faq},
    [TF_KIND_STUDY] = {sizeof(struct tf_study_row), read_study},
};

/* Up to most rows into one array; a row beyond says that there are more. */
static enum tf_status read_rows(struct tf_store *store, sqlite3_stmt *stmt, enum tf_kind kind,
                                size_t most, struct tf_rows *out, struct run run,
                                struct tf_error *error)
{
    struct reading reading = {.run = run, .error = error, .texts = {store, NULL, 0}};
    enum tf_status status = TF_OK;
    unsigned char *rows = tf_arena_alloc_array(run.arena, most ? most : 1, readers[kind].size);
    struct tf_rows found = {.kind = kind};
    reading.run.stmt = stmt;
    while (rows && status == TF_OK && run_row(&reading.run)) {
        if (found.n == most)
            found.more = true;
        else
            status = readers[kind].read(&reading, rows + readers[kind].size * found.n++);
    }
    text_close(&reading.texts);
    enum tf_status ended = run_end(&reading.run, status == TF_OK ? error : NULL);
    if (status == TF_OK)
        status = ended;
    if (status != TF_OK)
        return status;
    found.sources = (struct tf_source_row *)(void *)rows;
    found.total = out->total;
    *out = found;
    return TF_OK;
}

/* --- Lists --------------------------------------------------------------- */

struct tf_str list_values(const struct tf_strs *values, struct tf_arena *arena)
{
    struct tf_buf json;
    if (!values->n)
        return TF_STR_NULL;
    tf_buf_init(&json);
    for (size_t i = 0; i < values->n; i++) {
        tf_buf_add_char(&json, i ? ',' : '[');
        tf_buf_add_json(&json, values->v[i]);
    }
    tf_buf_add_char(&json, ']');
    return tf_buf_move(&json, arena);
}

static const char *const filter_places[TF_FILTER__MAX] = {
#define X(name, word) ":" word,
    TF_FILTER_MAP(X)
#undef X
};

static void bind_filter(struct run *run, const struct tf_filter *filter)
{
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n)
            run_text(run, filter_places[key], list_values(&filter->values[key], run->arena));
    if (filter->match.data)
        run_text(run, ":match", filter->match);
    if (!isnan(filter->max_lte))
        run_real(run, ":max_lte", filter->max_lte);
    if (!isnan(filter->min_gte))
        run_real(run, ":min_gte", filter->min_gte);
    if (filter->updated_since.data)
        run_text(run, ":updated_since", filter->updated_since);
}

/* Planned, prepared, and its filter bound. */
static enum tf_status begin_list(struct run *run, struct list_spec *spec, struct tf_error *error)
{
    enum tf_status status = list_plan(run->store, spec, run->arena, error);
    if (status == TF_OK)
        status = list_prepare(run->store, spec, &run->stmt, error);
    if (status == TF_OK)
        bind_filter(run, spec->filter);
    return status;
}

static enum tf_status read_total(struct tf_store *store, enum tf_kind kind,
                                 const struct tf_filter *filter, struct tf_arena *arena,
                                 uint64_t *out, struct tf_error *error)
{
    struct run run = {.store = store, .arena = arena};
    struct list_spec spec = {.kind = kind, .form = LIST_COUNT, .filter = filter};
    enum tf_status status = begin_list(&run, &spec, error);
    if (status != TF_OK)
        return status;
    uint64_t total = 0;
    if (run_row(&run))
        total = (uint64_t)get_int(&run, 0, INT64_MAX);
    status = run_end(&run, error);
    if (status == TF_OK)
        *out = total;
    return status;
}

static enum tf_status read_page(struct tf_store *store, enum tf_kind kind,
                                const struct tf_filter *filter, const struct tf_page *page,
                                struct tf_arena *arena, struct tf_rows *out, struct tf_error *error)
{
    struct run run = {.store = store, .arena = arena};
    struct list_spec spec = {.kind = kind,
                             .form = LIST_PAGE,
                             .filter = filter,
                             .sort = page->sort,
                             .descending = page->descending,
                             .after = page->after.set};
    enum tf_status status = begin_list(&run, &spec, error);
    if (status != TF_OK)
        return status;
    run_int(&run, ":limit", (int64_t)page->limit + 1);
    static const char *const places[TF_POSITION_PARTS] = {":p0", ":p1", ":p2"};
    /* A cursor can be made up: what it lacks stays NULL and finds nothing. */
    for (int i = 0; page->after.set && i < TF_POSITION_PARTS; i++)
        if (sqlite3_bind_parameter_index(run.stmt, places[i]))
            run_scalar(&run, places[i], &page->after.part[i]);
    return read_rows(store, run.stmt, kind, page->limit, out, run, error);
}

enum tf_status tf_store_list(struct tf_store *store, enum tf_kind kind,
                             const struct tf_filter *filter, const struct tf_page *page,
                             struct tf_arena *arena, struct tf_rows *out, struct tf_error *error)
{
    struct tf_rows rows = {.kind = kind};
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    if (page->count)
        status = read_total(store, kind, filter, arena, &rows.total, error);
    if (status == TF_OK)
        status = read_page(store, kind, filter, page, arena, &rows, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK)
        *out = rows;
    return status;
}

enum tf_status tf_store_facet(struct tf_store *store, enum tf_kind kind,
                              const struct tf_filter *filter, enum tf_facet facet,
                              struct tf_arena *arena, struct tf_facet_values *out,
                              struct tf_error *error)
{
    struct tf_facet_values values = {.facet = facet};
    struct run run = {.store = store, .arena = arena};
    struct list_spec spec = {.kind = kind, .form = LIST_FACET, .filter = filter, .facet = facet};
    enum tf_status status = begin_list(&run, &spec, error);
    if (status != TF_OK)
        return status;
    run_int(&run, ":limit", TF_FACET_VALUES + 1);
    while (run_row(&run)) {
        values.truncated = values.n == TF_FACET_VALUES;
        struct tf_facet_value *value = values.truncated ? NULL : TF_PUSH(arena, &values);
        if (!value)
            continue;
        value->value = get_text(&run);
        value->count = (uint64_t)get_int(&run, 0, INT64_MAX);
    }
    status = run_end(&run, error);
    if (status == TF_OK)
        *out = values;
    return status;
}

enum tf_status tf_store_get(struct tf_store *store, enum tf_kind kind, struct tf_uuid id,
                            struct tf_arena *arena, struct tf_rows *out, struct tf_error *error)
{
    static const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    struct tf_rows rows = {.kind = kind};
    struct run run = {.store = store, .arena = arena};
    struct list_spec spec = {.kind = kind, .form = LIST_ONE, .filter = &none};
    enum tf_status status = list_prepare(store, &spec, &run.stmt, error);
    if (status != TF_OK)
        return status;
    status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    run_uuid(&run, ":id", id);
    status = read_rows(store, run.stmt, kind, 1, &rows, run, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK && rows.n == 0)
        status =
            tf_error_set(error, TF_NOT_FOUND, "none of the %s has this id", tf_kind_names[kind]);
    if (status == TF_OK)
        *out = rows;
    return status;
}

enum tf_status tf_store_text(struct tf_store *store, struct tf_uuid source, int revision,
                             struct tf_arena *arena, struct tf_text_row *out,
                             struct tf_error *error)
{
    struct run run = run_begin(store, FIND_TEXT, arena);
    struct tf_text_row row = {.revision = -1};
    run_uuid(&run, ":source", source);
    run_int(&run, ":number", revision);
    if (run_row(&run)) {
        row.bytes = get_blob(&run);
        get_digest(&run, row.sha256);
        row.revision = (int)get_int(&run, 1, INT32_MAX);
        get_time(&run, row.updated_at);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && row.revision < 0)
        status = tf_error_set(error, TF_NOT_FOUND, "no source has this id and revision");
    if (status == TF_OK)
        *out = row;
    return status;
}
