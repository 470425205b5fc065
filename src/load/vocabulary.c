/* SPDX-License-Identifier: MIT */
/* From the lexicon to the codes, labels and synonyms that the daemon lists and
 * checks filters against. */
#include <treatfacts/load.h>

#include <string.h>

struct vocabulary {
    struct tf_vocabulary_entry *v;
    size_t n, cap;
};

/* "treatment_resistant" reads as "Treatment resistant". Codes are ASCII. */
static struct tf_str readable(struct tf_arena *arena, struct tf_str code)
{
    struct tf_str label = tf_arena_printf(arena, "%.*s", TF_STR_ARG(code));
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): only to take the const away */
    char *bytes = (char *)(uintptr_t)label.data; /* our own copy */
    for (size_t i = 0; i < label.size; i++)
        if (bytes[i] == '_')
            bytes[i] = ' ';
    if (label.size && bytes[0] >= 'a' && bytes[0] <= 'z')
        bytes[0] = (char)(bytes[0] - 'a' + 'A');
    return label;
}

static struct tf_str label_of(struct tf_arena *arena, const struct tf_lex_entry *entry)
{
    if (!entry->label.data || entry->label.size == 0 || tf_str_is(entry->label, "-"))
        return readable(arena, entry->code);
    return entry->label;
}

static struct tf_vocabulary_entry *find_entry(struct vocabulary *list, struct tf_str kind,
                                              struct tf_str code)
{
    for (size_t i = 0; i < list->n; i++)
        if (tf_str_equal(list->v[i].kind, kind) && tf_str_equal(list->v[i].code, code))
            return &list->v[i];
    return NULL;
}

/* Only patterns that are plain words read as synonyms; those with wildcards,
 * alternatives or anchors are for the matcher. */
static bool is_plain(struct tf_str pattern)
{
    for (size_t i = 0; i < pattern.size; i++)
        if (strchr("*/?~#^$,:;()", pattern.data[i]))
            return false;
    return pattern.size > 0;
}

static void add_synonyms(struct tf_arena *arena, struct tf_vocabulary_entry *entry,
                         struct tf_str patterns)
{
    for (struct tf_str pattern; (pattern = tf_str_cut(&patterns, '|')).data;)
        if (is_plain(pattern) && !tf_str_equal(pattern, entry->label))
            entry->synonyms =
                tf_arena_printf(arena, "%.*s%s%.*s", TF_STR_ARG(entry->synonyms),
                                entry->synonyms.size ? " | " : "", TF_STR_ARG(pattern));
}

static void add_table(const struct tf_lexicon *lexicon, enum tf_lex_category category,
                      struct tf_str kind, struct tf_arena *arena, struct vocabulary *list)
{
    size_t count = 0;
    const struct tf_lex_entry *entries = tf_lexicon_entries(lexicon, category, &count);
    for (size_t i = 0; i < count && !tf_arena_failed(arena); i++) {
        /* "-" holds patterns that keep others from matching and mean nothing. */
        if (tf_str_is(entries[i].code, "-"))
            continue;
        /* A code may have several lines; the first gives the label. */
        struct tf_vocabulary_entry *entry = find_entry(list, kind, entries[i].code);
        if (!entry) {
            entry = TF_PUSH(arena, list);
            if (!entry)
                return;
            *entry = (struct tf_vocabulary_entry){kind, entries[i].code,
                                                  label_of(arena, &entries[i]), TF_STR("")};
        }
        add_synonyms(arena, entry, entries[i].patterns);
    }
}

/* Every topic is listed, whether or not the lexicon has cues for it. A cue is
 * no synonym of its topic. */
static void add_topics(const struct tf_lexicon *lexicon, struct tf_arena *arena,
                       struct vocabulary *list)
{
    for (int i = 0; i < TF_TOPIC__MAX; i++) {
        struct tf_str code = tf_str_of(tf_topic_names[i]);
        const struct tf_lex_entry *cue = tf_lexicon_find(lexicon, TF_LEX_TOPIC, code);
        struct tf_vocabulary_entry *entry = TF_PUSH(arena, list);
        if (entry)
            *entry = (struct tf_vocabulary_entry){
                TF_STR("topic"), code, cue ? label_of(arena, cue) : readable(arena, code),
                TF_STR("")};
    }
}

enum tf_status tf_load_vocabulary(struct tf_store *store, const struct tf_lexicon *lexicon,
                                  struct tf_error *error)
{
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "vocabulary: out of memory");
    struct vocabulary list = {0};
    add_table(lexicon, TF_LEX_TREATMENT, TF_STR("treatment"), arena, &list);
    add_table(lexicon, TF_LEX_CONDITION, TF_STR("condition"), arena, &list);
    add_table(lexicon, TF_LEX_ROUTE, TF_STR("route"), arena, &list);
    add_topics(lexicon, arena, &list);
    enum tf_status status = tf_arena_failed(arena)
                                ? tf_error_set(error, TF_NO_MEMORY, "vocabulary: out of memory")
                                : tf_store_put_vocabulary(store, list.v, list.n, error);
    tf_arena_free(arena);
    return status;
}
