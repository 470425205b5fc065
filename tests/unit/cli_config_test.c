/* SPDX-License-Identifier: MIT */
/* No setting is secret yet; what is marked so must be shown nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli.h"

static void assert_printed(unsigned marks, const char *text, const char *wanted)
{
    const struct cli_option option = {.flag = "--token",
                                      .variable = "TREATFACTS_TOKEN",
                                      .type = CLI_TEXT,
                                      .commands = 1u << CLI_SERVE | marks};
    const struct cli_value value = {.text = text, .origin = CLI_FROM_ENVIRONMENT};
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    cli_print_setting(out, &option, &value);
    fclose(out);
    assert_string_equal(line, wanted);
    free(line);
}

static void secret_is_not_printed(void **state)
{
    (void)state;
    assert_printed(CLI_SECRET, "swordfish",
                   "# TREATFACTS_TOKEN is secret  # --token, environment\n");
    assert_printed(CLI_SECRET, NULL, "TREATFACTS_TOKEN=  # --token, not set\n");
}

static void what_is_no_secret_is_printed(void **state)
{
    (void)state;
    assert_printed(0, "swordfish", "TREATFACTS_TOKEN=swordfish  # --token, environment\n");
    assert_printed(0, "sword fish", "TREATFACTS_TOKEN='sword fish'  # --token, environment\n");
    assert_printed(0, "it's", "TREATFACTS_TOKEN='it'\\''s'  # --token, environment\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_is_not_printed),
        cmocka_unit_test(what_is_no_secret_is_printed),
    };
    return cmocka_run_group_tests_name("cli_config", tests, NULL, NULL);
}
