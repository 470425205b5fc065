/* SPDX-License-Identifier: MIT */
/* Each way a database can be wrong, done to a good one and found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "seal.h"
#include "store_internal.h"

#include "facts_fixture.h"

struct world {
    char path[64];
    struct tf_error error;
    char findings[4096];
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct tf_store *store;
    struct tf_report report;
    struct fixture f = fixture_tea("tea.txt", ""), changed = fixture_tea("tea.txt", "\n");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_store_source sources[] = {
        {.meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"},
        {.meta = &meta,
         .bytes = changed.text,
         .facts = &changed.facts,
         .extractor = "1",
         .lexicon = "a"}};
    fixture_path(w->path);
    *state = w;
    enum tf_status status = tf_store_open(w->path, TF_STORE_CREATE, &store, &w->error);
    for (size_t i = 0; status == TF_OK && i < 2; i++)
        status = tf_store_put(store, &sources[i], &report, &w->error);
    tf_store_close(store);
    fixture_clear(&f);
    fixture_clear(&changed);
    return status != TF_OK;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    fixture_remove(w->path);
    free(w);
    return 0;
}

static void note(void *context, const char *finding)
{
    struct world *w = context;
    size_t used = strlen(w->findings);
    snprintf(w->findings + used, sizeof w->findings - used, "%s\n", finding);
}

static uint64_t verify(struct world *w, uint64_t *spans)
{
    struct tf_store *store;
    uint64_t findings = 0;
    assert_int_equal(tf_store_open(w->path, TF_STORE_WRITE, &store, &w->error), TF_OK);
    w->findings[0] = '\0';
    enum tf_status status = tf_store_verify(store, note, w, &findings, spans, &w->error);
    tf_store_close(store);
    if (status != TF_OK)
        fail_msg("%s", w->error.message);
    return findings;
}

/* As somebody with sqlite3 at hand would, without our connection's guards, but with
 * pages that are sealed. */
static void tamper(struct world *w, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, seal_vfs()), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_true(sqlite3_total_changes(db) > 0 || strstr(sql, "CREATE"));
    sqlite3_close(db);
}

static void expect(struct world *w, const char *sql, const char *finding)
{
    uint64_t spans;
    tamper(w, sql);
    assert_true(verify(w, &spans) > 0);
    if (!strstr(w->findings, finding))
        fail_msg("%s\nfound only:\n%s", sql, w->findings);
}

static void good_database_has_no_findings_and_every_span_is_read(void **state)
{
    uint64_t spans = 0;
    assert_int_equal(verify(*state, &spans), 0);
    /* Two revisions of 5 segments, 3 claims, 1 window, 1 study, 2 FAQ places. */
    assert_int_equal(spans, 2 * (5 + 3 + 1 + 1 + 2));
}

static void changed_byte_of_a_text_is_found(void **state)
{
    expect(*state,
           "UPDATE text SET bytes = CAST(replace(bytes, 'bitter', 'better') AS BLOB)"
           " WHERE revision_id = 2",
           "has the digest");
}

static void changed_byte_of_an_old_text_is_found(void **state)
{
    expect(*state,
           "UPDATE text SET bytes = CAST(replace(bytes, 'bitter', 'better') AS BLOB)"
           " WHERE revision_id = 1",
           "revision 1: its text has the digest");
}

static void changed_quote_is_found(void **state)
{
    expect(*state, "UPDATE claim SET text = replace(text, 'bitter', 'sweet!')",
           "the text there is not the quote");
}

static void quote_of_other_words_than_the_claim_is_compared(void **state)
{
    expect(*state, "UPDATE claim SET spans = json_insert(spans, '$[0][5]', 'Tea is sweet.')",
           "the text there is not the quote");
}

static void list_that_is_none_is_found(void **state)
{
    expect(*state, "UPDATE claim SET treatments = '[\"tea\"' WHERE claim_id >> 24 = 2",
           "column treatments has a value that cannot be");
}

static void changed_expression_is_found(void **state)
{
    expect(*state, "UPDATE time_window SET expression = 'within 1 to 5 hours'", "window at bytes");
}

static void moved_span_is_found(void **state)
{
    expect(*state,
           "UPDATE claim SET spans = json_set(spans, '$[0][1]', (spans ->> '$[0][1]') + 1,"
           " '$[0][2]', (spans ->> '$[0][2]') + 1)",
           "does not stand at characters");
}

static void missing_segment_is_found(void **state)
{
    expect(*state, "DELETE FROM segment WHERE segment_id >> 24 = 2 AND role = 'promo'",
           "segment 3 is missing");
}

static void missing_last_claim_is_found(void **state)
{
    expect(*state, "DELETE FROM claim WHERE claim_id = (2 << 24) + 2",
           "2 claims are there, 3 were read");
}

static void overlapping_segments_are_found(void **state)
{
    expect(*state, "UPDATE segment SET start = 1, byte_start = 1 WHERE segment_id >> 24 = 2",
           "breaks the partition");
}

static void claim_in_a_promotional_segment_is_found(void **state)
{
    expect(*state, "UPDATE segment SET role = 'promo' WHERE segment_id = (2 << 24) + 4",
           "claim 2 has not one primary span");
}

static void broken_digest_is_found(void **state)
{
    expect(*state, "UPDATE revision SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x')",
           "has the digest");
}

static void missing_text_is_found(void **state)
{
    expect(*state, "DELETE FROM text WHERE revision_id = 1", "its text is missing");
}

static void index_that_lags_behind_is_found(void **state)
{
    expect(*state, "INSERT INTO claim_fts (claim_fts) VALUES ('delete-all')",
           "full-text index of claims");
}

