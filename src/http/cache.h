/* SPDX-License-Identifier: MIT */
/*
 * Finished answers, kept for whoever asks the same again. Facts change only when
 * something is loaded: an answer is good as long as the data set has the version
 * that it was made from. Bounded in bytes, the longest unused goes first. While
 * one thread makes an answer, others that want the same can wait for it.
 */
#ifndef TREATFACTS_HTTP_CACHE_H
#define TREATFACTS_HTTP_CACHE_H

#include "coding.h"
#include "date.h"
#include "exchange.h"

/* What every client that asks for it gets. It never changes; references are
 * counted. */
struct answer {
    atomic_uint references;
    struct cache *cache; /* where its memory counts */
    const struct route *route;
    const char *type;
    enum cache_policy policy;
    enum tf_coding coding;
    int64_t version;       /* of the data set; ANSWER_ALWAYS: of none */
    int64_t good_until;    /* Unix seconds, 0: as long as the version stands */
    int64_t last_modified; /* Unix seconds, told where the text below is not "" */
    char last_modified_text[TF_DATE_TEXT];
    char etag[TF_DIGEST_TEXT + 16];
    struct tf_str next; /* link to the next page, absent: none; lies behind the body */
    struct tf_str body;
    char bytes[];
};

/* Room for body and link; NULL: no memory. One reference. */
struct answer *answer_new(struct cache *cache, struct tf_str body, struct tf_str next);
struct answer *answer_hold(struct answer *answer);
void answer_release(struct answer *answer); /* NULL is fine */
/* May it be given to who wants this version now (Unix seconds)? */
bool answer_is_good(const struct answer *answer, int64_t version, int64_t now);

/* What tells one answer from another: target and Accept as received, and which
 * coding the client would get where that makes the content smaller, and where
 * not. Borrowed. */
struct cache_key {
    struct tf_str target, accept;
    enum tf_coding coding, plain_coding;
    unsigned generation; /* of the database: another file may have the same version */
    uint64_t hash;       /* of all this: cache_hash */
};
bool cache_key_equal(const struct cache_key *a, const struct cache_key *b);
size_t cache_key_words(const struct cache_key *key); /* bytes of target and Accept */
/* With words of its own, for which there is room at words. */
struct cache_key cache_key_copy(const struct cache_key *key, char *words);

enum cache_outcome {
    CACHE_HIT,  /* *out is held for the caller */
    CACHE_MAKE, /* the caller makes it, and calls cache_end however that ends */
    CACHE_PASS, /* the caller makes it for itself: it cannot be kept */
    CACHE_WAIT, /* another thread makes it: cache_wait waits for that */
};

/* limit 0: keeps nothing. NULL: no memory. */
struct cache *cache_new(size_t limit);
void cache_free(struct cache *cache); /* when no thread runs any more */
/* Before the key is used. */
void cache_hash(const struct cache *cache, struct cache_key *key);
enum cache_outcome cache_take(struct cache *cache, const struct cache_key *key, int64_t version,
                              int64_t now, struct answer **out);
/* A while; anything but CACHE_WAIT. */
enum cache_outcome cache_wait(struct cache *cache, const struct cache_key *key, int64_t version,
                              int64_t now, struct answer **out);
/* answer NULL: it cannot be kept. Else the cache holds it, too. */
void cache_end(struct cache *cache, const struct cache_key *key, struct answer *answer);
/* What it holds: bytes of all answers that anybody has, and answers that it has. */
void cache_measure(struct cache *cache, size_t *bytes, size_t *entries);
/* Larger ones are not kept, so that none takes the place of many. */
size_t cache_largest(const struct cache *cache);

#endif
