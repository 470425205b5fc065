/* SPDX-License-Identifier: MIT */
/* What a target gives: libFuzzer's entry, which replay.c calls as well. */
#ifndef TF_FUZZ_H
#define TF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; a broken promise ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
