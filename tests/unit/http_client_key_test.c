/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "client_key.h"

static uint64_t client(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return client_key_of((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return client_key_of((const struct sockaddr *)&v6);
}

static void addresses_of_ipv4_are_one_client_each(void **state)
{
    (void)state;
    assert_true(client("192.0.2.1") == client("192.0.2.1"));
    assert_true(client("192.0.2.1") != client("192.0.2.2"));
    assert_true(client("::ffff:192.0.2.1") == client("192.0.2.1"));
    assert_true(client("::ffff:192.0.2.2") != client("192.0.2.1"));
}

static void networks_of_ipv6_are_one_client_each(void **state)
{
    (void)state;
    assert_true(client("2001:db8:0:1::1") == client("2001:db8:0:1:ffff::2"));
    assert_true(client("2001:db8:0:1::1") != client("2001:db8:0:2::1"));
    assert_true(client("2001:db8::1") != client("32.1.13.184")); /* the same first bytes */
}

static void no_client_is_the_number_of_nobody(void **state)
{
    (void)state;
    assert_true(client("ffff:ffff:ffff:ffff::1") != UINT64_MAX);
    assert_int_equal(client_key_of(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_ipv4_are_one_client_each),
        cmocka_unit_test(networks_of_ipv6_are_one_client_each),
        cmocka_unit_test(no_client_is_the_number_of_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
