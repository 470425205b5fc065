/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "coding.h"

#include <string.h>

static void most_liked_coding_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum tf_coding large, small; /* for content that is worth coding, and not */
    } cases[] = {
        {NULL, TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"gzip", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"x-gzip", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"GZIP ; q=0.5", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"gzip, br", TF_CODING_BR, TF_CODING_IDENTITY},
        {"gzip, deflate, br, zstd", TF_CODING_BR, TF_CODING_IDENTITY},
        {"br;q=0.5, gzip;q=0.501", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"br;q=0, gzip", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"identity, gzip;q=0.9", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"identity;q=0.5, gzip;q=0.9", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"*", TF_CODING_BR, TF_CODING_IDENTITY},
        {"*, br;q=0", TF_CODING_GZIP, TF_CODING_IDENTITY},
        {"*;q=0.1, identity;q=0.5", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"deflate, zstd", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"br;q=2", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
        {"identity;q=0, gzip", TF_CODING_GZIP, TF_CODING_GZIP},
        {"*;q=0, br", TF_CODING_BR, TF_CODING_BR},
        {"identity;q=0", TF_CODING__MAX, TF_CODING__MAX},
        {"*;q=0", TF_CODING__MAX, TF_CODING__MAX},
        {"deflate, identity;q=0.000", TF_CODING__MAX, TF_CODING__MAX},
        {"*;q=0, identity", TF_CODING_IDENTITY, TF_CODING_IDENTITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_str accept = tf_str_of(cases[i].accept);
        if (tf_coding_choose(accept, true) != cases[i].large ||
            tf_coding_choose(accept, false) != cases[i].small)
            fail_msg("\"%s\"", cases[i].accept);
    }
}

static void only_larger_texts_are_worth_coding(void **state)
{
    (void)state;
    assert_true(tf_coding_worthwhile("application/json", 1025));
    assert_false(tf_coding_worthwhile("application/json", 1024));
    assert_true(tf_coding_worthwhile("text/csv; charset=utf-8; header=present", 5000));
    assert_true(tf_coding_worthwhile("application/problem+json", 5000));
    assert_false(tf_coding_worthwhile("image/png", 5000));
}

/* Repeats itself, and not at once. */
static void fill(struct tf_buf *content, size_t size)
{
    tf_buf_init(content);
    for (unsigned i = 0; content->size < size; i++)
        tf_buf_printf(content, "{\"id\": %u, \"text\": \"%08x\"}\n", i, i * 2654435761u);
}

static void pieces_do_not_matter(void **state)
{
    (void)state;
    struct tf_buf content;
    fill(&content, 3000000);
    for (int coding = 0; coding < TF_CODING__MAX; coding++) {
        struct tf_buf whole, parts;
        struct tf_encoder encoder;
        tf_buf_init(&whole);
        tf_buf_init(&parts);
        tf_encode((enum tf_coding)coding, tf_buf_str(&content), &whole);
        tf_encoder_init(&encoder, (enum tf_coding)coding);
        for (size_t at = 0, step = 1; at < content.size; at += step, step = step * 3 + 1) {
            size_t left = content.size - at;
            struct tf_str piece = {content.data + at, step < left ? step : left};
            tf_encoder_feed(&encoder, piece, &parts);
        }
        tf_encoder_finish(&encoder, &parts);
        tf_encoder_clear(&encoder);
        assert_false(whole.failed || parts.failed);
        assert_int_equal(whole.size, parts.size);
        assert_memory_equal(whole.data, parts.data, whole.size);
        assert_true(coding == TF_CODING_IDENTITY || whole.size < content.size / 2);
        tf_buf_clear(&whole);
        tf_buf_clear(&parts);
    }
    tf_buf_clear(&content);
}

static void nothing_is_coded_as_something(void **state)
{
    (void)state;
    for (int coding = TF_CODING_GZIP; coding < TF_CODING__MAX; coding++) {
        struct tf_buf out;
        tf_buf_init(&out);
        tf_encode((enum tf_coding)coding, TF_STR(""), &out);
        assert_true(!out.failed && out.size > 0 && out.size < 32);
        tf_buf_clear(&out);
    }
}

static void encoder_that_is_not_finished_is_cleared(void **state)
{
    (void)state;
    for (int coding = 0; coding < TF_CODING__MAX; coding++) {
        struct tf_encoder encoder;
        struct tf_buf out;
        tf_buf_init(&out);
        tf_encoder_init(&encoder, (enum tf_coding)coding);
        tf_encoder_feed(&encoder, TF_STR("half"), &out);
        tf_encoder_clear(&encoder);
        tf_buf_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_liked_coding_is_chosen),
        cmocka_unit_test(only_larger_texts_are_worth_coding),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(nothing_is_coded_as_something),
        cmocka_unit_test(encoder_that_is_not_finished_is_cleared),
    };
    return cmocka_run_group_tests_name("coding", tests, NULL, NULL);
}
