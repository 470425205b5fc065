/* SPDX-License-Identifier: MIT */
/* The keys that a fact has wherever it is shown: in `extract` and in answers.
 * The caller has opened the object. */
#ifndef TREATFACTS_RESOURCE_FACTS_H
#define TREATFACTS_RESOURCE_FACTS_H

#include "json.h"

void tf_json_put_claim(struct tf_json *json, const struct tf_claim *claim);
void tf_json_put_window(struct tf_json *json, const struct tf_window *window);
void tf_json_put_faq(struct tf_json *json, const struct tf_faq *faq);
void tf_json_put_study(struct tf_json *json, const struct tf_study *study);

/* One row of a list as an object, key NULL within an array. */
void tf_json_source_row(struct tf_json *json, const char *key, const struct tf_source_row *row);
void tf_json_segment_row(struct tf_json *json, const char *key, const struct tf_segment_row *row);
void tf_json_claim_row(struct tf_json *json, const char *key, const struct tf_claim_row *row);
void tf_json_window_row(struct tf_json *json, const char *key, const struct tf_window_row *row);
void tf_json_faq_row(struct tf_json *json, const char *key, const struct tf_faq_row *row);
void tf_json_study_row(struct tf_json *json, const char *key, const struct tf_study_row *row);
void tf_json_vocabulary_row(struct tf_json *json, const char *key,
                            const struct tf_vocabulary_row *row, const char *parameter);

void tf_json_put_links(struct tf_json *json, struct tf_str self, struct tf_str next);
/* dataset_version and disclaimer, the end of every meta. */
void tf_json_put_meta(struct tf_json *json, const struct tf_dataset *dataset);

void tf_json_put_source_ref(struct tf_json *json, const struct tf_source_ref *source);
/* source, revision, current, updated_at: where a fact comes from. */
void tf_json_put_origin(struct tf_json *json, const struct tf_source_ref *source,
                        const char *updated_at);

/* A document of linked data: its page, members row by row, its end. */
struct tf_json tf_jsonld_begin(enum tf_kind kind, struct tf_buf *out);
void tf_jsonld_rows(struct tf_json *json, const struct tf_rows *rows);
void tf_jsonld_end(struct tf_json *json);

/* --- What rows show in every form ----------------------------------------- */

/* Promotional characters of those in all segments; NAN without segments. Four
 * decimals: more would promise what a reading of prose cannot keep. */
double tf_resource_promotional_share(const struct tf_source_row *row);
/* The next of "a | b", which is taken off the list; false: no more. */
bool tf_resource_next_synonym(struct tf_str *list, struct tf_str *out);
/* The list of the claims that bear a code. */
void tf_resource_claims_href(const char *parameter, struct tf_str code, struct tf_buf *out);
/* The address of a quote in a page as a text fragment (WICG scroll-to-text),
 * appended to out: url, "#:~:text=" and the words percent-encoded. */
void tf_resource_deep_link(struct tf_str url, struct tf_str quote, struct tf_buf *out);

#endif
