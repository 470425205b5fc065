/* SPDX-License-Identifier: MIT */
/*
 * Lists that stand in one column: compact JSON arrays (RFC 8259), NULL when
 * they are empty. Read by a strict reader of just these forms: what anything
 * else wrote there is damage.
 */
#include "packed.h"

#include <string.h>

/* --- Writing ------------------------------------------------------------- */

static void add_place(struct tf_buf *buf, const struct tf_span *at)
{
    const uint32_t numbers[] = {at->start, at->end, at->byte_start, at->byte_end};
    for (size_t i = 0; i < 4; i++) {
        if (i)
            tf_buf_add_char(buf, ',');
        tf_buf_add_number(buf, numbers[i]);
    }
}

static struct tf_str finish(struct tf_buf *buf, struct tf_arena *arena)
{
    tf_buf_add_char(buf, ']');
    return tf_arena_str(arena, tf_buf_str(buf));
}

static void begin_item(struct tf_buf *buf, size_t i)
{
    if (i == 0)
        buf->size = 0;
    tf_buf_add_char(buf, i ? ',' : '[');
}

struct tf_str pack_strs(const struct tf_strs *list, struct tf_buf *buf, struct tf_arena *arena)
{
    for (size_t i = 0; i < list->n; i++) {
        begin_item(buf, i);
        tf_buf_add_json(buf, list->v[i]);
    }
    return list->n ? finish(buf, arena) : TF_STR_NULL;
}

struct tf_str pack_places(const struct tf_span *places, size_t n, struct tf_buf *buf,
                          struct tf_arena *arena)
{
    for (size_t i = 0; i < n; i++) {
        begin_item(buf, i);
        tf_buf_add_char(buf, '[');
        add_place(buf, &places[i]);
        tf_buf_add_char(buf, ']');
    }
    return n ? finish(buf, arena) : TF_STR_NULL;
}

struct tf_str pack_ids(const struct tf_uuid *ids, size_t n, struct tf_buf *buf,
                       struct tf_arena *arena)
{
    for (size_t i = 0; i < n; i++) {
        char text[TF_UUID_TEXT];
        tf_uuid_format(ids[i], text);
        begin_item(buf, i);
        tf_buf_add_json(buf, tf_str_of(text));
    }
    return n ? finish(buf, arena) : TF_STR_NULL;
}

/* Most claims are one sentence, whose words are the claim's text already. */
struct tf_str pack_claim_spans(const struct tf_claim *claim, struct tf_buf *buf,
                               struct tf_arena *arena)
{
    for (size_t i = 0; i < claim->spans.n; i++) {
        const struct tf_claim_span *span = &claim->spans.v[i];
        begin_item(buf, i);
        tf_buf_add_char(buf, '[');
        tf_buf_add_json(buf, tf_str_of(tf_span_role_names[span->role]));
        tf_buf_add_char(buf, ',');
        add_place(buf, &span->at);
        if (!tf_str_equal(span->exact, claim->text)) {
            tf_buf_add_char(buf, ',');
            tf_buf_add_json(buf, span->exact);
        }
        tf_buf_add_char(buf, ']');
    }
    return claim->spans.n ? finish(buf, arena) : TF_STR_NULL;
}

/* --- Reading ------------------------------------------------------------- */

/* at == NULL: something was not as it is written above. */
struct packed {
    const char *at, *end;
    struct tf_arena *arena;
};

static bool eat(struct packed *p, char c)
{
    if (p->at && p->at < p->end && *p->at == c) {
        p->at++;
        return true;
    }
    return false;
}

static void expect(struct packed *p, char c)
{
    if (!eat(p, c))
        p->at = NULL;
}

static uint32_t read_number(struct packed *p)
{
    uint64_t number = 0;
    const char *first = p->at;
    while (p->at && p->at < p->end && *p->at >= '0' && *p->at <= '9' && number <= UINT32_MAX)
        number = number * 10 + (uint64_t)(*p->at++ - '0');
    if (p->at == first || number > UINT32_MAX)
        p->at = NULL;
    return p->at ? (uint32_t)number : 0;
}

/* Four hexadecimal digits of a character below U+0080: others are written as
 * they are. */
static bool read_hex(struct packed *p, char *out)
{
    unsigned value = 0;
    if (p->end - p->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = *p->at++;
        const char *digits = "0123456789abcdef", *digit = strchr(digits, c | 0x20);
        if (c == '\0' || !digit)
            return false;
        value = value << 4 | (unsigned)(digit - digits);
    }
    *out = (char)value;
    return value < 0x80;
}

static bool read_escape(struct packed *p, char *out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (p->at == p->end)
        return false;
    char c = *p->at++;
    if (c == 'u')
        return read_hex(p, out);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter)
        *out = meanings[letter - letters];
    return letter != NULL;
}

/* A string with escapes, copied; what is copied is never longer. */
static struct tf_str read_escaped(struct packed *p)
{
    char *copy = tf_arena_alloc(p->arena, (size_t)(p->end - p->at) + 1);
    size_t size = 0;
    while (copy && p->at < p->end && *p->at != '"') {
        char c = *p->at++;
        if (c == '\\' && !read_escape(p, &c)) {
            p->at = NULL;
            return TF_STR_NULL;
        }
        copy[size++] = c;
    }
    expect(p, '"');
    return copy && p->at ? (struct tf_str){copy, size} : TF_STR_NULL;
}

