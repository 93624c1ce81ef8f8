/* Hashes, signatures, encodings; thin over libsodium. hash_init() once before threads start. Thread-safe. */
#ifndef PLAND_BASE_HASH_H
#define PLAND_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pland/base/err.h"

#define SHA256_LEN 32
#define SHA256_HEX 65 /* with NUL */

struct sha256 { uint8_t b[SHA256_LEN]; };
struct sha256_hex { char s[SHA256_HEX]; };

_must_check_ enum err_kind hash_init(struct err *e);
struct sha256 hash_sha256(const void *p, size_t n);
struct sha256_hex hash_hex(const void *p, size_t n); /* hex of the SHA-256 of p */
struct sha256_hex hash_hex_of(const struct sha256 *h);
struct sha256 hash_hmac(const void *key, size_t n_key, const void *p, size_t n); /* HMAC-SHA256 */
/* BLAKE2b-256, four times as fast: for telling contents apart within one instance, never for what others verify. */
struct sha256 hash_quick(const void *p, size_t n);
struct hash_pieces { _Alignas(64) uint8_t state[384]; }; /* the same, of pieces one after another */
void hash_quick_begin(struct hash_pieces *h);
void hash_quick_add(struct hash_pieces *h, const void *p, size_t n);
struct sha256 hash_quick_end(struct hash_pieces *h);
bool hash_equal(const void *a, const void *b, size_t n);                         /* constant time */
void hash_random(void *p, size_t n);

/* Standard alphabet, padded, NUL added. Returns the length without the NUL; 0: no room. */
size_t hash_base64(char *ret, size_t cap, const void *p, size_t n);
/* Returns the byte count, or -1 for bad text (white space, missing padding) or no room. */
long hash_unbase64(void *ret, size_t cap, const char *s);

/* Secrets that must be recoverable: XChaCha20-Poly1305 under a 32-byte key. Sealed = 24-byte nonce + box. */
#define SEAL_KEY_LEN 32
#define SEAL_EXTRA 40
void hash_seal(uint8_t *ret /* n + SEAL_EXTRA */, const uint8_t key[SEAL_KEY_LEN], const void *p, size_t n);
bool hash_unseal(uint8_t *ret /* n - SEAL_EXTRA */, const uint8_t key[SEAL_KEY_LEN], const void *p, size_t n);

#endif
