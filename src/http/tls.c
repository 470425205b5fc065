/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 1024 * 1024, CHAIN_MAX = 16 };
#define SECOND_NS 1000000000u
/* Longer than any handshake may take. */
#define KEPT_NS (3600ull * SECOND_NS)

/* What a handshake needs. It borrows it, so it is kept for a while when it is no
 * longer the latest. */
struct material {
    struct material *before;
    uint64_t replaced_ns;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
    int64_t not_after;
};

enum { CERTIFICATE, KEY, FILES };

/* By which a file is known to be another; all 0: there is none. */
struct look {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct tls {
    char *path[FILES];
    _Atomic(struct material *) latest;
    pthread_mutex_t lock; /* guards what follows, and what was before the latest */
    struct look seen[FILES];
    uint64_t looked_ns;
};

static _Atomic(struct tls *) served;

/* --- Reading ------------------------------------------------------------- */

static enum tf_status refuse(const char *path, const char *what, int code, struct tf_error *error)
{
    return tf_error_set(error, TF_INPUT, "%s: %s (%s)", path, what, gnutls_strerror(code));
}

static void free_material(struct material *material)
{
    if (!material)
        return;
    for (unsigned i = 0; i < material->count; i++)
        gnutls_pcert_deinit(&material->chain[i]);
    if (material->key)
        gnutls_privkey_deinit(material->key);
    free(material);
}

static gnutls_datum_t datum_of(const struct tf_buf *pem)
{
    return (gnutls_datum_t){(unsigned char *)pem->data, (unsigned)pem->size};
}

static int read_end(struct material *material)
{
    gnutls_x509_crt_t first;
    int code = gnutls_pcert_export_x509(&material->chain[0], &first);
    if (code < 0)
        return code;
    material->not_after = (int64_t)gnutls_x509_crt_get_expiration_time(first);
    gnutls_x509_crt_deinit(first);
    return 0;
}

static enum tf_status read_certificate(struct material *material, const struct tf_buf *pem,
                                       const char *path, struct tf_error *error)
{
    const gnutls_datum_t data = datum_of(pem);
    unsigned count = CHAIN_MAX;
    int code =
        gnutls_pcert_list_import_x509_raw(material->chain, &count, &data, GNUTLS_X509_FMT_PEM, 0);
    if (code >= 0) {
        material->count = count;
        code = read_end(material);
    }
    return code < 0 ? refuse(path, "no certificate in PEM", code, error) : TF_OK;
}

static enum tf_status read_key(struct material *material, const struct tf_buf *pem,
                               const char *path, struct tf_error *error)
{
    const gnutls_datum_t data = datum_of(pem);
    int code = gnutls_privkey_init(&material->key);
    if (code < 0) {
        material->key = NULL;
        return refuse(path, "cannot be checked", code, error);
    }
    code = gnutls_privkey_import_x509_raw(material->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
    return code < 0 ? refuse(path, "no private key in PEM without a password", code, error) : TF_OK;
}

static enum tf_status check_pair(const struct tf_buf *pem, const char *path, struct tf_error *error)
{
    const gnutls_datum_t certificate = datum_of(&pem[CERTIFICATE]), key = datum_of(&pem[KEY]);
    gnutls_certificate_credentials_t credentials;
    int code = gnutls_certificate_allocate_credentials(&credentials);
    if (code < 0)
        return refuse(path, "cannot be checked", code, error);
    code = gnutls_certificate_set_x509_key_mem2(credentials, &certificate, &key,
                                                GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_certificate_free_credentials(credentials);
    return code < 0 ? refuse(path, "does not go with the certificate", code, error) : TF_OK;
}

static enum tf_status take_apart(struct material *material, const struct tf_buf *pem,
                                 char *const *path, struct tf_error *error)
{
    enum tf_status status = read_certificate(material, &pem[CERTIFICATE], path[CERTIFICATE], error);
    if (status == TF_OK)
        status = read_key(material, &pem[KEY], path[KEY], error);
    return status == TF_OK ? check_pair(pem, path[KEY], error) : status;
}

static enum tf_status read_material(char *const *path, struct material **out,
                                    struct tf_error *error)
{
    struct tf_buf pem[FILES];
    struct material *material = calloc(1, sizeof *material);
    enum tf_status status = TF_OK;
    if (!material)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    for (int i = 0; i < FILES; i++) {
        tf_buf_init(&pem[i]);
        if (status == TF_OK)
            status = tf_file_read(path[i], FILE_MAX, &pem[i], error);
    }
    if (status == TF_OK)
        status = take_apart(material, pem, path, error);
    if (pem[KEY].data)
        explicit_bzero(pem[KEY].data, pem[KEY].size);
    for (int i = 0; i < FILES; i++)
        tf_buf_clear(&pem[i]);
    if (status == TF_OK)
        *out = material;
    else
        free_material(material);
    return status;
}

/* --- Renewing ------------------------------------------------------------ */

static struct look look_at(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return (struct look){0};
    return (struct look){info.st_dev, info.st_ino, info.st_size, info.st_mtim};
}

/* Looks before the file is read, so that what changes later is seen later. */
static bool see(struct look *seen, const char *path)
{
    struct look now = look_at(path);
    bool other = now.device != seen->device || now.inode != seen->inode || now.size != seen->size ||
                 now.changed.tv_sec != seen->changed.tv_sec ||
                 now.changed.tv_nsec != seen->changed.tv_nsec;
    *seen = now;
    return other;
}

static void free_before(struct material *material, uint64_t now_ns)
{
    struct material **link = &material->before;
    while (*link && now_ns - (*link)->replaced_ns < KEPT_NS)
        link = &(*link)->before;
    for (struct material *old = *link, *next; old; old = next) {
        next = old->before;
        free_material(old);
    }
    *link = NULL;
}

static void log_renewal(const struct tls *tls, enum tf_status status, const struct tf_error *error)
{
    const struct tf_log_field fields[] = {
        TF_LOG_STR("certificate", tf_str_of(tls->path[CERTIFICATE])),
        TF_LOG_STR("detail", tf_str_of(error->message)),
    };
    if (status == TF_OK)
        tf_log(TF_LOG_INFO, "certificate renewed", fields, 1);
    else
        tf_log(TF_LOG_WARN, "certificate not renewed", fields, 2);
}

static void renew(struct tls *tls, uint64_t now_ns)
{
    struct material *before = atomic_load(&tls->latest), *material = NULL;
    struct tf_error error = {.status = TF_OK};
    enum tf_status status = read_material(tls->path, &material, &error);
    if (status == TF_OK) {
        material->before = before;
        before->replaced_ns = now_ns;
        atomic_store(&tls->latest, material);
        free_before(material, now_ns);
    }
    log_renewal(tls, status, &error);
}

/* Whoever finds another at it goes on with what there is. */
static void look_for_renewal(struct tls *tls)
{
    uint64_t now_ns = tf_clock_monotonic_ns();
    if (pthread_mutex_trylock(&tls->lock) != 0)
        return;
    if (now_ns - tls->looked_ns >= SECOND_NS) {
        bool other = see(&tls->seen[CERTIFICATE], tls->path[CERTIFICATE]);
        other |= see(&tls->seen[KEY], tls->path[KEY]);
        tls->looked_ns = now_ns;
        if (other)
            renew(tls, now_ns);
    }
    pthread_mutex_unlock(&tls->lock);
}

static int retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authorities_n,
                    const gnutls_pk_algorithm_t *algorithms, int algorithms_n,
                    gnutls_pcert_st **chain, unsigned *count, gnutls_privkey_t *key)
{
    (void)session, (void)authorities, (void)authorities_n, (void)algorithms, (void)algorithms_n;
    struct tls *tls = atomic_load(&served);
    if (!tls)
        return -1;
    look_for_renewal(tls);
    struct material *latest = atomic_load(&tls->latest);
    *chain = latest->chain;
    *count = latest->count;
    *key = latest->key;
    return 0;
}

void *const tls_retrieve = (void *)retrieve;

/* --- Life ---------------------------------------------------------------- */

enum tf_status tls_new(const char *certificate, const char *key, struct tls **out,
                       struct tf_error *error)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    pthread_mutex_init(&tls->lock, NULL);
    tls->path[CERTIFICATE] = strdup(certificate);
    tls->path[KEY] = strdup(key);
    struct material *material = NULL;
    enum tf_status status = TF_OK;
    for (int i = 0; i < FILES; i++) {
        if (tls->path[i])
            (void)see(&tls->seen[i], tls->path[i]);
        else
            status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    }
    if (status == TF_OK)
        status = read_material(tls->path, &material, error);
    atomic_store(&tls->latest, material);
    if (status != TF_OK) {
        tls_free(tls);
        return status;
    }
    atomic_store(&served, tls);
    *out = tls;
    return TF_OK;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    struct tls *self = tls;
    atomic_compare_exchange_strong(&served, &self, NULL);
    for (struct material *material = atomic_load(&tls->latest), *next; material; material = next) {
        next = material->before;
        free_material(material);
    }
    for (int i = 0; i < FILES; i++)
        free(tls->path[i]);
    pthread_mutex_destroy(&tls->lock);
    free(tls);
}

int64_t tls_not_after(struct tls *tls)
{
    pthread_mutex_lock(&tls->lock); /* what is the latest is kept while it is looked at */
    int64_t not_after = atomic_load(&tls->latest)->not_after;
    pthread_mutex_unlock(&tls->lock);
    return not_after;
}
