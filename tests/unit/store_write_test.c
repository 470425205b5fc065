/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "store_fixture.h"

static enum tf_status put_meta(struct world *w, const struct fixture *f,
                               const struct tf_source_meta *meta, struct tf_report *report)
{
    struct tf_store_source source = {
        .meta = meta, .bytes = f->text, .facts = &f->facts, .extractor = "1", .lexicon = "a"};
    enum tf_status status = tf_store_put(w->store, &source, report, &w->error);
    if (status != TF_OK && status != TF_CORRUPT)
        print_error("%s\n", w->error.message);
    return status;
}

static struct tf_report put(struct world *w, const char *key, const char *prefix)
{
    struct fixture f = fixture_tea(key, prefix);
    struct tf_source_meta meta = {.key = tf_str_of(key)};
    struct tf_report report = {0};
    assert_int_equal(put_meta(w, &f, &meta, &report), TF_OK);
    fixture_clear(&f);
    return report;
}

static int64_t version(struct world *w)
{
    struct tf_dataset out;
    assert_int_equal(tf_store_dataset(w->store, &out, &w->error), TF_OK);
    return out.version;
}

static struct tf_rows list(struct world *w, enum tf_kind kind)
{
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    struct tf_page page = {.limit = 100, .count = true};
    struct tf_rows rows;
    if (tf_store_list(w->store, kind, &filter, &page, w->arena, &rows, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    return rows;
}

static void first_load_is_new_and_counts_its_claims(void **state)
{
    struct world *w = *state;
    int64_t before = version(w);
    struct tf_report report = put(w, "tea.txt", "");
    assert_int_equal(report.outcome, TF_OUTCOME_NEW);
    assert_int_equal(report.revision, 1);
    assert_int_equal(report.added, 3);
    assert_int_equal(report.kept + report.moved + report.gone, 0);
    assert_true(version(w) > before);
}

static void same_load_again_writes_nothing(void **state)
{
    struct world *w = *state;
    put(w, "tea.txt", "");
    int64_t before = version(w);
    struct tf_report report = put(w, "tea.txt", "");
    assert_int_equal(report.outcome, TF_OUTCOME_UNCHANGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(version(w), before);
}

static void other_metadata_updates_without_a_new_revision(void **state)
{
    struct world *w = *state;
    put(w, "tea.txt", "");
    struct fixture f = fixture_tea("tea.txt", "");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt"), .title = TF_STR("On tea")};
    struct tf_report report;
    enum tf_outcome outcome;
    assert_int_equal(tf_store_compare(w->store, &meta, f.facts.sha256, &outcome, &w->error), TF_OK);
    assert_int_equal(outcome, TF_OUTCOME_UPDATED);
    assert_int_equal(put_meta(w, &f, &meta, &report), TF_OK);
    assert_int_equal(report.outcome, TF_OUTCOME_UPDATED);
    assert_int_equal(report.revision, 1);
    assert_string_equal(list(w, TF_KIND_SOURCE).sources[0].meta.title.data, "On tea");
    fixture_clear(&f);
}

static void text_that_moved_keeps_its_claims(void **state)
{
    struct world *w = *state;
    put(w, "tea.txt", "");
    struct tf_report report = put(w, "tea.txt", "\n\n");
    assert_int_equal(report.outcome, TF_OUTCOME_CHANGED);
    assert_int_equal(report.revision, 2);
    assert_int_equal(report.moved, 3);
    assert_int_equal(report.relabelled, 0);
    assert_int_equal(report.gone + report.added + report.kept, 0);
    assert_int_equal(list(w, TF_KIND_CLAIM).total, 3);
}

static void old_revision_stays_readable(void **state)
{
    struct world *w = *state;
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_rows rows;
    struct tf_report report;
    struct tf_text_row text;
    put(w, "tea.txt", "");
    struct tf_uuid id = list(w, TF_KIND_CLAIM).claims[2].claim.id;
    struct fixture shorter = fixture_of("tea.txt", "", tea_lines, 4);
    assert_int_equal(put_meta(w, &shorter, &meta, &report), TF_OK);
    assert_int_equal(report.gone, 1);
    assert_int_equal(report.kept, 2);
    assert_int_equal(list(w, TF_KIND_CLAIM).n, 2);
    assert_int_equal(tf_store_get(w->store, TF_KIND_CLAIM, id, w->arena, &rows, &w->error), TF_OK);
    assert_false(rows.claims[0].source.current);
    assert_int_equal(rows.claims[0].source.revision, 1);
    struct tf_uuid source = tf_source_id(TF_STR("tea.txt"));
    assert_int_equal(tf_store_text(w->store, source, 1, w->arena, &text, &w->error), TF_OK);
    assert_true(text.bytes.size > shorter.text.size);
    assert_int_equal(tf_store_text(w->store, source, 0, w->arena, &text, &w->error), TF_OK);
    assert_true(tf_str_equal(text.bytes, shorter.text));
    assert_int_equal(tf_store_text(w->store, source, 3, w->arena, &text, &w->error), TF_NOT_FOUND);
    fixture_clear(&shorter);
}

static void everything_comes_back_as_it_was_put(void **state)
{
    struct world *w = *state;
    put(w, "tea.txt", "");
    struct tf_rows rows = list(w, TF_KIND_CLAIM);
    const struct tf_claim_row *row = &rows.claims[0];
    assert_int_equal(rows.n, 3);
    assert_string_equal(row->claim.text.data, tea_lines[1].text);
    assert_int_equal(row->claim.certainty, TF_CERTAINTY_HEDGED);
    assert_true(tf_str_is(row->claim.hedges.v[0], "may"));
    assert_true(tf_str_is(row->claim.conditions.v[0], "worry"));
    assert_true(tf_str_is(row->prefix, "How soon does café tea work?\n"));
    assert_int_equal(fixture_characters(row->suffix, row->suffix.size), 32);
    rows = list(w, TF_KIND_WINDOW);
    assert_int_equal(rows.n, 1);
    assert_true(rows.windows[0].window.max_seconds == 14400);
    assert_int_equal(rows.windows[0].window.max_sessions, -1);
    assert_string_equal(rows.windows[0].quote.data, tea_lines[1].text);
    rows = list(w, TF_KIND_FAQ);
    assert_int_equal(rows.faqs[0].faq.claims.n, 1);
    assert_int_equal(rows.faqs[0].faq.answer_spans.n, 1);
    rows = list(w, TF_KIND_STUDY);
    assert_int_equal(rows.studies[0].study.year, 2021);
    rows = list(w, TF_KIND_SEGMENT);
    assert_int_equal(rows.n, 5);
    assert_string_equal(rows.segments[3].exact.data, "Order a box today!");
    assert_false(rows.segments[3].has_claim);
    assert_true(rows.segments[4].has_claim);
    rows = list(w, TF_KIND_SOURCE);
    assert_int_equal(rows.sources[0].roles[TF_ROLE_CLAIM], 3);
    assert_int_equal(rows.sources[0].claims, 3);
}

static void falsified_quote_is_refused_and_nothing_stays(void **state)
{
    struct world *w = *state;
    struct fixture f = fixture_tea("tea.txt", "");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_report report;
    f.facts.claims.v[1].spans.v[0].exact = TF_STR("The Leaf Journal found it sweet..");
    int64_t before = version(w);
    assert_int_equal(put_meta(w, &f, &meta, &report), TF_CORRUPT);
    assert_int_equal(version(w), before);
    assert_int_equal(list(w, TF_KIND_SOURCE).n, 0);
    assert_int_equal(list(w, TF_KIND_CLAIM).n, 0);
    assert_int_equal(put(w, "tea.txt", "").outcome, TF_OUTCOME_NEW);
    fixture_clear(&f);
}

static void facts_of_another_text_are_refused(void **state)
{
    struct world *w = *state;
    struct fixture f = fixture_tea("tea.txt", ""), other = fixture_tea("tea.txt", "\n");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_store_source source = {
        .meta = &meta, .bytes = other.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    assert_int_equal(tf_store_put(w->store, &source, &report, &w->error), TF_CORRUPT);
    fixture_clear(&f);
    fixture_clear(&other);
}

/* --- Several in one transaction ------------------------------------------ */

static void sources_of_one_transaction_are_there_together(void **state)
{
    struct world *w = *state;
    assert_int_equal(tf_store_begin(w->store, &w->error), TF_OK);
    put(w, "tea.txt", "");
    put(w, "more.txt", "");
    assert_int_equal(put(w, "tea.txt", "\n").outcome, TF_OUTCOME_CHANGED);
    assert_int_equal(put(w, "tea.txt", "\n").outcome, TF_OUTCOME_UNCHANGED);
    assert_int_equal(tf_store_end(w->store, TF_OK, &w->error), TF_OK);
    struct tf_rows rows = list(w, TF_KIND_CLAIM), found;
    assert_int_equal(rows.total, 6);
    for (size_t i = 0; i < rows.n; i++) {
        assert_int_equal(tf_store_get(w->store, TF_KIND_CLAIM, rows.claims[i].claim.id, w->arena,
                                      &found, &w->error),
                         TF_OK);
        assert_true(found.claims[0].source.current);
    }
    assert_sound(w);
}

static void failure_of_one_leaves_none_of_a_transaction(void **state)
{
    struct world *w = *state;
    struct fixture f = fixture_tea("more.txt", "");
    struct tf_source_meta meta = {.key = TF_STR("more.txt")};
    struct tf_report report;
    put(w, "tea.txt", "");
    int64_t before = version(w);
    f.facts.claims.v[1].spans.v[0].exact = TF_STR("The Leaf Journal found it sweet..");
    assert_int_equal(tf_store_begin(w->store, &w->error), TF_OK);
    put(w, "tea.txt", "\n");
    put(w, "other.txt", "");
    assert_int_equal(put_meta(w, &f, &meta, &report), TF_CORRUPT);
    assert_int_equal(tf_store_end(w->store, TF_CORRUPT, &w->error), TF_CORRUPT);
    assert_int_equal(version(w), before);
    assert_int_equal(list(w, TF_KIND_SOURCE).total, 1);
    assert_sound(w);
    put(w, "other.txt", ""); /* nothing of what was undone is written with it */
    assert_int_equal(list(w, TF_KIND_WINDOW).total, 2);
    assert_sound(w);
    fixture_clear(&f);
}

/* --- Rebuilding ---------------------------------------------------------- */

static enum tf_status rederive_hedged(void *context, const struct tf_source_meta *meta,
                                      int revision, struct tf_str bytes, struct tf_error *error)
{
    struct world *w = context;
    struct fixture f = fixture_tea(meta->key.data, "");
    f.facts.claims.v[2].certainty = TF_CERTAINTY_HEDGED;
    struct tf_store_source source = {
        .meta = meta, .bytes = bytes, .facts = &f.facts, .extractor = "2", .lexicon = "a"};
    struct tf_report report;
    enum tf_status status = tf_store_rederive(w->store, &source, revision, &report, error);
    assert_int_equal(report.outcome, TF_OUTCOME_REDERIVED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.relabelled, 1);
    fixture_clear(&f);
    return status;
}

static void rebuild_replaces_facts_and_keeps_ids(void **state)
{
    struct world *w = *state;
    put(w, "tea.txt", "");
    struct tf_uuid id = list(w, TF_KIND_CLAIM).claims[2].claim.id;
    assert_int_equal(tf_store_each_text(w->store, rederive_hedged, w, &w->error), TF_OK);
    struct tf_rows rows = list(w, TF_KIND_CLAIM);
    assert_int_equal(rows.n, 3);
    assert_true(tf_uuid_equal(rows.claims[2].claim.id, id));
    assert_int_equal(rows.claims[2].claim.certainty, TF_CERTAINTY_HEDGED);
    assert_string_equal(list(w, TF_KIND_SOURCE).sources[0].extractor.data, "2");
    assert_int_equal(list(w, TF_KIND_FAQ).n, 1);
}

static void put_line(struct world *w, const char *key, const char *text, struct tf_uuid *id)
{
    const struct line line = {.text = text, .role = TF_ROLE_CLAIM};
    struct fixture f = fixture_of(key, "", &line, 1);
    struct tf_source_meta meta = {.key = tf_str_of(key)};
    struct tf_report report;
    assert_int_equal(put_meta(w, &f, &meta, &report), TF_OK);
    *id = f.facts.claims.v[0].id;
    fixture_clear(&f);
}

static struct tf_str text_of_claim(struct world *w, struct tf_uuid id)
{
    struct tf_rows rows;
    assert_int_equal(tf_store_get(w->store, TF_KIND_CLAIM, id, w->arena, &rows, &w->error), TF_OK);
    assert_true(tf_uuid_equal(rows.claims[0].claim.id, id));
    return rows.claims[0].claim.text;
}

/* By those bytes they are found; of a hundred thousand such lines two are alike. */
static void ids_that_begin_alike_are_told_apart(void **state)
{
    struct world *w = *state;
    struct tf_uuid a, b;
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    struct tf_page page = {.limit = 10, .count = true};
    struct tf_rows rows;
    char text[TF_UUID_TEXT];
    put_line(w, "a", "Claim number 103637.", &a);
    put_line(w, "b", "Claim number 29855.", &b);
    assert_memory_equal(&a, &b, 4);
    assert_true(tf_str_is(text_of_claim(w, a), "Claim number 103637."));
    assert_true(tf_str_is(text_of_claim(w, b), "Claim number 29855."));
    tf_uuid_format(b, text);
    struct tf_str value = tf_str_of(text);
    filter.values[TF_FILTER_CLAIM] = (struct tf_strs){.v = &value, .n = 1};
    assert_int_equal(
        tf_store_list(w->store, TF_KIND_CLAIM, &filter, &page, w->arena, &rows, &w->error), TF_OK);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.total, 1);
    assert_true(tf_uuid_equal(rows.claims[0].claim.id, b));
    put_line(w, "b", "Claim number 1.", &b);
    assert_true(tf_str_is(text_of_claim(w, a), "Claim number 103637."));
    assert_sound(w);
}

/* As if so many revisions had been loaded already: row numbers go on from the highest. */
static void put_line_after(struct world *w, int64_t revision, const char *key, const char *text,
                           struct tf_uuid *id)
{
    char sql[256];
    snprintf(sql, sizeof sql, "INSERT INTO revision VALUES (%lld, 1, 99, '%064d', 'then', 'then')",
             (long long)revision, 0);
    assert_int_equal(sqlite3_exec(w->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
    put_line(w, key, text, id);
    assert_int_equal(
        sqlite3_exec(w->store->db, "DELETE FROM revision WHERE number = 99", NULL, NULL, NULL),
        SQLITE_OK);
}

static void facts_of_every_era_are_found_by_their_ids(void **state)
{
    struct world *w = *state;
    struct tf_uuid first, last_of_an_era, next, much_later, far;
    put_line(w, "a", "First.", &first);
    put_line_after(w, 2046, "b", "Last of an era.", &last_of_an_era);
    put_line(w, "c", "Next.", &next);
    put_line_after(w, 20000, "d", "Much later.", &much_later);
    put_line_after(w, (int64_t)1 << 38, "e", "Far from all others.", &far);
    assert_true(tf_str_is(text_of_claim(w, first), "First."));
    assert_true(tf_str_is(text_of_claim(w, last_of_an_era), "Last of an era."));
    assert_true(tf_str_is(text_of_claim(w, next), "Next."));
    assert_true(tf_str_is(text_of_claim(w, much_later), "Much later."));
    assert_true(tf_str_is(text_of_claim(w, far), "Far from all others."));
    assert_sound(w);
    put_line(w, "c", "Another.", &next);
    assert_true(tf_str_is(text_of_claim(w, next), "Another."));
    assert_sound(w);
}

static void vocabulary_is_written_once_and_counted(void **state)
{
    struct world *w = *state;
    struct tf_vocabulary_entry entries[] = {
        {TF_STR("treatment"), TF_STR("tea"), TF_STR("Tea"), TF_STR("brew")},
        {TF_STR("topic"), TF_STR("onset"), TF_STR("Onset"), TF_STR("")}};
    struct tf_vocabulary_rows rows;
    put(w, "tea.txt", "");
    assert_int_equal(tf_store_put_vocabulary(w->store, entries, 2, &w->error), TF_OK);
    int64_t before = version(w);
    assert_int_equal(tf_store_put_vocabulary(w->store, entries, 2, &w->error), TF_OK);
    assert_int_equal(version(w), before);
    assert_int_equal(tf_store_vocabulary(w->store, "treatment", w->arena, &rows, &w->error), TF_OK);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.v[0].claims, 2);
    assert_int_equal(tf_store_vocabulary(w->store, "topic", w->arena, &rows, &w->error), TF_OK);
    assert_int_equal(rows.v[0].claims, 1);
    assert_int_equal(tf_store_put_vocabulary(w->store, entries, 1, &w->error), TF_OK);
    assert_true(version(w) > before);
}

static void reader_sees_one_state_while_a_writer_loads(void **state)
{
    struct world *w = *state;
    struct tf_store *reader;
    struct tf_dataset during, after;
    put(w, "tea.txt", "");
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &reader, &w->error), TF_OK);
    assert_int_equal(tf_store_snapshot_begin(reader, &w->error), TF_OK);
    assert_int_equal(tf_store_dataset(reader, &during, &w->error), TF_OK);
    put(w, "more.txt", "");
    assert_int_equal(tf_store_dataset(reader, &after, &w->error), TF_OK);
    assert_int_equal(after.version, during.version);
    tf_store_snapshot_end(reader);
    assert_int_equal(tf_store_dataset(reader, &after, &w->error), TF_OK);
    assert_true(after.version > during.version);
    tf_store_close(reader);
}

static void reader_may_not_write(void **state)
{
    struct world *w = *state;
    struct tf_store *reader;
    struct fixture f = fixture_tea("tea.txt", "");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &reader, &w->error), TF_OK);
    assert_int_equal(tf_store_put(reader, &source, &report, &w->error), TF_READ_ONLY);
    tf_store_close(reader);
    fixture_clear(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_empty, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_load_is_new_and_counts_its_claims),
        TEST(same_load_again_writes_nothing),
        TEST(other_metadata_updates_without_a_new_revision),
        TEST(text_that_moved_keeps_its_claims),
        TEST(old_revision_stays_readable),
        TEST(everything_comes_back_as_it_was_put),
        TEST(falsified_quote_is_refused_and_nothing_stays),
        TEST(facts_of_another_text_are_refused),
        TEST(sources_of_one_transaction_are_there_together),
        TEST(failure_of_one_leaves_none_of_a_transaction),
        TEST(rebuild_replaces_facts_and_keeps_ids),
        TEST(ids_that_begin_alike_are_told_apart),
        TEST(facts_of_every_era_are_found_by_their_ids),
        TEST(vocabulary_is_written_once_and_counted),
        TEST(reader_sees_one_state_while_a_writer_loads),
        TEST(reader_may_not_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
