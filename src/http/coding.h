/* SPDX-License-Identifier: MIT */
/*
 * Content codings (RFC 9110, 8.4): which one a client gets, and the encoder.
 * Only coding.c knows zlib and brotli. Pure but for memory: the same bytes give
 * the same bytes, in whatever pieces they are fed.
 */
#ifndef TREATFACTS_HTTP_CODING_H
#define TREATFACTS_HTTP_CODING_H

#include <treatfacts/base.h>

enum tf_coding { TF_CODING_IDENTITY, TF_CODING_GZIP, TF_CODING_BR, TF_CODING__MAX };
extern const char *const tf_coding_names[TF_CODING__MAX]; /* as in Content-Encoding */

/* The coding the client likes most (RFC 9110, 12.5.3), of equally liked ones
 * the one that makes less of the content; identity for a client that says
 * nothing. TF_CODING__MAX: it takes none of ours. worthwhile: whether coding
 * makes anything smaller; if not, identity unless the client rules it out. */
enum tf_coding tf_coding_choose(struct tf_str accept_encoding, bool worthwhile);
/* What is chosen where coding is worthwhile, and where not. */
void tf_coding_choose_both(struct tf_str accept_encoding, enum tf_coding *worthwhile,
                           enum tf_coding *plain);
/* Is content of this media type and size worth coding? */
bool tf_coding_worthwhile(const char *type, size_t size);

/*
 * Takes content piece by piece and appends its coded form to a buffer, which
 * may be a drained one. The buffer's failure flag tells of no memory. Feeding
 * may append nothing for a while; only after finish is everything there.
 */
struct tf_encoder {
    enum tf_coding coding;
    void *state; /* of zlib or brotli; NULL for identity, or without memory */
};
void tf_encoder_init(struct tf_encoder *encoder, enum tf_coding coding);
void tf_encoder_feed(struct tf_encoder *encoder, struct tf_str piece, struct tf_buf *out);
void tf_encoder_finish(struct tf_encoder *encoder, struct tf_buf *out);
void tf_encoder_clear(struct tf_encoder *encoder);

/* All at once. */
void tf_encode(enum tf_coding coding, struct tf_str content, struct tf_buf *out);

#endif
