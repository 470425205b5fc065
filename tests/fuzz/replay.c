/* SPDX-License-Identifier: MIT */
/*
 * Runs a target over its corpus (TF_CORPUS, a folder): one test a file, so that
 * what a fuzzer once found is looked for in every test run, without a fuzzer.
 */
#include "fuzz.h"

#include <treatfacts/base.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka.h needs the three above */
#include <cmocka.h>

enum { CORPUS_MAX = 4096, FILE_MAX = 1 << 20 };

static void replay(void **state)
{
    struct tf_buf path, bytes;
    tf_buf_init(&path);
    tf_buf_init(&bytes);
    tf_buf_printf(&path, "%s/%s", TF_CORPUS, (const char *)*state);
    assert_int_equal(tf_file_read(path.data, FILE_MAX, &bytes, NULL), TF_OK);
    /* exactly as long as the input, so that a byte too far is noticed */
    uint8_t *exact = malloc(bytes.size ? bytes.size : 1);
    assert_non_null(exact);
    for (size_t i = 0; i < bytes.size; i++)
        exact[i] = (uint8_t)bytes.data[i];
    assert_int_equal(LLVMFuzzerTestOneInput(exact, bytes.size), 0);
    free(exact);
    tf_buf_clear(&bytes);
    tf_buf_clear(&path);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(void)
{
    static struct CMUnitTest tests[CORPUS_MAX];
    struct dirent **entries;
    int count = scandir(TF_CORPUS, &entries, is_input, alphasort);
    if (count < 1 || count > CORPUS_MAX)
        return EXIT_FAILURE;
    for (int i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){entries[i]->d_name, replay, NULL, NULL, entries[i]->d_name};
    int failed = _cmocka_run_group_tests("corpus", tests, (size_t)count, NULL, NULL);
    while (count > 0)
        free(entries[--count]);
    free(entries);
    return failed;
}
