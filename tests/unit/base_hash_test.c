/* Hashes by published vectors, encodings there and back, sealing and tampering. */
#include "pland/base/hash.h"

#include <string.h>

#include "unit/check_main.h"

START_TEST(sha256_vectors)
{
    struct err e;
    ck_assert_int_eq(hash_init(&e), ERR_OK);
    ck_assert_str_eq(hash_hex("", 0).s, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ck_assert_str_eq(hash_hex("abc", 3).s, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(quick_vectors) /* RFC 7693 gives BLAKE2b-512; this length by `b2sum -l 256` */
{
    static const char digest[] = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
    struct sha256 h = hash_quick("abc", 3);
    struct hash_pieces pieces;
    ck_assert_str_eq(hash_hex_of(&h).s, digest);
    hash_quick_begin(&pieces);
    hash_quick_add(&pieces, "ab", 2);
    hash_quick_add(&pieces, "c", 1);
    h = hash_quick_end(&pieces);
    ck_assert_str_eq(hash_hex_of(&h).s, digest);
}
END_TEST

START_TEST(hmac_vectors) /* RFC 4231, cases 2 and 6 */
{
    char key[131];
    struct sha256 h = hash_hmac("Jefe", 4, "what do ya want for nothing?", 28);
    ck_assert_str_eq(hash_hex_of(&h).s, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    h = hash_hmac(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54);
    ck_assert_str_eq(hash_hex_of(&h).s, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
END_TEST

START_TEST(equal)
{
    ck_assert(hash_equal("abc", "abc", 3));
    ck_assert(!hash_equal("abc", "abd", 3));
    ck_assert(hash_equal("abc", "abd", 2));
    ck_assert(hash_equal("", "", 0));
}
END_TEST

START_TEST(base64)
{
    char text[16];
    unsigned char raw[8];
    ck_assert_uint_eq(hash_base64(text, sizeof text, "foob", 4), 8);
    ck_assert_str_eq(text, "Zm9vYg==");
    ck_assert_uint_eq(hash_base64(text, 9, "foob", 4), 8);
    ck_assert_uint_eq(hash_base64(text, 8, "foob", 4), 0);
    ck_assert_uint_eq(hash_base64(text, sizeof text, "", 0), 0);
    ck_assert_int_eq(hash_unbase64(raw, sizeof raw, "Zm9vYg=="), 4);
    ck_assert_int_eq(memcmp(raw, "foob", 4), 0);
    ck_assert_int_eq(hash_unbase64(raw, 3, "Zm9vYg=="), -1);
    ck_assert_int_eq(hash_unbase64(raw, sizeof raw, "Zm9vYg"), -1);
    ck_assert_int_eq(hash_unbase64(raw, sizeof raw, "Zm9v Yg=="), -1);
    ck_assert_int_eq(hash_unbase64(raw, sizeof raw, "Zm9v!"), -1);
    ck_assert_int_eq(hash_unbase64(raw, sizeof raw, ""), 0);
}
END_TEST

START_TEST(sealing)
{
    uint8_t key[SEAL_KEY_LEN], other[SEAL_KEY_LEN], sealed[11 + SEAL_EXTRA], again[sizeof sealed], open[11];
    hash_random(key, sizeof key);
    memcpy(other, key, sizeof key);
    other[31] ^= 1;
    hash_seal(sealed, key, "hello world", 11);
    hash_seal(again, key, "hello world", 11);
    ck_assert_int_ne(memcmp(sealed, again, sizeof sealed), 0);
    ck_assert(hash_unseal(open, key, sealed, sizeof sealed));
    ck_assert_int_eq(memcmp(open, "hello world", 11), 0);
    ck_assert(!hash_unseal(open, other, sealed, sizeof sealed));
    ck_assert(!hash_unseal(open, key, sealed, sizeof sealed - 1));
    ck_assert(!hash_unseal(open, key, sealed, SEAL_EXTRA - 1));
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x20;
        ck_assert(!hash_unseal(open, key, sealed, sizeof sealed));
        sealed[i] ^= 0x20;
    }
    hash_seal(again, key, "", 0);
    ck_assert(hash_unseal(open, key, again, SEAL_EXTRA));
}
END_TEST

UNIT_MAIN("base hash", { sha256_vectors, quick_vectors, hmac_vectors, equal, base64, sealing })
