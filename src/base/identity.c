/* SPDX-License-Identifier: MIT */
/* Ids by name (RFC 9562 version 5, through libuuid) and SHA-256 (nettle). */
#include <treatfacts/base.h>

#include <nettle/sha2.h>
#include <string.h>
#include <uuid/uuid.h>

/* The namespace of all ids, fixed for ever: ids are promised to be stable.
 * 6f1e8c52-3c0a-5d0e-9b57-0d2f5a7c41e8 */
static const uuid_t service_namespace = {0x6f, 0x1e, 0x8c, 0x52, 0x3c, 0x0a, 0x5d, 0x0e,
                                         0x9b, 0x57, 0x0d, 0x2f, 0x5a, 0x7c, 0x41, 0xe8};

/* "\n", the size in digits and ":", so that no two lists of parts look alike. */
static void add_size(struct tf_buf *name, size_t size)
{
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = ':';
    do
        digits[--at] = (char)('0' + size % 10);
    while (size /= 10);
    digits[--at] = '\n';
    tf_buf_add(name, digits + at, sizeof digits - at);
}

struct tf_uuid tf_uuid_of(const char *kind, const struct tf_str *parts, size_t count)
{
    struct tf_buf name;
    tf_buf_init(&name);
    tf_buf_add_text(&name, kind);
    for (size_t i = 0; i < count; i++) {
        add_size(&name, parts[i].size);
        tf_buf_add_str(&name, parts[i]);
    }
    uuid_t id;
    uuid_generate_sha1(id, service_namespace, name.data ? name.data : "", name.size);
    tf_buf_clear(&name);
    struct tf_uuid out;
    memcpy(out.b, id, sizeof out.b);
    return out;
}

void tf_uuid_format(struct tf_uuid id, char out[TF_UUID_TEXT])
{
    uuid_unparse_lower(id.b, out);
}

bool tf_uuid_parse(struct tf_str s, struct tf_uuid *out)
{
    char text[TF_UUID_TEXT];
    uuid_t id;
    if (s.size != TF_UUID_TEXT - 1 || memchr(s.data, '\0', s.size))
        return false;
    memcpy(text, s.data, s.size);
    text[s.size] = '\0';
    if (uuid_parse(text, id) != 0)
        return false;
    memcpy(out->b, id, sizeof out->b);
    return true;
}

bool tf_uuid_equal(struct tf_uuid a, struct tf_uuid b)
{
    return memcmp(a.b, b.b, sizeof a.b) == 0;
}

void tf_digest(const void *data, size_t size, char out[TF_DIGEST_TEXT])
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, sizeof digest, digest);
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[TF_DIGEST_TEXT - 1] = '\0';
}
