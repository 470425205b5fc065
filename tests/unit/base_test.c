/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <treatfacts/base.h>
#include <uuid/uuid.h>

static void error_message_too_long_ends_in_dots(void **state)
{
    (void)state;
    struct tf_error error;
    char path[2000];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(tf_error_set(&error, TF_IO, "%s: gone", path), TF_IO);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_string_equal(error.message + strlen(error.message) - 4, "x...");
}

static void slices_compare_by_bytes_then_length(void **state)
{
    (void)state;
    assert_true(tf_str_compare(TF_STR("ab"), TF_STR("b")) < 0);
    assert_true(tf_str_compare(TF_STR("ab"), TF_STR("a")) > 0);
    assert_true(tf_str_compare(TF_STR(""), TF_STR("a")) < 0);
    assert_true(tf_str_compare(TF_STR("\xc3\xa4"), TF_STR("z")) > 0);
    assert_int_equal(tf_str_compare(TF_STR("ab"), TF_STR("ab")), 0);
}

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    for (size_t size = 1; size < 100000; size *= 3) {
        unsigned char *memory = tf_arena_alloc(arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xee, size);
    }
    tf_arena_reset(arena);
    unsigned char *again = tf_arena_alloc(arena, 64);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(again[i], 0);
    tf_arena_free(arena);
}

/* A thread that does the same again takes no new memory for it. */
static void arena_that_is_reset_keeps_room_for_as_much(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    for (size_t size = 0; size < 100000; size += 1000)
        (void)tf_arena_alloc(arena, 1000);
    tf_arena_reset(arena);
    (void)tf_arena_alloc(arena, 100000);
    tf_arena_reset(arena);
    const void *kept = tf_arena_alloc(arena, 1);
    tf_arena_reset(arena);
    unsigned char *again = tf_arena_alloc(arena, 50000);
    assert_ptr_equal(again, kept);
    for (size_t i = 0; i < 50000; i++)
        assert_int_equal(again[i], 0);
    (void)tf_arena_alloc(arena, 64 << 20);
    tf_arena_reset(arena);
    assert_ptr_equal(tf_arena_alloc(arena, 1), kept);
    tf_arena_free(arena);
}

/* Tags of answers are kept by clients: they may never change for the same bytes. */
static void fingerprint_is_the_same_for_ever_and_tells_bytes_apart(void **state)
{
    (void)state;
    char one[TF_FINGERPRINT_TEXT], other[TF_FINGERPRINT_TEXT], text[3000];
    tf_fingerprint("abc", 3, one);
    assert_string_equal(one, "f8fc6d5600790408339d86ae32d09cbb");
    memset(text, 'x', sizeof text);
    tf_fingerprint(text, sizeof text, one);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] ^= 1;
        tf_fingerprint(text, sizeof text, other);
        text[i] ^= 1;
        assert_string_not_equal(one, other);
    }
    tf_fingerprint(text, sizeof text - 1, other);
    assert_string_not_equal(one, other);
    tf_fingerprint(text, sizeof text, other);
    assert_string_equal(one, other);
}

static void arena_failure_is_remembered(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(64 * 1024);
    assert_null(tf_arena_alloc(arena, 100 * 1024));
    assert_true(tf_arena_failed(arena));
    assert_null(tf_arena_alloc(arena, 1));
    assert_int_equal(tf_arena_str(arena, TF_STR("abc")).size, 0);
    tf_arena_reset(arena);
    assert_non_null(tf_arena_alloc(arena, 1));
    tf_arena_free(arena);
}

static void arena_refuses_a_size_that_overflows(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    assert_null(tf_arena_alloc_array(arena, SIZE_MAX / 2, 16));
    assert_true(tf_arena_failed(arena));
    tf_arena_free(arena);
}

static void push_keeps_items_while_the_list_grows(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    struct {
        int *v;
        size_t n, cap;
    } list = {0};
    for (int i = 0; i < 1000; i++)
        *TF_PUSH(arena, &list) = i;
    assert_int_equal(list.n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list.v[i], i);
    tf_arena_free(arena);
}

