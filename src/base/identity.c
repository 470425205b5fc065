/* SPDX-License-Identifier: MIT */
/* Ids by name (RFC 9562, version 5) and digests; the hashing is nettle's, which
 * uses what the processor has for it. */
#include <treatfacts/base.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/umac.h>
#include <pthread.h>
#include <string.h>
#include <uuid/uuid.h>

/* The namespace of all ids, fixed for ever: ids are promised to be stable.
 * 6f1e8c52-3c0a-5d0e-9b57-0d2f5a7c41e8 */
static const uuid_t service_namespace = {0x6f, 0x1e, 0x8c, 0x52, 0x3c, 0x0a, 0x5d, 0x0e,
                                         0x9b, 0x57, 0x0d, 0x2f, 0x5a, 0x7c, 0x41, 0xe8};

/* "\n", the size in digits and ":", so that no two lists of parts look alike. */
static void hash_size(struct sha1_ctx *hash, size_t size)
{
    char text[TF_DIGITS_MAX + 2] = "\n";
    size_t length = 1 + tf_digits(size, text + 1);
    text[length++] = ':';
    sha1_update(hash, length, (const uint8_t *)text);
}

struct tf_uuid tf_uuid_of(const char *kind, const struct tf_str *parts, size_t count)
{
    struct sha1_ctx hash;
    sha1_init(&hash);
    sha1_update(&hash, sizeof service_namespace, service_namespace);
    sha1_update(&hash, strlen(kind), (const uint8_t *)kind);
    for (size_t i = 0; i < count; i++) {
        hash_size(&hash, parts[i].size);
        sha1_update(&hash, parts[i].size, (const uint8_t *)parts[i].data);
    }
    struct tf_uuid id;
    sha1_digest(&hash, sizeof id.b, id.b);
    id.b[6] = (unsigned char)((id.b[6] & 0x0f) | 0x50); /* version 5 */
    id.b[8] = (unsigned char)((id.b[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    return id;
}

/* The two digits of each byte. */
#define PAIRS(d)                                                                                   \
    d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9" d "a" d "b" d "c" d "d" d "e" d "f"
static const char hex_pairs[] =
    PAIRS("0") PAIRS("1") PAIRS("2") PAIRS("3") PAIRS("4") PAIRS("5") PAIRS("6") PAIRS("7")
        PAIRS("8") PAIRS("9") PAIRS("a") PAIRS("b") PAIRS("c") PAIRS("d") PAIRS("e") PAIRS("f");

char *tf_hex(char *out, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memcpy(out + 2 * i, hex_pairs + 2 * bytes[i], 2);
    return out + 2 * count;
}

/* As uuid_unparse_lower writes it; but answers are full of ids. */
void tf_uuid_format(struct tf_uuid id, char out[TF_UUID_TEXT])
{
    out = tf_hex(out, id.b, 4);
    *out++ = '-';
    out = tf_hex(out, id.b + 4, 2);
    *out++ = '-';
    out = tf_hex(out, id.b + 6, 2);
    *out++ = '-';
    out = tf_hex(out, id.b + 8, 2);
    *out++ = '-';
    out = tf_hex(out, id.b + 10, 6);
    *out = '\0';
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

int tf_uuid_order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tf_uuid));
}

void tf_digest(const void *data, size_t size, char out[TF_DIGEST_TEXT])
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, sizeof digest, digest);
    *tf_hex(out, digest, sizeof digest) = '\0';
}

/* UMAC (RFC 4418) under a key that everybody knows, computed in a fraction of the
 * time of SHA-256. The key is set up once: that takes as long as 20 KB. */
static struct umac128_ctx fingerprint_start;

static void start_fingerprints(void)
{
    static const uint8_t key[UMAC_KEY_SIZE] = "treatfacts tags";
    umac128_set_key(&fingerprint_start, key);
}

void tf_fingerprint(const void *data, size_t size, char out[TF_FINGERPRINT_TEXT])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint8_t tag[UMAC128_DIGEST_SIZE];
    pthread_once(&once, start_fingerprints);
    struct umac128_ctx context = fingerprint_start;
    umac128_update(&context, size, data);
    umac128_digest(&context, sizeof tag, tag);
    *tf_hex(out, tag, sizeof tag) = '\0';
}
