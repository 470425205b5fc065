/* SPDX-License-Identifier: MIT */
/* Ids follow from the source's key and from words; each is computed again. */
#include "store_internal.h"

struct id_row {
    struct tf_uuid id, parent;
    struct tf_str words, question;
    uint32_t equals; /* how many equal ones share the occurrence numbers */
};

typedef struct tf_uuid id_fn(const struct id_row *row, unsigned occurrence);

static struct tf_uuid claim_id(const struct id_row *row, unsigned occurrence)
{
    struct tf_claim claim = {.text = row->words};
    return tf_claim_id(row->parent, &claim, occurrence);
}

static struct tf_uuid window_id(const struct id_row *row, unsigned occurrence)
{
    return tf_window_id(row->parent, row->words, occurrence);
}

static struct tf_uuid faq_id(const struct id_row *row, unsigned occurrence)
{
    return tf_faq_id(row->parent, row->question, row->words, occurrence);
}

static struct tf_uuid study_id(const struct id_row *row, unsigned occurrence)
{
    (void)occurrence;
    return tf_study_id(row->parent, row->words);
}

static const struct {
    enum statement which;
    const char *what;
    id_fn *id;
} kinds[] = {
    {VERIFY_CLAIM_IDS, "claim", claim_id},
    {VERIFY_WINDOW_IDS, "window", window_id},
    {VERIFY_FAQ_IDS, "FAQ", faq_id},
    {VERIFY_STUDY_IDS, "study", study_id},
};

/* The first of its kind nearly always; else one of the equal ones before. */
static bool follows(const struct id_row *row, id_fn *id)
{
    for (unsigned occurrence = 0; occurrence < row->equals; occurrence++)
        if (tf_uuid_equal(id(row, occurrence), row->id))
            return true;
    return false;
}

static void tell(struct findings *findings, const char *what, struct tf_uuid id)
{
    char text[TF_UUID_TEXT];
    tf_uuid_format(id, text);
    finding_add(findings, "%s %s: its id does not follow from its words", what, text);
}

static enum tf_status check_kind(struct tf_store *store, size_t kind, int64_t revision,
                                 struct tf_arena *arena, struct findings *findings,
                                 struct tf_error *error)
{
    struct run run = run_begin(store, kinds[kind].which, arena);
    run_int(&run, ":revision", revision);
    while (run_row(&run)) {
        struct id_row row;
        row.id = get_uuid(&run);
        row.parent = get_uuid(&run);
        row.words = get_text(&run);
        row.question = get_text(&run);
        row.equals = get_u32(&run);
        if (!run.damaged && !tf_arena_failed(arena) && !follows(&row, kinds[kind].id))
            tell(findings, kinds[kind].what, row.id);
        tf_arena_reset(arena);
    }
    return run_end(&run, error);
}

static enum tf_status check_sources(struct tf_store *store, struct tf_arena *arena,
                                    struct findings *findings, struct tf_error *error)
{
    struct run run = run_begin(store, VERIFY_SOURCE_IDS, arena);
    while (run_row(&run)) {
        struct tf_uuid id = get_uuid(&run);
        struct tf_str key = get_text(&run);
        if (!run.damaged && !tf_uuid_equal(id, tf_source_id(key)))
            tell(findings, "source", id);
    }
    return run_end(&run, error);
}

static enum tf_status check_facts(struct tf_store *store, const struct revisions *revisions,
                                  struct findings *findings, struct tf_error *error)
{
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < revisions->n; i++)
        for (size_t kind = 0; status == TF_OK && kind < sizeof kinds / sizeof *kinds; kind++)
            status = check_kind(store, kind, revisions->v[i], arena, findings, error);
    tf_arena_free(arena);
    return status;
}

enum tf_status check_ids(struct tf_store *store, struct tf_arena *arena, struct findings *findings,
                         struct tf_error *error)
{
    struct revisions revisions = {0};
    enum tf_status status = check_sources(store, arena, findings, error);
    if (status == TF_OK)
        status = read_revisions(store, arena, &revisions, error);
    return status == TF_OK ? check_facts(store, &revisions, findings, error) : status;
}
