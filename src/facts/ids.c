/* SPDX-License-Identifier: MIT */
#include <treatfacts/facts.h>

#include <stdio.h>

static struct tf_str uuid_str(const struct tf_uuid *id)
{
    return (struct tf_str){(const char *)id->b, sizeof id->b};
}

static struct tf_str number_str(unsigned number, char out[12])
{
    int length = snprintf(out, 12, "%u", number);
    return (struct tf_str){out, (size_t)length};
}

struct tf_uuid tf_source_id(struct tf_str key)
{
    return tf_uuid_of("source", &key, 1);
}

struct tf_uuid tf_claim_id(struct tf_uuid source, const struct tf_claim *claim, unsigned occurrence)
{
    char number[12];
    struct tf_str parts[] = {uuid_str(&source), claim->text, number_str(occurrence, number)};
    return tf_uuid_of("claim", parts, 3);
}

struct tf_uuid tf_window_id(struct tf_uuid claim, struct tf_str expression, unsigned occurrence)
{
    char number[12];
    struct tf_str parts[] = {uuid_str(&claim), expression, number_str(occurrence, number)};
    return tf_uuid_of("window", parts, 3);
}

struct tf_uuid tf_faq_id(struct tf_uuid source, struct tf_str question, struct tf_str answer,
                         unsigned occurrence)
{
    char number[12];
    /* An answer may be edited without becoming another FAQ; only where the
     * question is lost does the answer stand for it. */
    struct tf_str parts[] = {uuid_str(&source), question.data ? question : answer,
                             question.data ? TF_STR("question") : TF_STR("answer"),
                             number_str(occurrence, number)};
    return tf_uuid_of("faq", parts, 4);
}

struct tf_uuid tf_study_id(struct tf_uuid claim, struct tf_str name)
{
    struct tf_str parts[] = {uuid_str(&claim), name};
    return tf_uuid_of("study", parts, 2);
}
