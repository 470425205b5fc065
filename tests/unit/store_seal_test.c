/* SPDX-License-Identifier: MIT */
/* What changes in a file behind our back is an error and never an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "seal.h"
#include "store_internal.h"

#include "facts_fixture.h"

enum { SMALLEST = 512, FILE_MAX = 1 << 24, NEW_PAGE = NEW_PAGE_BYTES };

/* --- The sum -------------------------------------------------------------- */

/* As tests/http/tampering.py makes it of the same page. */
static const uint64_t KNOWN = 0xc7b6f479f00db9e4;

static void fill(unsigned char *page, size_t size)
{
    uint32_t state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        page[i] = (unsigned char)(state >> 24);
    }
}

static void every_bit_of_a_page_counts(void **state)
{
    (void)state;
    unsigned char page[SMALLEST];
    fill(page, sizeof page);
    uint64_t seal = seal_of(page, sizeof page, 7);
    for (size_t bit = 0; bit < 8 * (sizeof page - SEAL_BYTES); bit++) {
        page[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_true(seal_of(page, sizeof page, 7) != seal);
        page[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(seal_of(page, sizeof page, 7) == seal);
}

static void seal_itself_does_not_count(void **state)
{
    (void)state;
    unsigned char page[SMALLEST];
    fill(page, sizeof page);
    uint64_t seal = seal_of(page, sizeof page, 1);
    seal_page(page, sizeof page, 1);
    assert_true(seal_of(page, sizeof page, 1) == seal);
    assert_memory_equal(page + sizeof page - SEAL_BYTES, &seal, SEAL_BYTES);
}

/* Files that are there have it. */
static void sum_stays_what_it_was(void **state)
{
    (void)state;
    unsigned char page[SMALLEST];
    fill(page, sizeof page);
    assert_true(seal_of(page, sizeof page, 3) == KNOWN);
}

static void place_and_order_count(void **state)
{
    (void)state;
    unsigned char page[SMALLEST], turned[SMALLEST], empty[SMALLEST] = {0};
    fill(page, sizeof page);
    memcpy(turned, page + 64, 64);
    memcpy(turned + 64, page, 64);
    memcpy(turned + 128, page + 128, sizeof page - 128);
    uint64_t seal = seal_of(page, sizeof page, 1);
    assert_true(seal_of(page, sizeof page, 2) != seal);
    assert_true(seal_of(turned, sizeof turned, 1) != seal);
    assert_true(seal_of(empty, sizeof empty, 1) != 0); /* a page that was lost has no seal */
}

/* --- Files ---------------------------------------------------------------- */

struct world {
    char path[64], copy[72];
    struct tf_buf file;
};

static void read_file(const char *path, struct tf_buf *out)
{
    tf_buf_clear(out);
    tf_buf_init(out);
    assert_int_equal(tf_file_read(path, FILE_MAX, out, NULL), TF_OK);
}

static void write_file(const char *path, const struct tf_buf *bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
    assert_int_equal(fclose(file), 0);
}

static void put_tea(const char *path)
{
    struct tf_store *store;
    struct tf_report report;
    struct fixture f = fixture_tea("tea.txt", "");
    struct tf_source_meta meta = {.key = TF_STR("tea.txt")};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    assert_int_equal(tf_store_open(path, TF_STORE_CREATE, &store, NULL), TF_OK);
    assert_int_equal(tf_store_put(store, &source, &report, NULL), TF_OK);
    tf_store_close(store);
    fixture_clear(&f);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    fixture_path(w->path);
    snprintf(w->copy, sizeof w->copy, "%s.copy", w->path);
    tf_buf_init(&w->file);
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    fixture_remove(w->path);
    fixture_remove(w->copy);
    tf_buf_clear(&w->file);
    free(w);
    return 0;
}

static uint32_t pages_without_seal(const char *path)
{
    struct tf_buf file;
    uint32_t without = 0;
    tf_buf_init(&file);
    read_file(path, &file);
    assert_true(file.size > NEW_PAGE);
    for (uint32_t number = 1; number <= file.size / NEW_PAGE; number++) {
        const unsigned char *page = (const unsigned char *)file.data + (number - 1) * NEW_PAGE;
        without += !seal_fits(page, NEW_PAGE, number);
    }
    tf_buf_clear(&file);
    return without;
}

static void count(void *findings, const char *finding)
{
    assert_true(finding[0]);
    ++*(unsigned *)findings;
}

/* Is it refused, or is something found? */
static bool is_noticed(const char *path)
{
    struct tf_store *store;
    struct tf_error error = {0};
    unsigned told = 0;
    uint64_t findings = 0, spans = 0;
    enum tf_status status = tf_store_open(path, TF_STORE_READ, &store, &error);
    if (status == TF_OK) {
        status = tf_store_verify(store, count, &told, &findings, &spans, &error);
        tf_store_close(store);
    }
    assert_true(status == TF_OK || error.message[0]);
    return status != TF_OK || findings;
}

static void pages_of_a_new_database_are_sealed(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    assert_int_equal(pages_without_seal(w->path), 0);
    assert_false(is_noticed(w->path));
}

static bool seal_path(const char *path)
{
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    bool sealed = seal_file(fd);
    close(fd);
    return sealed;
}

static void file_is_sealed_anew_as_it_is(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    read_file(w->path, &w->file);
    for (size_t at = 0; at < w->file.size; at += NEW_PAGE)
        w->file.data[at + NEW_PAGE - 1] ^= 1; /* of the seal */
    write_file(w->path, &w->file);
    assert_int_equal(pages_without_seal(w->path), w->file.size / NEW_PAGE);
    assert_true(seal_path(w->path));
    assert_int_equal(pages_without_seal(w->path), 0);
    assert_false(is_noticed(w->path));
}

/* As what has no pages, or half of one. */
static void what_is_not_sealed_stays_as_it_is(void **state)
{
    struct world *w = *state;
    static const size_t sizes[] = {1, 50, 100, NEW_PAGE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct tf_buf after;
        tf_buf_init(&after);
        w->file.size = 0;
        while (w->file.size < sizes[i])
            tf_buf_add_char(&w->file, 'a');
        write_file(w->path, &w->file);
        assert_true(seal_path(w->path));
        read_file(w->path, &after);
        assert_int_equal(after.size, w->file.size);
        assert_memory_equal(after.data, w->file.data, after.size);
        tf_buf_clear(&after);
    }
    assert_false(seal_file(-1));
}

/* Every page is read by a backup, those that are free too. */
static void one_bit_of_any_page_is_noticed(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    read_file(w->path, &w->file);
    for (size_t page = 0; page < w->file.size / NEW_PAGE; page++) {
        size_t at = page * NEW_PAGE + 1500 * page % NEW_PAGE;
        w->file.data[at] ^= 4;
        write_file(w->path, &w->file);
        w->file.data[at] ^= 4;
        if (tf_store_backup(w->path, w->copy, false, NULL) == TF_OK)
            fail_msg("a changed bit of page %zu, byte %zu, is not noticed", page + 1, at);
    }
    write_file(w->path, &w->file);
    assert_int_equal(tf_store_backup(w->path, w->copy, false, NULL), TF_OK);
}

/* The byte that says that there are seals, each of its bits. */
static void header_that_denies_the_seals_is_noticed(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    read_file(w->path, &w->file);
    for (int bit = 0; bit < 8; bit++) {
        w->file.data[20] ^= (char)(1 << bit);
        write_file(w->path, &w->file);
        w->file.data[20] ^= (char)(1 << bit);
        assert_true(is_noticed(w->path));
    }
}

static void page_in_the_place_of_another_is_noticed(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    read_file(w->path, &w->file);
    size_t pages = w->file.size / NEW_PAGE;
    memcpy(w->file.data + (pages - 1) * NEW_PAGE, w->file.data + (pages - 2) * NEW_PAGE, NEW_PAGE);
    write_file(w->path, &w->file);
    assert_true(is_noticed(w->path));
}

static void damage_is_told_as_such(void **state)
{
    struct world *w = *state;
    struct tf_store *store;
    struct tf_error error;
    put_tea(w->path);
    read_file(w->path, &w->file);
    w->file.data[200] ^= 1; /* in the first page */
    write_file(w->path, &w->file);
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &store, &error), TF_CORRUPT);
    assert_non_null(strstr(error.message, w->path));
    assert_non_null(strstr(error.message, "damaged: a page is not as it was written"));
}

/* --- Copies, and files that are not sealed -------------------------------- */

/* What another SQLite has made, by the first of our migrations, has no room for seals;
 * the others follow when it is opened. */
static void make_unsealed(const char *path)
{
    char mark[96];
    sqlite3 *db;
    const struct tf_embedded *first = tf_embedded_find("migrations/0001-core.sql");
    assert_non_null(first);
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = 1",
             APPLICATION_ID);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA page_size = " TF_TEXT_OF(NEW_PAGE_BYTES), NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, first->data, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, mark, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void database_without_seals_stays_one(void **state)
{
    struct world *w = *state;
    make_unsealed(w->path);
    put_tea(w->path);
    assert_false(is_noticed(w->path));
    read_file(w->path, &w->file);
    assert_int_equal(w->file.data[20], 0);
    assert_true(pages_without_seal(w->path) > 1);
}

static void backup_is_sealed_as_its_database_is(void **state)
{
    struct world *w = *state;
    put_tea(w->path);
    assert_int_equal(tf_store_backup(w->path, w->copy, false, NULL), TF_OK);
    assert_int_equal(pages_without_seal(w->copy), 0);
    assert_false(is_noticed(w->copy));
}

static void backup_without_seals_is_whole(void **state)
{
    struct world *w = *state;
    make_unsealed(w->path);
    put_tea(w->path);
    assert_int_equal(tf_store_backup(w->path, w->copy, false, NULL), TF_OK);
    read_file(w->copy, &w->file);
    assert_int_equal(w->file.data[20], 0);
    assert_false(is_noticed(w->copy));
}

static void no_backup_is_made_of_what_is_damaged(void **state)
{
    struct world *w = *state;
    struct tf_error error;
    put_tea(w->path);
    read_file(w->path, &w->file);
    w->file.data[w->file.size - 100] ^= 1;
    write_file(w->path, &w->file);
    assert_int_equal(tf_store_backup(w->path, w->copy, false, &error), TF_CORRUPT);
    assert_non_null(strstr(error.message, "damaged"));
    assert_int_not_equal(access(w->copy, F_OK), 0);
}

/* Readers that are open have seen the header of the file as it was. */
static void file_that_is_written_over_is_read_as_it_is_now(void **state)
{
    struct world *w = *state;
    struct tf_store *reader;
    struct tf_dataset dataset;
    struct tf_error error;
    put_tea(w->path);
    make_unsealed(w->copy);
    put_tea(w->copy);
    unsigned told = 0;
    uint64_t findings = 0, spans = 0;
    const struct tf_restore restore = {.from = w->copy, .finding = count, .context = &told};
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &reader, NULL), TF_OK);
    assert_int_equal(tf_store_dataset(reader, &dataset, NULL), TF_OK);
    if (tf_store_restore(w->path, &restore, &spans, &error) != TF_OK)
        fail_msg("%s", error.message);
    struct tf_store *writer; /* brings the log into the file */
    assert_int_equal(tf_store_open(w->path, TF_STORE_WRITE, &writer, NULL), TF_OK);
    tf_store_close(writer);
    assert_int_equal(tf_store_dataset(reader, &dataset, NULL), TF_OK);
    if (tf_store_verify(reader, count, &told, &findings, &spans, &error) != TF_OK)
        fail_msg("%s", error.message);
    assert_int_equal(findings, 0);
    tf_store_close(reader);
    assert_false(is_noticed(w->path));
}

int main(void)
{
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_a_page_counts),
        cmocka_unit_test(seal_itself_does_not_count),
        cmocka_unit_test(sum_stays_what_it_was),
        cmocka_unit_test(place_and_order_count),
        FILE_TEST(pages_of_a_new_database_are_sealed),
        FILE_TEST(file_is_sealed_anew_as_it_is),
        FILE_TEST(what_is_not_sealed_stays_as_it_is),
        FILE_TEST(one_bit_of_any_page_is_noticed),
        FILE_TEST(header_that_denies_the_seals_is_noticed),
        FILE_TEST(page_in_the_place_of_another_is_noticed),
        FILE_TEST(damage_is_told_as_such),
        FILE_TEST(database_without_seals_stays_one),
        FILE_TEST(backup_is_sealed_as_its_database_is),
        FILE_TEST(backup_without_seals_is_whole),
        FILE_TEST(no_backup_is_made_of_what_is_damaged),
        FILE_TEST(file_that_is_written_over_is_read_as_it_is_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
