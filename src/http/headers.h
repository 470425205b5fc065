/* SPDX-License-Identifier: MIT */
/* The request headers that decide an answer. Pure. */
#ifndef TREATFACTS_HTTP_HEADERS_H
#define TREATFACTS_HTTP_HEADERS_H

#include <treatfacts/base.h>

/* How much the client likes a media type ("text/csv"), from 0 (not at all) to
 * 1 (RFC 9110, 12.5.1). An absent header, or one without a single well-formed
 * range, takes anything. */
double tf_accept_quality(struct tf_str accept, const char *type);

/* How much the client likes each of these content codings ("gzip"), from 0 (not at
 * all) to 1 (RFC 9110, 12.5.3). "identity" is taken, but liked least, unless the
 * header says otherwise; an absent header takes nothing else. */
void tf_coding_qualities(struct tf_str accept_encoding, const char *const *codings, size_t count,
                         double *out);

/* Does an If-None-Match list name this entity tag (quotes included)? Weak
 * comparison (RFC 9110, 13.1.2); "*" names any. */
bool tf_etag_listed(struct tf_str if_none_match, struct tf_str etag);

enum { TF_REQUEST_ID_MAX = 64 };
/* 1 to 64 of A-Z a-z 0-9 . _ - */
bool tf_request_id_valid(struct tf_str id);

#endif
