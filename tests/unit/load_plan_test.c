/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"

/* A folder of its own for each test, and what was refused in it. */
struct fixture {
    char folder[64];
    struct tf_arena *arena;
    struct refusals refusals;
    struct tf_load_events events;
    struct plan_files files;
    char messages[4096];
};

static void on_refused(void *context, struct tf_str path, const struct tf_error *error)
{
    struct fixture *fixture = context;
    size_t used = strlen(fixture->messages);
    assert_int_equal(strncmp(error->message, path.data, path.size), 0);
    snprintf(fixture->messages + used, sizeof fixture->messages - used, "%s\n", error->message);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/treatfacts-plan.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->arena = tf_arena_new(0);
    fixture->events = (struct tf_load_events){.context = fixture, .refused = on_refused};
    fixture->refusals.events = &fixture->events;
    *state = fixture;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info, (void)type, (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    nftw(fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    tf_arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static char *path_of(struct fixture *fixture, const char *name)
{
    struct tf_str path = tf_arena_printf(fixture->arena, "%s/%s", fixture->folder, name);
    return (char *)(uintptr_t)path.data;
}

static void write_file(struct fixture *fixture, const char *name, const char *content)
{
    FILE *file = fopen(path_of(fixture, name), "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void make_folder(struct fixture *fixture, const char *name)
{
    assert_int_equal(mkdir(path_of(fixture, name), 0700), 0);
}

static void plan(struct fixture *fixture, char *path)
{
    struct tf_error error;
    assert_int_equal(
        tf_load_plan(&path, 1, fixture->arena, &fixture->refusals, &fixture->files, &error), TF_OK);
}

static void a_text_is_known_by_its_ending_in_any_case(void **state)
{
    (void)state;
    assert_true(tf_load_is_text(TF_STR("a.txt")));
    assert_true(tf_load_is_text(TF_STR("b/a.MD")));
    assert_false(tf_load_is_text(TF_STR(".txt")));
    assert_false(tf_load_is_text(TF_STR("a.txt.gz")));
    assert_false(tf_load_is_text(TF_STR("txt")));
    assert_false(tf_load_is_text(TF_STR("")));
}

static void files_come_in_byte_order_with_names_below_the_folder(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"Z.txt", "a/z.txt", "a0.md", "b.txt"};
    make_folder(fixture, "a");
    for (size_t i = 4; i-- > 0;)
        write_file(fixture, names[i], "x");
    write_file(fixture, "page.html", "x");
    plan(fixture, fixture->folder);
    assert_int_equal(fixture->files.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(fixture->files.v[i].name.data, names[i]);
        assert_true(tf_str_is(fixture->files.v[i].meta.key, names[i]));
        assert_string_equal(fixture->files.v[i].path.data, path_of(fixture, names[i]));
        assert_int_equal(fixture->files.v[i].size, 1);
    }
    assert_int_equal(fixture->refusals.count, 0);
}

static void a_linked_folder_is_never_entered(void **state)
{
    struct fixture *fixture = *state;
    make_folder(fixture, "texts");
    make_folder(fixture, "elsewhere");
    write_file(fixture, "texts/a.txt", "x");
    write_file(fixture, "elsewhere/b.txt", "x");
    assert_int_equal(symlink("..", path_of(fixture, "texts/up")), 0);
    assert_int_equal(symlink(".", path_of(fixture, "texts/self")), 0);
    plan(fixture, path_of(fixture, "texts"));
    assert_int_equal(fixture->files.n, 1);
    assert_int_equal(fixture->refusals.count, 1);
    assert_non_null(strstr(fixture->messages, "texts/up: a symbolic link that leads out"));
}

/* "texts-more" begins with the name of "texts" and is not inside it. */
static void a_sibling_with_a_longer_name_is_outside(void **state)
{
    struct fixture *fixture = *state;
    make_folder(fixture, "texts");
    make_folder(fixture, "texts-more");
    write_file(fixture, "texts/a.txt", "x");
    write_file(fixture, "texts-more/b.txt", "x");
    assert_int_equal(symlink("../texts-more/b.txt", path_of(fixture, "texts/b.txt")), 0);
    plan(fixture, path_of(fixture, "texts"));
    assert_int_equal(fixture->files.n, 1);
    assert_non_null(strstr(fixture->messages, "texts/b.txt: a symbolic link that leads out"));
}

static void manifest_beside_a_single_file_describes_it(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "a.txt", "x");
    write_file(fixture, "sources.json",
               "{\"a.txt\": {\"title\": \"A\"}, \"b.txt\": {\"title\": \"B\"}}");
    plan(fixture, path_of(fixture, "a.txt"));
    assert_int_equal(fixture->files.n, 1);
    assert_true(tf_str_is(fixture->files.v[0].meta.title, "A"));
    assert_true(tf_str_is(fixture->files.v[0].meta.key, "a.txt"));
    assert_int_equal(fixture->refusals.count, 0);
}

static void a_broken_manifest_refuses_each_single_file_beside_it(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "a.txt", "x");
    write_file(fixture, "sources.json", "{");
    plan(fixture, path_of(fixture, "a.txt"));
    assert_int_equal(fixture->files.n, 0);
    assert_int_equal(fixture->refusals.count, 1);
    assert_non_null(strstr(fixture->messages, "sources.json"));
}

static void a_manifest_that_is_a_dangling_link_is_refused(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "a.txt", "x");
    assert_int_equal(symlink("nowhere", path_of(fixture, "sources.json")), 0);
    plan(fixture, fixture->folder);
    assert_int_equal(fixture->files.n, 0);
    assert_int_equal(fixture->refusals.count, 1);
}

static void of_three_files_with_one_key_none_is_kept(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "a.txt", "x");
    write_file(fixture, "b.txt", "x");
    write_file(fixture, "c.txt", "x");
    write_file(fixture, "sources.json",
               "{\"a.txt\": {\"key\": \"c.txt\"}, \"b.txt\": {\"key\": \"c.txt\"}}");
    plan(fixture, fixture->folder);
    assert_int_equal(fixture->refusals.count, 3);
    for (size_t i = 0; i < fixture->files.n; i++)
        assert_true(fixture->files.v[i].dropped);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_text_is_known_by_its_ending_in_any_case),
        TEST(files_come_in_byte_order_with_names_below_the_folder),
        TEST(a_linked_folder_is_never_entered),
        TEST(a_sibling_with_a_longer_name_is_outside),
        TEST(manifest_beside_a_single_file_describes_it),
        TEST(a_broken_manifest_refuses_each_single_file_beside_it),
        TEST(a_manifest_that_is_a_dangling_link_is_refused),
        TEST(of_three_files_with_one_key_none_is_kept),
    };
    return cmocka_run_group_tests_name("load plan", tests, NULL, NULL);
}
