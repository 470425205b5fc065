/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

enum { FILE_MAX = 1024 * 1024 };

static gnutls_datum_t datum_of(const struct tf_buf *pem)
{
    return (gnutls_datum_t){(unsigned char *)pem->data, (unsigned)pem->size};
}

static enum tf_status refuse(const char *path, const char *what, int code, struct tf_error *error)
{
    return tf_error_set(error, TF_INPUT, "%s: %s (%s)", path, what, gnutls_strerror(code));
}

static enum tf_status check_certificate(const struct tf_buf *pem, const char *path,
                                        struct tf_error *error)
{
    const gnutls_datum_t data = datum_of(pem);
    gnutls_x509_crt_t *chain = NULL;
    unsigned count = 0;
    int code = gnutls_x509_crt_list_import2(&chain, &count, &data, GNUTLS_X509_FMT_PEM, 0);
    for (unsigned i = 0; code >= 0 && i < count; i++)
        gnutls_x509_crt_deinit(chain[i]);
    if (code >= 0)
        gnutls_free(chain);
    return code < 0 ? refuse(path, "no certificate in PEM", code, error) : TF_OK;
}

static enum tf_status check_key(const struct tf_buf *pem, const char *path, struct tf_error *error)
{
    const gnutls_datum_t data = datum_of(pem);
    gnutls_x509_privkey_t key;
    int code = gnutls_x509_privkey_init(&key);
    if (code < 0)
        return refuse(path, "cannot be checked", code, error);
    code = gnutls_x509_privkey_import2(key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_x509_privkey_deinit(key);
    return code < 0 ? refuse(path, "no private key in PEM without a password", code, error) : TF_OK;
}

static enum tf_status check_pair(const struct tls *tls, const char *path, struct tf_error *error)
{
    const gnutls_datum_t certificate = datum_of(&tls->certificate), key = datum_of(&tls->key);
    gnutls_certificate_credentials_t credentials;
    int code = gnutls_certificate_allocate_credentials(&credentials);
    if (code < 0)
        return refuse(path, "cannot be checked", code, error);
    code = gnutls_certificate_set_x509_key_mem2(credentials, &certificate, &key,
                                                GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_certificate_free_credentials(credentials);
    return code < 0 ? refuse(path, "does not go with the certificate", code, error) : TF_OK;
}

enum tf_status tls_load(struct tls *tls, const char *certificate, const char *key,
                        struct tf_error *error)
{
    tls->on = true;
    enum tf_status status = tf_file_read(certificate, FILE_MAX, &tls->certificate, error);
    if (status == TF_OK)
        status = tf_file_read(key, FILE_MAX, &tls->key, error);
    if (status == TF_OK)
        status = check_certificate(&tls->certificate, certificate, error);
    if (status == TF_OK)
        status = check_key(&tls->key, key, error);
    return status == TF_OK ? check_pair(tls, key, error) : status;
}

void tls_clear(struct tls *tls)
{
    if (tls->key.data)
        explicit_bzero(tls->key.data, tls->key.size);
    tf_buf_clear(&tls->key);
    tf_buf_clear(&tls->certificate);
}
