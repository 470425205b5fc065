/* SPDX-License-Identifier: MIT */
#include "coding.h"

#include "headers.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Below this the header Content-Encoding and the coding's own frame eat up
 * what is gained, and the answer fits into one packet anyway. */
enum { LEAST_SIZE = 1024 };

/* Where more effort begins to cost much more time than it saves bytes. The
 * window is what a stream holds in memory; rows resemble the rows just before
 * them, so that a wider one saves next to nothing. */
enum { GZIP_LEVEL = 6, BROTLI_QUALITY = 5, BROTLI_WINDOW = 18 };

/* Brotli else takes the first piece for all there is, and its output would
 * depend on how the content is cut. */
enum { BROTLI_SIZE_HINT = 64 * 1024 };

const char *const tf_coding_names[TF_CODING__MAX] = {
    [TF_CODING_IDENTITY] = "identity", [TF_CODING_GZIP] = "gzip", [TF_CODING_BR] = "br"};

void tf_coding_choose_both(struct tf_str accept_encoding, enum tf_coding *worthwhile,
                           enum tf_coding *plain)
{
    double qualities[TF_CODING__MAX], most = 0;
    tf_coding_qualities(accept_encoding, tf_coding_names, TF_CODING__MAX, qualities);
    *worthwhile = TF_CODING__MAX;
    for (int i = TF_CODING__MAX - 1; i >= 0; i--) {
        if (qualities[i] <= most)
            continue;
        *worthwhile = (enum tf_coding)i;
        most = qualities[i];
    }
    *plain = qualities[TF_CODING_IDENTITY] > 0 ? TF_CODING_IDENTITY : *worthwhile;
}

enum tf_coding tf_coding_choose(struct tf_str accept_encoding, bool worthwhile)
{
    enum tf_coding coded, plain;
    tf_coding_choose_both(accept_encoding, &coded, &plain);
    return worthwhile ? coded : plain;
}

bool tf_coding_worthwhile(const char *type, size_t size)
{
    static const char *const beginnings[] = {"text/", "application/json", "application/ld+json",
                                             "application/problem+json", "application/x-ndjson"};
    for (size_t i = 0; size > LEAST_SIZE && i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(type, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static z_stream *new_gzip(void)
{
    enum { GZIP_FRAME = 16, USUAL_MEMORY = 8 };
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream && deflateInit2(stream, GZIP_LEVEL, Z_DEFLATED, MAX_WBITS + GZIP_FRAME, USUAL_MEMORY,
                               Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

static BrotliEncoderState *new_brotli(void)
{
    BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    if (state) {
        BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, BROTLI_QUALITY);
        BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, BROTLI_WINDOW);
        BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, BROTLI_SIZE_HINT);
        BrotliEncoderSetParameter(state, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
    }
    return state;
}

void tf_encoder_init(struct tf_encoder *encoder, enum tf_coding coding)
{
    *encoder = (struct tf_encoder){.coding = coding};
    if (coding == TF_CODING_GZIP)
        encoder->state = new_gzip();
    else if (coding == TF_CODING_BR)
        encoder->state = new_brotli();
}

/* piece is no longer than zlib can count. */
static void run_gzip(z_stream *stream, struct tf_str piece, int flush, struct tf_buf *out)
{
    unsigned char room[16 * 1024];
    stream->next_in = (unsigned char *)piece.data;
    stream->avail_in = (uInt)piece.size;
    do {
        stream->next_out = room;
        stream->avail_out = sizeof room;
        /* Only a stream that was broken by the program is refused. */
        TF_ASSERT(deflate(stream, flush) != Z_STREAM_ERROR);
        tf_buf_add(out, room, sizeof room - stream->avail_out);
    } while (stream->avail_out == 0);
}

static void run_brotli(BrotliEncoderState *state, struct tf_str piece,
                       BrotliEncoderOperation operation, struct tf_buf *out)
{
    const uint8_t *next_in = (const uint8_t *)piece.data;
    size_t left = piece.size, none = 0;
    do {
        if (!BrotliEncoderCompressStream(state, operation, &left, &next_in, &none, NULL, NULL)) {
            out->failed = true; /* no memory */
            return;
        }
        size_t size = 0;
        const uint8_t *bytes = BrotliEncoderTakeOutput(state, &size);
        tf_buf_add(out, bytes, size);
    } while (left || BrotliEncoderHasMoreOutput(state));
}

static void run(struct tf_encoder *encoder, struct tf_str piece, bool last, struct tf_buf *out)
{
    if (encoder->coding == TF_CODING_IDENTITY)
        tf_buf_add_str(out, piece);
    else if (!encoder->state)
        out->failed = true;
    else if (encoder->coding == TF_CODING_GZIP)
        run_gzip(encoder->state, piece, last ? Z_FINISH : Z_NO_FLUSH, out);
    else
        run_brotli(encoder->state, piece, last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS,
                   out);
}

void tf_encoder_feed(struct tf_encoder *encoder, struct tf_str piece, struct tf_buf *out)
{
    enum { AT_ONCE = 1 << 20 };
    while (piece.size && !out->failed) {
        struct tf_str part = {piece.data, piece.size < AT_ONCE ? piece.size : AT_ONCE};
        run(encoder, part, false, out);
        piece = (struct tf_str){piece.data + part.size, piece.size - part.size};
    }
}

void tf_encoder_finish(struct tf_encoder *encoder, struct tf_buf *out)
{
    run(encoder, TF_STR(""), true, out);
}

void tf_encoder_clear(struct tf_encoder *encoder)
{
    if (encoder->state && encoder->coding == TF_CODING_GZIP) {
        (void)deflateEnd(encoder->state); /* what it tells is whether data is lost */
        free(encoder->state);
    } else if (encoder->state) {
        BrotliEncoderDestroyInstance(encoder->state);
    }
    encoder->state = NULL;
}

void tf_encode(enum tf_coding coding, struct tf_str content, struct tf_buf *out)
{
    struct tf_encoder encoder;
    tf_encoder_init(&encoder, coding);
    tf_encoder_feed(&encoder, content, out);
    tf_encoder_finish(&encoder, out);
    tf_encoder_clear(&encoder);
}
