/* SPDX-License-Identifier: MIT */
#include <treatfacts/facts.h>

#define NAMES(type, MAP) const char *const tf_##type##_names[] = {MAP(NAME)};
#define NAME(enumerator, word) word,

NAMES(role, TF_ROLE_MAP)
NAMES(span_role, TF_SPAN_ROLE_MAP)
NAMES(topic, TF_TOPIC_MAP)
NAMES(certainty, TF_CERTAINTY_MAP)
NAMES(polarity, TF_POLARITY_MAP)
NAMES(measure, TF_MEASURE_MAP)
NAMES(basis, TF_BASIS_MAP)
NAMES(bound, TF_BOUND_MAP)
NAMES(precision, TF_PRECISION_MAP)
NAMES(origin, TF_ORIGIN_MAP)

int tf_name_find(const char *const *names, int count, struct tf_str word)
{
    for (int i = 0; word.size && i < count; i++)
        if (names[i][0] == word.data[0] && tf_str_is(word, names[i]))
            return i;
    return -1;
}
