/* SPDX-License-Identifier: MIT */
/* The way of a text to its facts. */
#include "extract_internal.h"

static enum tf_abbreviation abbreviation(const void *context, struct tf_str word)
{
    const struct tf_lex_entry *entry = tf_lexicon_sentence_word(context, word);
    struct tf_str kind = entry ? tf_lex_attribute(entry, "kind") : TF_STR_NULL;
    if (tf_str_is(kind, "title"))
        return TF_ABBREVIATION_TITLE;
    return tf_str_is(kind, "inner") ? TF_ABBREVIATION_INNER : TF_ABBREVIATION_NONE;
}

static bool starter(const void *context, struct tf_str word)
{
    const struct tf_lex_entry *entry = tf_lexicon_sentence_word(context, word);
    return entry && tf_str_is(tf_lex_attribute(entry, "kind"), "starter");
}

static void fill_source(struct tf_extractor *x)
{
    x->facts->title = x->title == TF_NONE ? TF_STR_NULL : tf_unit_text(x, &x->units.v[x->title]);
    x->facts->published = tf_find_published(x);
    tf_digest(x->text->bytes, x->text->size, x->facts->sha256);
    x->facts->bytes = x->text->size;
    x->facts->characters = x->text->characters;
}

/* In this order; a step may rely on all before it having had their memory. */
static void (*const steps[])(struct tf_extractor *) = {
    tf_read_units,  tf_find_context, tf_give_roles, tf_find_sections, tf_find_subjects,
    tf_make_claims, tf_make_windows, tf_make_faqs,  tf_make_studies,  fill_source,
};

enum tf_status tf_extract(const struct tf_lexicon *lexicon, const struct tf_text *text,
                          struct tf_str key, struct tf_arena *arena, struct tf_extraction **out,
                          struct tf_error *error)
{
    struct tf_extractor x = {
        .lexicon = lexicon, .text = text, .arena = arena, .source = tf_source_id(key)};
    const struct tf_sentence_words words = {abbreviation, starter, lexicon};
    x.facts = TF_NEW(arena, struct tf_extraction);
    enum tf_status status =
        x.facts ? tf_document_read(text, &words, arena, &x.document) : TF_NO_MEMORY;
    for (size_t i = 0; status == TF_OK && i < sizeof steps / sizeof *steps; i++) {
        steps[i](&x);
        status = tf_arena_failed(arena) ? TF_NO_MEMORY : TF_OK;
    }
    if (status != TF_OK)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    *out = x.facts;
    return TF_OK;
}
