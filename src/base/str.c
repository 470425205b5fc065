/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <string.h>

struct tf_str tf_str_of(const char *nul_terminated)
{
    if (!nul_terminated)
        return TF_STR_NULL;
    return (struct tf_str){nul_terminated, strlen(nul_terminated)};
}

bool tf_str_equal(struct tf_str a, struct tf_str b)
{
    if (!a.data || !b.data)
        return !a.data && !b.data;
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

bool tf_str_is(struct tf_str a, const char *nul_terminated)
{
    return a.data && strlen(nul_terminated) == a.size &&
           memcmp(a.data, nul_terminated, a.size) == 0;
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

bool tf_strs_contain(const struct tf_strs *list, struct tf_str s)
{
    for (size_t i = 0; i < list->n; i++)
        if (tf_str_equal(list->v[i], s))
            return true;
    return false;
}
