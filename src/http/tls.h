/* SPDX-License-Identifier: MIT */
/*
 * Certificate and key of the public address, judged before anything listens: the HTTP
 * library only says that it could not start. Renewed files are taken for the
 * handshakes that follow. The only file that knows GnuTLS.
 */
#ifndef TREATFACTS_HTTP_TLS_H
#define TREATFACTS_HTTP_TLS_H

#include <treatfacts/base.h>

/* TLS 1.2 (RFC 5246) and 1.3 (RFC 8446); what is older is deprecated (RFC 8996). */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct tls;

/* Two files in PEM: the certificate, followed by those that lead to a known one, and
 * its key without a password. TF_IO, TF_INPUT and so on name the file. A process has
 * one at a time, because the library hands out nothing by which a handshake could tell
 * its daemon. */
enum tf_status tls_new(const char *certificate, const char *key, struct tls **out,
                       struct tf_error *error);
/* When no handshake runs any more. NULL: nothing. */
void tls_free(struct tls *tls);

/* A gnutls_certificate_retrieve_function2, for the library. It looks once a second
 * whether the files are others. Those that are no pair, as between the renewals of one
 * and of the other, are told to the log, and what was before stays in use. */
extern void *const tls_retrieve;

/* When the certificate in use ends, in Unix seconds. Any thread. */
int64_t tls_not_after(struct tls *tls);

#endif
