/* SPDX-License-Identifier: MIT */
/* Certificate and key of the public address, judged before anything listens: the HTTP
 * library only says that it could not start. The only file that knows GnuTLS. */
#ifndef TREATFACTS_HTTP_TLS_H
#define TREATFACTS_HTTP_TLS_H

#include <treatfacts/base.h>

/* TLS 1.2 (RFC 5246) and 1.3 (RFC 8446); what is older is deprecated (RFC 8996). */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct tls {
    bool on;
    struct tf_buf certificate, key; /* PEM, with a NUL behind */
};

/* Two files in PEM: the certificate, followed by those that lead to a known one, and
 * its key without a password. TF_IO, TF_INPUT and so on name the file. tls is empty
 * before, and to be cleared after a failure, too. */
enum tf_status tls_load(struct tls *tls, const char *certificate, const char *key,
                        struct tf_error *error);
void tls_clear(struct tls *tls);

#endif
