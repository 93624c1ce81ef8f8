/* Hashes, sealing and encodings, by libsodium. */
#include "pland/base/hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SHA256_LEN == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(SEAL_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "seal key");
_Static_assert(SEAL_EXTRA == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "seal overhead");
enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };

enum err_kind hash_init(struct err *e)
{
    if (sodium_init() < 0) return err_set(e, ERR_INTERNAL, "libsodium cannot be initialised");
    return ERR_OK;
}

struct sha256 hash_sha256(const void *p, size_t n)
{
    struct sha256 h;
    (void)crypto_hash_sha256(h.b, p, n);
    return h;
}

struct sha256 hash_quick(const void *p, size_t n)
{
    struct sha256 h;
    (void)crypto_generichash(h.b, sizeof h.b, p, n, NULL, 0);
    return h;
}

_Static_assert(sizeof(struct hash_pieces) == sizeof(crypto_generichash_state), "BLAKE2b");

void hash_quick_begin(struct hash_pieces *h)
{
    (void)crypto_generichash_init((crypto_generichash_state *)(void *)h->state, NULL, 0, SHA256_LEN);
}

void hash_quick_add(struct hash_pieces *h, const void *p, size_t n)
{
    (void)crypto_generichash_update((crypto_generichash_state *)(void *)h->state, p, n);
}

struct sha256 hash_quick_end(struct hash_pieces *h)
{
    struct sha256 ret;
    (void)crypto_generichash_final((crypto_generichash_state *)(void *)h->state, ret.b, sizeof ret.b);
    return ret;
}

struct sha256_hex hash_hex_of(const struct sha256 *h)
{
    struct sha256_hex t;
    (void)sodium_bin2hex(t.s, sizeof t.s, h->b, sizeof h->b);
    return t;
}

struct sha256_hex hash_hex(const void *p, size_t n)
{
    struct sha256 h = hash_sha256(p, n);
    return hash_hex_of(&h);
}

struct sha256 hash_hmac(const void *key, size_t n_key, const void *p, size_t n)
{
    crypto_auth_hmacsha256_state s;
    struct sha256 h;
    (void)crypto_auth_hmacsha256_init(&s, key, n_key);
    (void)crypto_auth_hmacsha256_update(&s, p, n);
    (void)crypto_auth_hmacsha256_final(&s, h.b);
    sodium_memzero(&s, sizeof s);
    return h;
}

bool hash_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

void hash_random(void *p, size_t n)
{
    randombytes_buf(p, n);
}

size_t hash_base64(char *ret, size_t cap, const void *p, size_t n)
{
    size_t need;
    if (n > SIZE_MAX / 2) return 0;
    need = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL); /* with the NUL */
    if (need > cap) return 0;
    (void)sodium_bin2base64(ret, cap, p, n, sodium_base64_VARIANT_ORIGINAL);
    return need - 1;
}

long hash_unbase64(void *ret, size_t cap, const char *s)
{
    size_t n = 0;
    if (sodium_base642bin(ret, cap, s, strlen(s), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) return -1;
    return (long)n;
}

void hash_seal(uint8_t *ret, const uint8_t key[SEAL_KEY_LEN], const void *p, size_t n)
{
    randombytes_buf(ret, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(ret + NONCE, NULL, p, n, NULL, 0, NULL, ret, key);
}

bool hash_unseal(uint8_t *ret, const uint8_t key[SEAL_KEY_LEN], const void *p, size_t n)
{
    const uint8_t *in = p;
    if (n < SEAL_EXTRA) return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, in + NONCE, n - NONCE, NULL, 0, in, key) == 0;
}
