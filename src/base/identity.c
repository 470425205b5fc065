/* SPDX-License-Identifier: MIT */
/* Ids by name (RFC 9562 version 5, through libuuid) and SHA-256 (nettle). */
#include <treatfacts/base.h>

#include <nettle/sha2.h>
#include <string.h>
#include <uuid/uuid.h>

/* The namespace of all ids, fixed for ever: ids are promised to be stable. */
static const char service_namespace[] = "6f1e8c52-3c0a-5d0e-9b57-0d2f5a7c41e8";

struct tf_uuid tf_uuid_of(const char *kind, const struct tf_str *parts, size_t count)
{
    struct tf_buf name;
    tf_buf_init(&name);
    tf_buf_add_text(&name, kind);
    for (size_t i = 0; i < count; i++) {
        tf_buf_printf(&name, "\n%zu:", parts[i].size);
        tf_buf_add_str(&name, parts[i]);
    }
    uuid_t space, id;
    uuid_parse(service_namespace, space);
    uuid_generate_sha1(id, space, name.data ? name.data : "", name.size);
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