static bool keep_size(void *context, struct tf_str bytes)
{
    *(size_t *)context += bytes.size;
    return *(size_t *)context < 1000000;
}

static void list_is_cut_part_by_part(void **state)
{
    (void)state;
    struct tf_str list = TF_STR(" a b,, c ,"), empty = TF_STR(""), absent = TF_STR_NULL;
    assert_true(tf_str_is(tf_str_cut(&list, ','), "a b"));
    assert_true(tf_str_is(tf_str_cut(&list, ','), ""));
    assert_true(tf_str_is(tf_str_cut(&list, ','), "c"));
    assert_true(tf_str_is(tf_str_cut(&list, ','), ""));
    assert_null(tf_str_cut(&list, ',').data);
    assert_true(tf_str_is(tf_str_cut(&empty, ','), ""));
    assert_null(tf_str_cut(&empty, ',').data);
    assert_null(tf_str_cut(&absent, ',').data);
}

static void buffer_with_a_limit_fails_beyond_it(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf);
    buf.limit = 1000;
    for (int i = 0; i < 100; i++)
        tf_buf_add_text(&buf, "0123456789");
    assert_false(buf.failed);
    assert_int_equal(buf.size, 1000);
    tf_buf_add_char(&buf, 'a');
    assert_true(buf.failed && buf.full);
    assert_int_equal(buf.size, 1000);
    assert_true(buf.cap <= 1001);
    tf_buf_clear(&buf);
}

static void buffer_takes_its_failure_into_the_arena(void **state)
{
    (void)state;
    struct tf_buf buf;
    struct tf_arena *arena = tf_arena_new(0);
    tf_buf_init(&buf);
    tf_buf_add_text(&buf, "whole");
    assert_true(tf_str_is(tf_buf_move(&buf, arena), "whole"));
    assert_false(tf_arena_failed(arena));
    assert_null(buf.data);
    tf_buf_add_text(&buf, "in part");
    buf.failed = true;
    tf_buf_move(&buf, arena);
    assert_true(tf_arena_failed(arena));
    assert_false(buf.failed);
    tf_arena_free(arena);
}

static void drained_buffer_hands_on_everything_and_stays_small(void **state)
{
    (void)state;
    size_t handed = 0;
    struct tf_buf buf;
    tf_buf_init_drained(&buf, keep_size, &handed);
    for (int i = 0; i < 50000; i++)
        tf_buf_add_text(&buf, "0123456789");
    tf_buf_drain(&buf);
    assert_false(buf.failed);
    assert_int_equal(handed, 500000);
    assert_true(buf.cap < 200000);
    for (int i = 0; i < 60000; i++)
        tf_buf_add_text(&buf, "0123456789");
    assert_true(buf.failed); /* the drain took no more */
    tf_buf_clear(&buf);
}

static void json_string_escapes_control_and_bad_bytes(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf);
    tf_buf_add_json(&buf, TF_STR("a\"b\\c\n\x01\xc3\xa4\xff\xed\xa0\x80"));
    assert_string_equal(buf.data, "\"a\\\"b\\\\c\\n\\u0001\xc3\xa4\\ufffd\\ufffd\\ufffd\\ufffd\"");
    tf_buf_clear(&buf);
}

