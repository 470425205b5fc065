/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "forwarded.h"

#include <treatfacts/http.h>

#include <stdlib.h>
#include <string.h>

#define PROXIES "127.0.0.1, 10.0.0.0/8 ,2001:db8:aaaa::/48"

static struct tf_address address_of(const char *text)
{
    struct tf_address address = {{0}};
    struct tf_str s = tf_str_of(text);
    if (!tf_address_parse_ipv4(s, &address) && !tf_address_parse_ipv6(s, &address))
        fail_msg("%s is no address", text);
    return address;
}

struct forwarded_case {
    const char *peer, *forwarded, *x_forwarded_for, *client;
};

static void assert_clients(const struct forwarded_case *cases, size_t count)
{
    struct tf_networks proxies;
    assert_true(tf_networks_init(&proxies, TF_STR(PROXIES)));
    for (size_t i = 0; i < count; i++) {
        const struct forwarded_case *c = &cases[i];
        char given[TF_ADDRESS_TEXT];
        tf_address_format(tf_forwarded_client(&proxies, address_of(c->peer),
                                              tf_str_of(c->forwarded),
                                              tf_str_of(c->x_forwarded_for)),
                          given);
        if (strcmp(given, c->client) != 0)
            fail_msg("%s, Forwarded: %s, X-Forwarded-For: %s: %s instead of %s", c->peer,
                     c->forwarded ? c->forwarded : "-",
                     c->x_forwarded_for ? c->x_forwarded_for : "-", given, c->client);
    }
    tf_networks_clear(&proxies);
}
#define ASSERT_CLIENTS(cases) assert_clients((cases), sizeof(cases) / sizeof *(cases))

static void strangers_are_not_believed(void **state)
{
    (void)state;
    static const struct forwarded_case cases[] = {
        {"192.0.2.1", NULL, "198.51.100.7", "192.0.2.1"},
        {"192.0.2.1", "for=198.51.100.7", NULL, "192.0.2.1"},
        {"127.0.0.2", NULL, "198.51.100.7", "127.0.0.2"},
        {"11.0.0.1", NULL, "198.51.100.7", "11.0.0.1"},
        {"2001:db8:aaab::1", "for=198.51.100.7", "198.51.100.7", "2001:db8:aaab::1"},
        {"::a00:1", NULL, "198.51.100.7", "::10.0.0.1"}, /* not 10.0.0.1 */
    };
    ASSERT_CLIENTS(cases);
}