/* Nearly always a slice of the column. */
static struct tf_str read_string(struct packed *p)
{
    expect(p, '"');
    if (!p->at)
        return TF_STR_NULL;
    const char *first = p->at, *close = memchr(first, '"', (size_t)(p->end - first));
    if (!close || memchr(first, '\\', (size_t)(close - first)))
        return read_escaped(p);
    p->at = close + 1;
    return (struct tf_str){first, (size_t)(close - first)};
}

static struct tf_span read_place(struct packed *p)
{
    struct tf_span at;
    /* cppcheck-suppress uninitvar ; only places to write to */
    uint32_t *const numbers[] = {&at.start, &at.end, &at.byte_start, &at.byte_end};
    for (size_t i = 0; i < 4; i++) {
        if (i)
            expect(p, ',');
        *numbers[i] = read_number(p);
    }
    if (at.end < at.start || at.byte_end < at.byte_start)
        p->at = NULL;
    return at;
}

static struct packed begin(struct run *run)
{
    struct tf_str column = get_text(run);
    struct packed p = {column.data, column.data ? column.data + column.size : NULL, run->arena};
    return p;
}

static void end(struct run *run, const struct packed *p)
{
    if (p->at != p->end)
        run->damaged = true;
}

/* The items of a column's array: true before each of them; none in NULL. */
static bool next_item(struct packed *p, size_t i)
{
    if (!p->end)
        return false;
    if (i == 0) {
        expect(p, '[');
        return p->at != NULL;
    }
    if (eat(p, ','))
        return true;
    expect(p, ']');
    return false;
}

void get_strs(struct run *run, struct tf_strs *out)
{
    struct packed p = begin(run);
    for (size_t i = 0; next_item(&p, i); i++)
        tf_strs_push(run->arena, out, read_string(&p));
    end(run, &p);
}

void get_ids(struct run *run, struct tf_faq *faq)
{
    struct packed p = begin(run);
    for (size_t i = 0; next_item(&p, i); i++) {
        struct tf_uuid id, *slot = TF_PUSH(run->arena, &faq->claims);
        struct tf_str text = read_string(&p);
        if (!text.data || !tf_uuid_parse(text, &id))
            p.at = NULL;
        else if (slot)
            *slot = id;
    }
    end(run, &p);
}

void get_places(struct run *run, struct tf_faq *faq)
{
    struct packed p = begin(run);
    for (size_t i = 0; next_item(&p, i); i++) {
        expect(&p, '[');
        struct tf_span at = read_place(&p), *slot = TF_PUSH(run->arena, &faq->answer_spans);
        expect(&p, ']');
        if (slot)
            *slot = at;
    }
    end(run, &p);
}

static struct tf_claim_span read_claim_span(struct packed *p, const struct tf_claim *claim)
{
    struct tf_claim_span span = {.exact = claim->text};
    expect(p, '[');
    struct tf_str word = read_string(p);
    int role = word.data ? tf_name_find(tf_span_role_names, TF_SPAN_ROLE__MAX, word) : -1;
    span.role = role < 0 ? TF_SPAN_SENTENCE : (enum tf_span_role)role;
    expect(p, ',');
    span.at = read_place(p);
    if (eat(p, ','))
        span.exact = read_string(p);
    expect(p, ']');
    if (role < 0)
        p->at = NULL;
    return span;
}

void get_claim_spans(struct run *run, struct tf_claim *claim)
{
    struct packed p = begin(run);
    for (size_t i = 0; next_item(&p, i); i++) {
        struct tf_claim_span span = read_claim_span(&p, claim);
        struct tf_claim_span *slot = TF_PUSH(run->arena, &claim->spans);
        if (slot)
            *slot = span;
    }
    end(run, &p);
}

/* --- Looking into one ----------------------------------------------------- */

/* The next string as it stands, with its quotes. */
static struct tf_str skip_string(struct packed *p)
{
    const char *first = p->at;
    expect(p, '"');
    while (p->at && p->at < p->end && *p->at != '"')
        p->at += *p->at == '\\' && p->end - p->at > 1 ? 2 : 1;
    expect(p, '"');
    return p->at ? (struct tf_str){first, (size_t)(p->at - first)} : TF_STR_NULL;
}

static struct packed look_into(struct tf_str list)
{
    return (struct packed){list.data, list.data ? list.data + list.size : NULL, NULL};
}

/* String by string: that of one may end and the next begin as another reads. */
static bool has(struct tf_str list, struct tf_str item)
{
    struct packed p = look_into(list);
    for (size_t i = 0; next_item(&p, i); i++)
        if (tf_str_equal(skip_string(&p), item))
            return true;
    return false;
}

bool packed_meet(struct tf_str list, struct tf_str wanted)
{
    struct packed p = look_into(wanted);
    for (size_t i = 0; next_item(&p, i); i++) {
        struct tf_str item = skip_string(&p);
        if (item.data && has(list, item))
            return true;
    }
    return false;
}