static void id_that_does_not_follow_is_found(void **state)
{
    expect(*state, "UPDATE claim SET id = randomblob(16) WHERE claim_id = 1 << 24",
           "its id does not follow");
}

static void source_under_another_key_is_found(void **state)
{
    expect(*state, "UPDATE source SET key = 'coffee.txt'", "source ");
}

static void dangling_reference_is_found(void **state)
{
    expect(*state, "UPDATE source SET current_revision = 999", "a row of source refers");
}

static void fact_of_a_claim_that_is_not_there_is_found(void **state)
{
    expect(*state, "UPDATE study SET claim = 999", "study 0 is of claim 999");
}

static void window_of_a_claim_that_is_not_there_is_found(void **state)
{
    expect(*state, "UPDATE time_window SET claim = 3", "window 0 is of claim 3");
}

static void answer_of_what_is_no_claim_is_found(void **state)
{
    expect(*state,
           "UPDATE faq SET claims = replace(claims, substr(claims, 3, 1),"
           " iif(substr(claims, 3, 1) = 'a', 'b', 'a'))",
           "rests on a claim that is not there");
    expect(*state, "UPDATE faq SET claims = replace(claims, '-', '0')",
           "column claims has a value that cannot be");
}

/* What finds facts follows from them: a row less, one more, another one. Facet 8 is
 * claims.treatment. */
#define VALUE_OF(value) "(SELECT value_id FROM tally_value WHERE facet = 8 AND value = '" value "')"

static void lost_tally_is_found(void **state)
{
    expect(*state, "DELETE FROM tally WHERE value_id = " VALUE_OF("coffee"), "tallies: ");
}

static void tally_of_nothing_is_found(void **state)
{
    expect(*state, "INSERT INTO tally VALUES (99, 'tea.txt', 1)", "and 1 that do not agree");
}

static void wrong_tally_is_found(void **state)
{
    expect(*state, "UPDATE tally SET rows = 7 WHERE value_id = " VALUE_OF("tea"), "tallies: ");
}

static void lost_value_of_a_tally_is_found(void **state)
{
    expect(*state, "DELETE FROM tally_value WHERE value_id = " VALUE_OF("tea"), "tallies: ");
}

static void lost_ids_are_found(void **state)
{
    expect(*state, "DELETE FROM claim_by_id WHERE claim_id = 1 << 24",
           "claims by id: 5 rows of 6 are there, and 0 that do not agree");
    expect(*state, "DELETE FROM window_by_id", "windows by id: 0 rows of 2");
    expect(*state, "DELETE FROM faq_by_id", "FAQs by id: 0 rows of 2");
    expect(*state, "UPDATE study_by_id SET prefix = 1", "studies by id: 0 rows of 2");
    expect(*state, "UPDATE claim_by_id SET era = 1", "claims by id: 0 rows of 6");
}

static void lost_lengths_and_words_are_found(void **state)
{
    expect(*state, "DELETE FROM window_order WHERE sort = 0", "windows by length: 1 rows of 2");
    expect(*state, "UPDATE claim_words SET revision_id = 1", "claims by words: 0 rows of 3");
}

static void foreign_trigger_is_found_and_does_not_run(void **state)
{
    expect(*state, "CREATE TRIGGER evil AFTER UPDATE ON dataset BEGIN DELETE FROM claim; END",
           "schema: not ours: trigger evil");
}

static void missing_index_is_found(void **state)
{
    expect(*state, "DROP INDEX study_name; CREATE TABLE extra (a)",
           "schema: missing: index study_name");
}

/* Reading such a row must fail plainly, not crash or show it. */
static void impossible_value_is_damage_for_readers(void **state)
{
    struct world *w = *state;
    struct tf_store *store;
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    struct tf_page page = {.limit = 10};
    struct tf_rows rows;
    struct tf_arena *arena = tf_arena_new(0);
    tamper(w, "PRAGMA ignore_check_constraints = ON; UPDATE claim SET topic = 'nonsense'");
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &store, &w->error), TF_OK);
    assert_int_equal(tf_store_list(store, TF_KIND_CLAIM, &filter, &page, arena, &rows, &w->error),
                     TF_CORRUPT);
    assert_non_null(strstr(w->error.message, "topic"));
    tf_store_close(store);
    tf_arena_free(arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(good_database_has_no_findings_and_every_span_is_read),
        TEST(changed_byte_of_a_text_is_found),
        TEST(changed_byte_of_an_old_text_is_found),
        TEST(changed_quote_is_found),
        TEST(quote_of_other_words_than_the_claim_is_compared),
        TEST(list_that_is_none_is_found),
        TEST(changed_expression_is_found),
        TEST(moved_span_is_found),
        TEST(missing_segment_is_found),
        TEST(missing_last_claim_is_found),
        TEST(overlapping_segments_are_found),
        TEST(claim_in_a_promotional_segment_is_found),
        TEST(broken_digest_is_found),
        TEST(missing_text_is_found),
        TEST(index_that_lags_behind_is_found),
        TEST(id_that_does_not_follow_is_found),
        TEST(source_under_another_key_is_found),
        TEST(dangling_reference_is_found),
        TEST(fact_of_a_claim_that_is_not_there_is_found),
        TEST(window_of_a_claim_that_is_not_there_is_found),
        TEST(answer_of_what_is_no_claim_is_found),
        TEST(lost_tally_is_found),
        TEST(lost_value_of_a_tally_is_found),
        TEST(tally_of_nothing_is_found),
        TEST(wrong_tally_is_found),
        TEST(lost_ids_are_found),
        TEST(lost_lengths_and_words_are_found),
        TEST(foreign_trigger_is_found_and_does_not_run),
        TEST(missing_index_is_found),
        TEST(impossible_value_is_damage_for_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