static void client_is_the_last_that_is_no_trusted_proxy(void **state)
{
    (void)state;
    static const struct forwarded_case cases[] = {
        {"127.0.0.1", NULL, NULL, "127.0.0.1"},
        {"127.0.0.1", NULL, "", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.7", "198.51.100.7"},
        {"::ffff:127.0.0.1", NULL, "198.51.100.7", "198.51.100.7"},
        {"10.255.255.255", NULL, "198.51.100.7", "198.51.100.7"},
        {"2001:db8:aaaa:ffff::1", NULL, "198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", NULL, "1.1.1.1, 198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", NULL, "1.1.1.1, 198.51.100.7, 10.1.2.3", "198.51.100.7"},
        {"127.0.0.1", NULL, "10.0.0.9,10.0.0.8", "10.0.0.9"},
        {"127.0.0.1", NULL, " ,\t198.51.100.7 ,, , ", "198.51.100.7"},
        {"127.0.0.1", NULL, "2001:db8::7", "2001:db8::7"},
        {"127.0.0.1", NULL, "::ffff:198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", NULL, "198.51.100.7:4711", "198.51.100.7"},
        {"127.0.0.1", NULL, "[2001:db8::7]:4711", "2001:db8::7"},
        {"127.0.0.1", "for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "FOR=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=\"198.51.100.7:4711\"", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=\"[2001:db8::7]\"", NULL, "2001:db8::7"},
        {"127.0.0.1", "for=\"[2001:db8::7]:_port\"", NULL, "2001:db8::7"},
        {"127.0.0.1", "for=\"198\\.51.100.7\"", NULL, "198.51.100.7"},
        {"127.0.0.1", "proto=https;by=10.0.0.1;for=198.51.100.7;host=x", NULL, "198.51.100.7"},
        {"127.0.0.1", "proto=https; for=198.51.100.7 ;", NULL, "198.51.100.7"},
        {"127.0.0.1", "x=\"a,b;for=1.1.1.1\";for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "x=\"a\\\"\";for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=1.1.1.1, for=198.51.100.7, for=10.0.0.2", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=\"[2001:db8:aaaa::1]\", for=10.0.0.2", NULL, "2001:db8:aaaa::1"},
    };
    ASSERT_CLIENTS(cases);
}

static void what_hides_its_client_is_the_client(void **state)
{
    (void)state;
    static const struct forwarded_case cases[] = {
        {"127.0.0.1", NULL, "unknown", "127.0.0.1"},
        {"127.0.0.1", NULL, "1.1.1.1, unknown", "127.0.0.1"},
        {"127.0.0.1", NULL, "1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"},
        {"127.0.0.1", NULL, "198.51.100", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.07", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.256", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.7:", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.7:123456", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.7:80:80", "127.0.0.1"},
        {"127.0.0.1", NULL, "[198.51.100.7]", "127.0.0.1"},
        {"127.0.0.1", NULL, "[2001:db8::7", "127.0.0.1"},
        {"127.0.0.1", NULL, "[2001:db8::7]80", "127.0.0.1"},
        {"127.0.0.1", NULL, "[]", "127.0.0.1"},
        {"127.0.0.1", NULL, "[", "127.0.0.1"},
        {"127.0.0.1", NULL, "fe80::1%eth0", "127.0.0.1"},
        {"127.0.0.1", NULL, "0x7f000001", "127.0.0.1"},
        {"127.0.0.1", NULL, "198.51.100.7 198.51.100.8", "127.0.0.1"},
        {"127.0.0.1", NULL, "\"198.51.100.7\"", "127.0.0.1"},
        {"127.0.0.1", "for=_hidden", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=\"_SEVKISEK\"", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=1.1.1.1, for=unknown", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=1.1.1.1, by=10.0.0.1", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=1.1.1.1;for=2.2.2.2", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=1.1.1.1 x", NULL, "127.0.0.1"},
        {"127.0.0.1", "for = 1.1.1.1", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=", NULL, "127.0.0.1"},
        {"127.0.0.1", "for", NULL, "127.0.0.1"},
        {"127.0.0.1", "=1.1.1.1", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=\"", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=\"1.1.1.1", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=\"1.1.1.1\\", NULL, "127.0.0.1"},
        {"127.0.0.1", "for=[2001:db8::7]", NULL, "127.0.0.1"},   /* needs its quotes */
        {"127.0.0.1", "for=\"2001:db8::7\"", NULL, "127.0.0.1"}, /* and its brackets */
        {"127.0.0.1", "198.51.100.7", NULL, "127.0.0.1"},
        {"127.0.0.1", ";;;", NULL, "127.0.0.1"},
        {"127.0.0.1", ",,,", NULL, "127.0.0.1"},
    };
    ASSERT_CLIENTS(cases);
}

/* Whatever a stranger wrote to the left of what our proxy adds. */
static void strangers_cannot_hide_what_was_added_after_them(void **state)
{
    (void)state;
    static const struct forwarded_case cases[] = {
        {"127.0.0.1", "for=\", for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=\"\\, for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", "for=\"1.1.1.1, for=\"[2001:db8::7]\"", NULL, "2001:db8::7"},
        {"127.0.0.1", "x=\\, for=\"[2001:db8::7]\"", NULL, "2001:db8::7"},
        {"127.0.0.1", "\x01\xff;;=\"\\\"\",,, for=198.51.100.7", NULL, "198.51.100.7"},
        {"127.0.0.1", NULL, "\"1.1.1.1, 198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", NULL, "10.0.0.1\", 198.51.100.7", "198.51.100.7"},
    };
    ASSERT_CLIENTS(cases);
}

/* Who wrote which of them cannot be known. */
static void headers_that_contradict_each_other_name_nobody(void **state)
{
    (void)state;
    static const struct forwarded_case cases[] = {
        {"127.0.0.1", "for=198.51.100.7", "198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", "for=1.1.1.1", "198.51.100.7", "127.0.0.1"},
        {"127.0.0.1", "for=unknown", "198.51.100.7", "127.0.0.1"},
        {"127.0.0.1", "for=198.51.100.7", "unknown", "127.0.0.1"},
        {"127.0.0.1", "", "198.51.100.7", "198.51.100.7"},
        {"127.0.0.1", "for=198.51.100.7", "", "198.51.100.7"},
    };
    ASSERT_CLIENTS(cases);
}

/* More hops than there can be, and more text than is worth reading twice. */
static void long_headers_are_bounded(void **state)
{
    (void)state;
    enum { SIZE = 4 * 1024 * 1024 };
    static const char *const pieces[] = {"10.0.0.1,", ",",      "\"",           "\\\"",
                                         "\\",        "for=\"", "for=10.0.0.1,"};
    struct tf_networks proxies;
    char *text = malloc(SIZE);
    assert_non_null(text);
    assert_true(tf_networks_init(&proxies, TF_STR(PROXIES)));
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t size = strlen(pieces[i]), used = 0;
        for (; used + size <= SIZE; used += size)
            memcpy(text + used, pieces[i], size);
        const struct tf_str header = {text, used};
        struct tf_address client =
            tf_forwarded_client(&proxies, address_of("127.0.0.1"), header, header);
        assert_true(tf_networks_contain(&proxies, client));
    }
    tf_networks_clear(&proxies);
    free(text);
}

static void networks_are_taken_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *list, *inside, *outside;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
        {"192.0.2.0/31", "192.0.2.1", "192.0.2.2"},
        {"192.0.2.128/25", "192.0.2.255", "192.0.2.127"},
        {"0.0.0.0/0", "255.255.255.255", "::1"},
        {"::/0", "192.0.2.1", NULL},
        {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
        {"2001:db8::1", "2001:db8::1", "2001:db8::2"},
        {"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"},
        {"1.1.1.1,2.2.2.2 , 3.3.3.3", "3.3.3.3", "4.4.4.4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_networks networks;
        assert_null(tf_http_network_refused(cases[i].list).data);
        assert_true(tf_networks_init(&networks, tf_str_of(cases[i].list)));
        if (!tf_networks_contain(&networks, address_of(cases[i].inside)))
            fail_msg("%s without %s", cases[i].list, cases[i].inside);
        if (cases[i].outside && tf_networks_contain(&networks, address_of(cases[i].outside)))
            fail_msg("%s with %s", cases[i].list, cases[i].outside);
        tf_networks_clear(&networks);
    }
}

static void absent_list_contains_nothing(void **state)
{
    (void)state;
    struct tf_networks networks;
    assert_true(tf_networks_init(&networks, TF_STR_NULL));
    assert_false(tf_networks_contain(&networks, address_of("::")));
    tf_networks_clear(&networks);
}

static void what_is_no_network_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"", ""},
        {"localhost", "localhost"},
        {"10.0.0.1/8", "10.0.0.1/8"}, /* bits behind the length */
        {"2001:db8::1/64", "2001:db8::1/64"},
        {"10.0.0.0/33", "10.0.0.0/33"},
        {"::/129", "::/129"},
        {"10.0.0.0/", "10.0.0.0/"},
        {"10.0.0.0/08", "10.0.0.0/08"},
        {"10.0.0.0/-1", "10.0.0.0/-1"},
        {"10.0.0.0/8/8", "10.0.0.0/8/8"},
        {"10.0.0.0:80", "10.0.0.0:80"},
        {"[::1]", "[::1]"},
        {"fe80::1%lo", "fe80::1%lo"},
        {"10.0.0.1, ,10.0.0.2", ""},
        {"10.0.0.1,x", "x"},
        {"10.0.0.1,", ""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tf_networks networks;
        struct tf_str named = tf_http_network_refused(wrong[i][0]);
        if (!tf_str_is(named, wrong[i][1]))
            fail_msg("\"%s\" named \"%.*s\"", wrong[i][0], TF_STR_ARG(named));
        assert_false(tf_networks_init(&networks, tf_str_of(wrong[i][0])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_are_not_believed),
        cmocka_unit_test(client_is_the_last_that_is_no_trusted_proxy),
        cmocka_unit_test(what_hides_its_client_is_the_client),
        cmocka_unit_test(strangers_cannot_hide_what_was_added_after_them),
        cmocka_unit_test(headers_that_contradict_each_other_name_nobody),
        cmocka_unit_test(long_headers_are_bounded),
        cmocka_unit_test(networks_are_taken_as_they_are_written),
        cmocka_unit_test(absent_list_contains_nothing),
        cmocka_unit_test(what_is_no_network_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
