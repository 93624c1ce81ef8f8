/* Signatures of webhooks, both ways. Compared in constant time, over the raw bytes. */
#include "tracker/inner.h"

#include <stdio.h>
#include <string.h>

enum { KEY_MAX = 256 };

static enum err_kind key_of(const char *secret, uint8_t ret[KEY_MAX], size_t *ret_n, struct err *e)
{
    long n = strncmp(secret, "whsec_", 6) == 0 ? hash_unbase64(ret, KEY_MAX, secret + 6) : -1;
    if (n < 16) return err_set(e, ERR_INTERNAL, "the secret is not whsec_ and base64 of at least 16 bytes");
    *ret_n = (size_t)n;
    return ERR_OK;
}

enum err_kind signature_make(const char *secret, const char *id, int64_t timestamp, const void *body, size_t n,
                             char ret[SIGNATURE_LEN], struct err *e)
{
    uint8_t key[KEY_MAX];
    size_t n_key = 0;
    struct sha256 mac;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = key_of(secret, key, &n_key, e);
    if (k != ERR_OK) return k;
    buf_fmt(&b, "%s.%lld.", id, (long long)timestamp);
    buf_add(&b, body, n);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    mac = hash_hmac(key, n_key, b.p, b.n);
    (void)snprintf(ret, SIGNATURE_LEN, "v1,");
    if (!hash_base64(ret + 3, SIGNATURE_LEN - 3, mac.b, sizeof mac.b))
        return err_set(e, ERR_INTERNAL, "a signature does not fit");
    return ERR_OK;
}

bool signature_listed(const char *header, const char *signature)
{
    size_t want = strlen(signature);
    bool found = false;
    while (*header) {
        size_t n = strcspn(header, " ");
        if (n == want && hash_equal(header, signature, n)) found = true;
        header += n;
        while (*header == ' ') header++;
    }
    return found;
}

bool signature_plain(const char *header, const char *secret, const void *body, size_t n)
{
    return strncmp(header, "sha256=", 7) == 0 && signature_hex(header + 7, secret, body, n);
}

bool signature_hex(const char *hex_given, const char *secret, const void *body, size_t n)
{
    struct sha256 mac = hash_hmac(secret, strlen(secret), body, n);
    struct sha256_hex hex = hash_hex_of(&mac);
    char given[SHA256_HEX];
    size_t i;
    if (strlen(hex_given) != SHA256_HEX - 1) return false;
    for (i = 0; i < SHA256_HEX - 1; i++) {
        char ch = hex_given[i];
        given[i] = ch >= 'A' && ch <= 'F' ? (char)(ch - 'A' + 'a') : ch;
    }
    return hash_equal(given, hex.s, i);
}
