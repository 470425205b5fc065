/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <string.h>

struct tf_str tf_str_of(const char *nul_terminated)
{
    if (!nul_terminated)
        return TF_STR_NULL;
    return (struct tf_str){nul_terminated, strlen(nul_terminated)};
}

int tf_str_compare(struct tf_str a, struct tf_str b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct tf_str tf_str_trim(struct tf_str s)
{
    while (s.size && is_space(s.data[0])) {
        s.data++;
        s.size--;
    }
    while (s.size && is_space(s.data[s.size - 1]))
        s.size--;
    return s;
}

struct tf_str tf_str_cut(struct tf_str *list, char separator)
{
    if (!list->data)
        return TF_STR_NULL;
    const char *end = memchr(list->data, separator, list->size);
    struct tf_str part = {list->data, end ? (size_t)(end - list->data) : list->size};
    *list = end ? (struct tf_str){end + 1, list->size - part.size - 1} : TF_STR_NULL;
    return tf_str_trim(part);
}

bool tf_strs_contain(const struct tf_strs *list, struct tf_str s)
{
    for (size_t i = 0; i < list->n; i++)
        if (tf_str_equal(list->v[i], s))
            return true;
    return false;
}

size_t tf_digits(uint64_t number, char out[TF_DIGITS_MAX])
{
    size_t size = 1;
    for (uint64_t rest = number; rest >= 10; rest /= 10)
        size++;
    for (size_t i = size; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return size;
}

size_t tf_utf8_length(const char *p, size_t left)
{
    const unsigned char *byte = (const unsigned char *)p;
    if (byte[0] < 0x80)
        return 1;
    size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xf0 && byte[1] < 0x90);
    bool surrogate = byte[0] == 0xed && byte[1] > 0x9f;
    bool beyond = byte[0] == 0xf4 && byte[1] > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

bool tf_utf8_starts(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Eight bytes at a time: bit 7 of a byte is set and bit 6 is not where it goes on
 * a code point. */
size_t tf_utf8_count(const char *p, size_t size)
{
    size_t count = size, i = 0;
    for (uint64_t word; size - i >= sizeof word; i += sizeof word) {
        memcpy(&word, p + i, sizeof word);
        uint64_t going_on = word >> 7 & ~(word >> 6) & 0x0101010101010101u;
        count -= (size_t)(going_on * 0x0101010101010101u >> 56);
    }
    for (; i < size; i++)
        count -= !tf_utf8_starts(p[i]);
    return count;
}
