/* SPDX-License-Identifier: MIT */
/*
 * extract: from a text to its facts. Pure: no I/O, no clock, no locale, no
 * globals; the same bytes and lexicon give the same facts. docs/extraction.md
 * tells the rules.
 */
#ifndef TREATFACTS_EXTRACT_H
#define TREATFACTS_EXTRACT_H

#include <treatfacts/facts.h>
#include <treatfacts/lexicon.h>
#include <treatfacts/text.h>

/* Raised whenever the same text and lexicon may give other facts. */
#define TF_EXTRACTOR_VERSION "2"

/*
 * Reads a text. The facts lie in the arena and borrow from text and lexicon,
 * which must outlive them. key is the source's key (tf_source_id). The
 * result keeps the promises of tf_facts_check.
 */
enum tf_status tf_extract(const struct tf_lexicon *lexicon, const struct tf_text *text,
                          struct tf_str key, struct tf_arena *arena, struct tf_extraction **out,
                          struct tf_error *error);

#endif
