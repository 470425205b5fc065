/* SPDX-License-Identifier: MIT */
#include "facts.h"

static json_t *roles(struct tf_json *json, const struct tf_source_row *row)
{
    json_t *object = tf_json_object(json);
    for (int role = 0; role < TF_ROLE__MAX; role++)
        tf_json_put(json, object, tf_role_names[role], tf_json_count(row->roles[role]));
    return object;
}

/* Promotional characters of those in all segments; unknown without segments.
 * Four decimals: more would promise what a reading of prose cannot keep. */
static json_t *promotional_share(const struct tf_source_row *row)
{
    uint64_t all = 0, promo = row->role_characters[TF_ROLE_PROMO];
    for (int role = 0; role < TF_ROLE__MAX; role++)
        all += row->role_characters[role];
    if (!all)
        return json_null();
    uint64_t rounded = (promo * 10000 + all / 2) / all;
    return tf_json_number((double)rounded / 10000);
}

static json_t *counts(struct tf_json *json, const struct tf_source_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "segments", roles(json, row));
    tf_json_put(json, object, "claims", tf_json_count(row->claims));
    tf_json_put(json, object, "windows", tf_json_count(row->windows));
    tf_json_put(json, object, "faqs", tf_json_count(row->faqs));
    tf_json_put(json, object, "studies", tf_json_count(row->studies));
    return object;
}

static json_t *extractor(struct tf_json *json, const struct tf_source_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "version", tf_json_str(row->extractor));
    tf_json_put(json, object, "lexicon", tf_json_str(row->lexicon));
    return object;
}

static void put_meta(struct tf_json *json, json_t *object, const struct tf_source_meta *meta)
{
    tf_json_put(json, object, "key", tf_json_str(meta->key));
    tf_json_put(json, object, "title", tf_json_str(meta->title));
    tf_json_put(json, object, "publisher", tf_json_str(meta->publisher));
    tf_json_put(json, object, "url", tf_json_str(meta->url));
    tf_json_put(json, object, "published", tf_json_str(meta->published));
    tf_json_put(json, object, "retrieved", tf_json_str(meta->retrieved));
    tf_json_put(json, object, "license", tf_json_str(meta->license));
    tf_json_put(json, object, "language", tf_json_str(meta->language));
}

json_t *tf_json_source_row(struct tf_json *json, const struct tf_source_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "id", tf_json_uuid(row->id));
    put_meta(json, object, &row->meta);
    tf_json_put(json, object, "revision", json_integer(row->revision));
    tf_json_put(json, object, "revisions", json_integer(row->revisions));
    tf_json_put(json, object, "sha256", tf_json_text(row->sha256));
    tf_json_put(json, object, "bytes", tf_json_count(row->bytes));
    tf_json_put(json, object, "characters", tf_json_count(row->characters));
    tf_json_put(json, object, "extractor", extractor(json, row));
    tf_json_put(json, object, "updated_at", tf_json_text(row->updated_at));
    tf_json_put(json, object, "counts", counts(json, row));
    tf_json_put(json, object, "promotional_share", promotional_share(row));
    tf_json_put(json, object, "href", tf_json_href("/v1/sources/", row->id, ""));
    tf_json_put(json, object, "text_href", tf_json_href("/v1/sources/", row->id, "/text"));
    tf_json_put(json, object, "segments_href", tf_json_href("/v1/sources/", row->id, "/segments"));
    return object;
}
