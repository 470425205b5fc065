/* SPDX-License-Identifier: MIT */
/* older VERSION FILE: writes a database of an older schema with pages in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "older_fixture.h"

static int version;
static const char *file;

static void write_older(void **state)
{
    struct world *w = *state;
    struct tf_buf bytes;
    tf_buf_init(&bytes);
    many_load(w->store, 40);
    go_back(w, version);
    assert_int_equal(tf_file_read(w->path, 1 << 30, &bytes, &w->error), TF_OK);
    FILE *out = fopen(file, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, out), bytes.size);
    assert_int_equal(fclose(out), 0);
    tf_buf_clear(&bytes);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(write_older, set_up_empty, tear_down)};
    if (argc != 3)
        return 2;
    version = atoi(argv[1]);
    file = argv[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
