/* SPDX-License-Identifier: MIT */
/* Which other websites' scripts may read the answers (CORS, Fetch standard,
 * 3.2). A list is "*", or origins with commas between them. Pure. */
#ifndef TREATFACTS_HTTP_ORIGINS_H
#define TREATFACTS_HTTP_ORIGINS_H

#include <treatfacts/base.h>

/* An absent list has none. */
bool tf_origins_any(struct tf_str list);
bool tf_origins_contain(struct tf_str list, struct tf_str origin);

#endif
