/* Secrets that must be recoverable. */
#include "service/secret.h"

#include <string.h>
#include "pland/service/inbound.h"

enum err_kind secret_seal(const struct service *s, struct arena *a, const char *plain, struct sealed *ret,
                          struct err *e)
{
    size_t n = strlen(plain);
    uint8_t *bytes = arena_alloc(a, n + SEAL_EXTRA);
    if (!bytes) return err_nomem(e);
    hash_seal(bytes, s->seal_key, plain, n);
    *ret = (struct sealed){ .plain = plain, .bytes = bytes, .n = n + SEAL_EXTRA };
    return ERR_OK;
}

enum err_kind secret_webhook(const struct service *s, struct arena *a, const char *given, struct sealed *ret,
                             struct err *e)
{
    uint8_t raw[96];
    char text[64] = "whsec_";
    if (given) {
        long n = strncmp(given, "whsec_", 6) == 0 ? hash_unbase64(raw, sizeof raw, given + 6) : -1;
        if (n < 24 || n > 64)
            return err_at(e, ERR_INVALID, "/secret", "must be whsec_ and the base64 of 24 to 64 bytes");
        return secret_seal(s, a, given, ret, e);
    }
    hash_random(raw, 32);
    if (!hash_base64(text + 6, sizeof text - 6, raw, 32)) return err_set(e, ERR_INTERNAL, "a secret does not fit");
    return secret_seal(s, a, arena_dup(a, text), ret, e);
}

enum err_kind service_unseal(const struct service *s, const void *sealed, size_t n, struct arena *a, const char **ret,
                             struct err *e)
{
    char *plain;
    if (n < SEAL_EXTRA) return err_set(e, ERR_INTERNAL, "a sealed secret is too short");
    if (!(plain = arena_alloc(a, n - SEAL_EXTRA + 1))) return err_nomem(e);
    if (!hash_unseal((uint8_t *)plain, s->seal_key, sealed, n))
        return err_set(e, ERR_INTERNAL,
                       "a stored secret does not open with secret.key: restore the right key, or set the secret again");
    *ret = plain;
    return ERR_OK;
}