static void uuid_is_version_5_and_depends_on_each_part(void **state)
{
    (void)state;
    struct tf_str ab[] = {TF_STR("a"), TF_STR("b")};
    struct tf_str joined[] = {TF_STR("ab"), TF_STR("")};
    struct tf_uuid one = tf_uuid_of("claim", ab, 2);
    assert_true(tf_uuid_equal(one, tf_uuid_of("claim", ab, 2)));
    assert_false(tf_uuid_equal(one, tf_uuid_of("faq", ab, 2)));
    assert_false(tf_uuid_equal(one, tf_uuid_of("claim", joined, 2)));
    char text[TF_UUID_TEXT];
    tf_uuid_format(one, text);
    assert_int_equal(text[14], '5');
    /* as libuuid makes it from the same name */
    static const unsigned char space[16] = {0x6f, 0x1e, 0x8c, 0x52, 0x3c, 0x0a, 0x5d, 0x0e,
                                            0x9b, 0x57, 0x0d, 0x2f, 0x5a, 0x7c, 0x41, 0xe8};
    static const char name[] = "claim\n1:a\n1:b";
    uuid_t by_library;
    uuid_generate_sha1(by_library, space, name, sizeof name - 1);
    assert_memory_equal(by_library, one.b, sizeof one.b);
    struct tf_uuid parsed;
    assert_true(tf_uuid_parse(tf_str_of(text), &parsed));
    assert_true(tf_uuid_equal(one, parsed));
    assert_false(tf_uuid_parse(TF_STR("6f1e8c52-3c0a-5d0e-9b57-0d2f5a7c41e"), &parsed));
    assert_false(tf_uuid_parse(TF_STR("6f1e8c52+3c0a-5d0e-9b57-0d2f5a7c41e8"), &parsed));
}

/* The test vector of FIPS 180-2, appendix B.1. */
static void digest_is_sha256(void **state)
{
    (void)state;
    char hex[TF_DIGEST_TEXT];
    tf_digest("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void file_read_names_path_and_reason(void **state)
{
    (void)state;
    struct tf_error error;
    struct tf_buf buf;
    tf_buf_init(&buf);
    assert_int_equal(tf_file_read("/nowhere/at/all", 10, &buf, &error), TF_NOT_FOUND);
    assert_string_equal(error.message, "/nowhere/at/all: No such file or directory");
    assert_int_equal(tf_file_read("/tmp", 10, &buf, &error), TF_INPUT);
    assert_int_equal(tf_file_read("/proc/self/exe", 10, &buf, &error), TF_TOO_LARGE);
    assert_null(buf.data);
}

static void embedded_files_are_sorted_by_name(void **state)
{
    (void)state;
    for (const struct tf_embedded *f = tf_embedded_files; f->name; f++) {
        assert_ptr_equal(tf_embedded_find(f->name), f);
        assert_int_equal(f->data[f->size], '\0');
        if (f[1].name)
            assert_true(strcmp(f->name, f[1].name) < 0);
    }
    assert_null(tf_embedded_find("no such file"));
}

static void days_are_those_of_the_calendar(void **state)
{
    (void)state;
    assert_true(tf_date_valid(2024, 2, 29) && tf_date_valid(2000, 2, 29));
    assert_false(tf_date_valid(2025, 2, 29) || tf_date_valid(1900, 2, 29));
    assert_true(tf_date_valid(1, 1, 31) && tf_date_valid(9999, 12, 31));
    assert_false(tf_date_valid(0, 1, 1) || tf_date_valid(2025, 0, 1) ||
                 tf_date_valid(2025, 13, 1) || tf_date_valid(2025, 4, 31) ||
                 tf_date_valid(2025, 4, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_message_too_long_ends_in_dots),
        cmocka_unit_test(slices_compare_by_bytes_then_length),
        cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
        cmocka_unit_test(arena_that_is_reset_keeps_room_for_as_much),
        cmocka_unit_test(fingerprint_is_the_same_for_ever_and_tells_bytes_apart),
        cmocka_unit_test(arena_failure_is_remembered),
        cmocka_unit_test(arena_refuses_a_size_that_overflows),
        cmocka_unit_test(push_keeps_items_while_the_list_grows),
        cmocka_unit_test(days_are_those_of_the_calendar),
        cmocka_unit_test(list_is_cut_part_by_part),
        cmocka_unit_test(buffer_with_a_limit_fails_beyond_it),
        cmocka_unit_test(drained_buffer_hands_on_everything_and_stays_small),
        cmocka_unit_test(buffer_takes_its_failure_into_the_arena),
        cmocka_unit_test(json_string_escapes_control_and_bad_bytes),
        cmocka_unit_test(uuid_is_version_5_and_depends_on_each_part),
        cmocka_unit_test(digest_is_sha256),
        cmocka_unit_test(file_read_names_path_and_reason),
        cmocka_unit_test(embedded_files_are_sorted_by_name),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
