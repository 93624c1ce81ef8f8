/* JSON Web Tokens as GitHub Apps prove themselves with: RS256, signed by GnuTLS (which libmicrohttpd brings along). */
#include "tracker/session.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "pland/base/hash.h"

enum { LIFE_S = 540, BACK_S = 60 };

static const char *base64url(struct arena *a, const void *p, size_t n)
{
    size_t cap = n * 4 / 3 + 8;
    char *s = arena_alloc(a, cap);
    if (!s || !hash_base64(s, cap, p, n)) return NULL;
    for (char *c = s; *c; c++) {
        if (*c == '+') *c = '-';
        if (*c == '/') *c = '_';
        if (*c == '=') *c = '\0';
    }
    return s;
}

static enum err_kind sign(const char *pem, const char *text, struct arena *a, const char **ret, struct err *e)
{
    gnutls_datum_t key = { .data = (unsigned char *)(uintptr_t)pem, .size = (unsigned)strlen(pem) }, mac = { 0 };
    gnutls_datum_t data = { .data = (unsigned char *)(uintptr_t)text, .size = (unsigned)strlen(text) };
    gnutls_privkey_t k = NULL;
    int r = gnutls_privkey_init(&k);
    if (r == 0) r = gnutls_privkey_import_x509_raw(k, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (r == 0 && gnutls_privkey_get_pk_algorithm(k, NULL) != GNUTLS_PK_RSA)
        r = GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
    if (r == 0) r = gnutls_privkey_sign_data2(k, GNUTLS_SIGN_RSA_SHA256, 0, &data, &mac);
    if (r == 0) *ret = base64url(a, mac.data, mac.size);
    gnutls_free(mac.data);
    gnutls_privkey_deinit(k);
    if (r == GNUTLS_E_MEMORY_ERROR) return err_nomem(e);
    if (r != 0) return err_set(e, ERR_INVALID, "the app's private key cannot be used: %s", gnutls_strerror(r));
    return arena_check(a, e);
}

enum err_kind jwt_make(const char *pem, int64_t app, int64_t seconds, struct arena *a, const char **ret, struct err *e)
{
    static const char head[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
    const char *body = arena_fmt(a, "{\"iat\":%lld,\"exp\":%lld,\"iss\":\"%lld\"}", (long long)(seconds - BACK_S),
                                 (long long)(seconds + LIFE_S), (long long)app);
    const char *text, *mac = NULL;
    enum err_kind k;
    if (!body) return err_nomem(e);
    text = arena_fmt(a, "%s.%s", base64url(a, head, sizeof head - 1), base64url(a, body, strlen(body)));
    if ((k = arena_check(a, e)) != ERR_OK || (k = sign(pem, text, a, &mac, e)) != ERR_OK) return k;
    *ret = arena_fmt(a, "%s.%s", text, mac);
    return arena_check(a, e);
}
