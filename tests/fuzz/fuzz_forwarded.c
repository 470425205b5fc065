/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a stranger sends in Forwarded and X-Forwarded-For, and as a list
 * of trusted proxies: who is not trusted is not believed, and what a trusted proxy
 * adds to the right counts, whatever stands left of it.
 */
#include "fuzz.h"

#include "forwarded.h"

#include <treatfacts/http.h>

static const unsigned char proxy[4] = {10, 0, 0, 1}, stranger[4] = {192, 0, 2, 1};

static bool is(struct tf_address address, const char *text)
{
    char given[TF_ADDRESS_TEXT];
    tf_address_format(address, given);
    return strcmp(given, text) == 0;
}

static struct tf_str followed_by(struct tf_buf *room, struct tf_str bytes, const char *added)
{
    tf_buf_clear(room);
    tf_buf_add_str(room, bytes);
    tf_buf_add_text(room, added);
    TF_ASSERT(!room->failed);
    return tf_buf_str(room);
}

/* An untrusted peer stays itself, and what is added decides for a trusted one. */
static void check_headers(struct tf_str bytes, const struct tf_networks *proxies)
{
    static const struct {
        const char *added, *x_added, *client;
    } cases[] = {
        {", for=198.51.100.7", ", 198.51.100.7", "198.51.100.7"},
        {", for=\"[2001:db8::7]:443\"", ", [2001:db8::7]:443", "2001:db8::7"},
        {",for=198.51.100.7;by=\"x,\\\"\", FOR=10.9.9.9", ",198.51.100.7,10.9.9.9", "198.51.100.7"},
    };
    struct tf_buf room;
    tf_buf_init(&room);
    struct tf_address trusted = tf_address_of_ipv4(proxy), other = tf_address_of_ipv4(stranger);
    TF_ASSERT(is(tf_forwarded_client(proxies, other, bytes, bytes), "192.0.2.1"));
    (void)tf_forwarded_client(proxies, trusted, bytes, bytes);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_str whole = followed_by(&room, bytes, cases[i].added);
        TF_ASSERT(is(tf_forwarded_client(proxies, trusted, whole, TF_STR_NULL), cases[i].client));
        whole = followed_by(&room, bytes, cases[i].x_added);
        TF_ASSERT(is(tf_forwarded_client(proxies, trusted, TF_STR_NULL, whole), cases[i].client));
    }
    tf_buf_clear(&room);
}

/* Refused by both or by neither, and named from the list itself. */
static void check_list(struct tf_str bytes)
{
    struct tf_buf room;
    struct tf_networks networks;
    tf_buf_init(&room);
    struct tf_str list = followed_by(&room, bytes, "\n");
    struct tf_str refused = tf_http_network_refused(list.data);
    bool ok = tf_networks_init(&networks, tf_str_of(list.data));
    TF_ASSERT(ok == !refused.data);
    TF_ASSERT(!refused.data ||
              (refused.data >= list.data && refused.data + refused.size <= list.data + list.size));
    tf_networks_clear(&networks);
    tf_buf_clear(&room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tf_str bytes = {data ? (const char *)data : "", size};
    struct tf_networks proxies;
    TF_ASSERT(tf_networks_init(&proxies, TF_STR("10.0.0.0/8")));
    check_headers(bytes, &proxies);
    check_list(bytes);
    tf_networks_clear(&proxies);
    return 0;
}
