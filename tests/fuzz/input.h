/* SPDX-License-Identifier: MIT */
/* An input cut into numbers and strings: for targets that take more than one
 * thing. Where it is used up, the rest is zero and empty. */
#ifndef TF_FUZZ_INPUT_H
#define TF_FUZZ_INPUT_H

#include <treatfacts/base.h>

struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint64_t input_number(struct input *input, size_t bytes)
{
    uint64_t number = 0;
    for (; bytes > 0; bytes--) {
        number = number << 8 | (input->left ? *input->at : 0);
        input->at += input->left > 0;
        input->left -= input->left > 0;
    }
    return number;
}

/* At most so many bytes of what is left; borrowed. */
static inline struct tf_str input_bytes(struct input *input, size_t most)
{
    size_t size = most < input->left ? most : input->left;
    struct tf_str bytes = {size ? (const char *)input->at : "", size};
    input->at += size;
    input->left -= size;
    return bytes;
}

#endif
