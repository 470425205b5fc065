/* SPDX-License-Identifier: MIT */
#include "facts.h"

#include <math.h>

static void put_roles(struct tf_json *json, const struct tf_source_row *row)
{
    tf_json_open_object(json, "segments");
    for (int role = 0; role < TF_ROLE__MAX; role++)
        tf_json_count(json, tf_role_names[role], row->roles[role]);
    tf_json_close_object(json);
}

double tf_resource_promotional_share(const struct tf_source_row *row)
{
    uint64_t all = 0, promo = row->role_characters[TF_ROLE_PROMO];
    for (int role = 0; role < TF_ROLE__MAX; role++)
        all += row->role_characters[role];
    if (!all)
        return NAN;
    uint64_t rounded = (promo * 10000 + all / 2) / all;
    return (double)rounded / 10000;
}

static void put_counts(struct tf_json *json, const struct tf_source_row *row)
{
    tf_json_open_object(json, "counts");
    put_roles(json, row);
    tf_json_count(json, "claims", row->claims);
    tf_json_count(json, "windows", row->windows);
    tf_json_count(json, "faqs", row->faqs);
    tf_json_count(json, "studies", row->studies);
    tf_json_close_object(json);
}

static void put_extractor(struct tf_json *json, const struct tf_source_row *row)
{
    tf_json_open_object(json, "extractor");
    tf_json_str(json, "version", row->extractor);
    tf_json_str(json, "lexicon", row->lexicon);
    tf_json_close_object(json);
}

static void put_meta(struct tf_json *json, const struct tf_source_meta *meta)
{
    tf_json_str(json, "key", meta->key);
    tf_json_str(json, "title", meta->title);
    tf_json_str(json, "publisher", meta->publisher);
    tf_json_str(json, "url", meta->url);
    tf_json_str(json, "published", meta->published);
    tf_json_str(json, "retrieved", meta->retrieved);
    tf_json_str(json, "license", meta->license);
    tf_json_str(json, "language", meta->language);
}

void tf_json_source_row(struct tf_json *json, const char *key, const struct tf_source_row *row)
{
    tf_json_open_object(json, key);
    tf_json_uuid(json, "id", row->id);
    put_meta(json, &row->meta);
    tf_json_count(json, "revision", (uint64_t)row->revision);
    tf_json_count(json, "revisions", (uint64_t)row->revisions);
    tf_json_text(json, "sha256", row->sha256);
    tf_json_count(json, "bytes", row->bytes);
    tf_json_count(json, "characters", row->characters);
    put_extractor(json, row);
    tf_json_text(json, "updated_at", row->updated_at);
    put_counts(json, row);
    tf_json_number(json, "promotional_share", tf_resource_promotional_share(row));
    tf_json_href(json, "href", "/v1/sources/", row->id, "");
    tf_json_href(json, "text_href", "/v1/sources/", row->id, "/text");
    tf_json_href(json, "segments_href", "/v1/sources/", row->id, "/segments");
    tf_json_close_object(json);
}
