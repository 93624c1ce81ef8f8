/* Signatures: the published vectors, and what a forged, old, foreign or broken webhook is answered. */
#include "unit/tracker_fixture.h"
#include "unit/check_main.h"

#include "tracker/inner.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define BODY "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define PLAIN_SECRET "It's a Secret to Everybody"

START_TEST(test_published_vectors)
{
    char made[SIGNATURE_LEN];
    struct err e = { 0 };
    ck_assert_int_eq(signature_make(SECRET, ID, 1614265330, BODY, strlen(BODY), made, &e), ERR_OK);
    ck_assert_str_eq(made, SIGNATURE);
    ck_assert(signature_plain("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", PLAIN_SECRET,
                              "Hello, World!", 13));
    ck_assert(signature_plain("sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", PLAIN_SECRET,
                              "Hello, World!", 13));
    ck_assert(signature_plain("sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9", PLAIN_SECRET,
                              "Hello World!", 12));
    ck_assert(!signature_plain("sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9", PLAIN_SECRET,
                               "Hello, World!", 13));
    ck_assert(!signature_plain("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", PLAIN_SECRET,
                               "Hello, World!", 13));
    ck_assert(!signature_plain("sha256=", PLAIN_SECRET, "Hello, World!", 13));
    ck_assert_int_eq(signature_make("whsec_%%%", ID, 1, BODY, 1, made, &e), ERR_INTERNAL);
    ck_assert_int_eq(signature_make("plain", ID, 1, BODY, 1, made, &e), ERR_INTERNAL);
}
END_TEST

START_TEST(test_lists_of_signatures)
{
    ck_assert(signature_listed("v1,aaaa " SIGNATURE, SIGNATURE)); /* the other key of a rotation */
    ck_assert(signature_listed(SIGNATURE "  v1a,bbbb", SIGNATURE));
    ck_assert(!signature_listed("", SIGNATURE));
    ck_assert(!signature_listed("v1,", SIGNATURE));
    ck_assert(!signature_listed(SIGNATURE "x", SIGNATURE));
}
END_TEST

START_TEST(test_schedule)
{
    static const int64_t seconds[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 };
    for (size_t i = 0; i < countof(seconds); i++) {
        int64_t n = (int64_t)i + 1;
        ck_assert_int_eq(schedule_next(n, 1000, -1, 0), 1000 + seconds[i] * 1000);
        ck_assert_int_eq(schedule_next(n, 1000, -1, UINT16_MAX), 1000 + seconds[i] * 1100);
    }
    ck_assert_int_eq(schedule_next((int64_t)countof(seconds) + 1, 1000, -1, 0), 0);
    ck_assert_int_eq(schedule_next(0, 1000, -1, 0), 0);
    ck_assert_int_eq(schedule_next(1, 0, 60000, 0), 60000);
    ck_assert_int_eq(schedule_next(2, 0, 60000, 0), 300000);
    ck_assert_int_eq(schedule_next(1, 0, INT64_C(1) << 50, 0), INT64_C(86400000));
}
END_TEST

/* --- the whole verifier ------------------------------------------------------------------------------------------- */
struct row {
    const char *what;
    bool whsec;              /* which source is called; */
    const char *source;      /* or this id */
    const char *id, *at, *signature, *plain, *delivery; /* headers */
    const char *body;
    enum err_kind expect;
    const char *taken_as;    /* delivery id; NULL: made of the body */
};
#define HELLO "{\"hello\":1}"

static const struct row rows[] = {
    { "good", true, NULL, ID, "1614265330", SIGNATURE, NULL, NULL, BODY, ERR_OK, ID },
    { "rotated", true, NULL, ID, "1614265330", "v1,AAAA " SIGNATURE, NULL, NULL, BODY, ERR_OK, ID },
    { "nothing", true, NULL, NULL, NULL, NULL, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "no id", true, NULL, NULL, "1614265330", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "no time", true, NULL, ID, NULL, SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "other time", true, NULL, ID, "1614265331", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "time in words", true, NULL, ID, "now", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "other id", true, NULL, "msg_x", "1614265330", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "other body", true, NULL, ID, "1614265330", SIGNATURE, NULL, NULL, "{\"test\": 1}", ERR_UNAUTHENTICATED, NULL },
    { "other source", false, NULL, ID, "1614265330", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "no such source", true, "src_nothing", ID, "1614265330", SIGNATURE, NULL, NULL, BODY, ERR_UNAUTHENTICATED, NULL },
    { "plain good", false, NULL, NULL, NULL, NULL, "good", "d-1", HELLO, ERR_OK, "d-1" },
    { "plain without id", false, NULL, NULL, NULL, NULL, "good", NULL, HELLO, ERR_OK, NULL },
    { "plain wrong", false, NULL, NULL, NULL, NULL, "sha256=00", "d-1", HELLO, ERR_UNAUTHENTICATED, NULL },
    { "plain empty", false, NULL, NULL, NULL, NULL, "", "d-1", HELLO, ERR_UNAUTHENTICATED, NULL },
    { "plain beside a wrong standard one", false, NULL, ID, "1614265330", "v1,x", "good", "d-1", HELLO,
    ERR_UNAUTHENTICATED, NULL },
    { "not JSON", false, NULL, NULL, NULL, NULL, "good", "d-1", "hello", ERR_SYNTAX, NULL },
    { "no object", false, NULL, NULL, NULL, NULL, "good", "d-1", "[]", ERR_INVALID, NULL },
    { "empty body", false, NULL, NULL, NULL, NULL, "good", "d-1", "", ERR_SYNTAX, NULL },
};

static void plain_header(const char *body, char ret[80])
{
    struct sha256 mac = hash_hmac(PLAIN_SECRET, strlen(PLAIN_SECRET), body, strlen(body));
    (void)snprintf(ret, 80, "sha256=%s", hash_hex_of(&mac).s);
}

static enum err_kind verify(struct fixture *f, const struct row *t, const char *source, struct call *c)
{
    static char good[80];
    struct param *p = arena_alloc(f->arena, 5 * sizeof *p);
    const struct param all[] = { { "header:webhook-id", t->id }, { "header:webhook-timestamp", t->at }, { "header:webhook-signature", t->signature },
                                 { "header:x-pland-signature", t->plain && strcmp(t->plain,
                                 "good") == 0 ? good : t->plain }, { "header:x-pland-delivery", t->delivery } };
    plain_header(t->body, good);
    *c = (struct call){
        .service = &f->service, .id = source, .body = t->body, .n_body = strlen(t->body), .arena = f->arena
    };
    c->params.v = p;
    for (size_t i = 0; i < countof(all); i++)
        if (all[i].value) p[c->params.n++] = all[i];
    f->e = (struct err){ 0 };
    return tracker_verify(c, &f->e);
}

START_TEST(test_verify_table)
{
    struct fixture own, *f = &own;
    const struct source_request standard = { .name = "a", .kind = "generic", .secret = SECRET }, plain = { .name = "b", .kind = "generic", .secret = PLAIN_SECRET };
    const char *sources[2];
    char said[400] = "";
    fixture_open(f);
    sources[0] = do_as_admin(f, service_source_create, NULL, &plain);
    sources[1] = do_as_admin(f, service_source_create, NULL, &standard);
    for (size_t i = 0; i < countof(rows); i++) {
        const struct row *t = &rows[i];
        const struct inbound_request *in;
        struct call c;
        enum err_kind k = verify(f, t, t->source ? t->source : sources[t->whsec], &c);
        ck_assert_msg(k == t->expect, "%s: %s: %s", t->what, err_slug(k), f->e.msg);
        if (k == ERR_UNAUTHENTICATED) { /* all alike */
            if (said[0]) ck_assert_str_eq(f->e.msg, said);
            (void)snprintf(said, sizeof said, "%.399s", f->e.msg);
        }
        in = c.prepared;
        ck_assert((k == ERR_OK) == (in != NULL));
        if (!in) continue;
        ck_assert_int_gt(in->source, 0);
        if (t->taken_as) ck_assert_str_eq(in->delivery, t->taken_as);
        else ck_assert_uint_eq(strlen(in->delivery), 7 + 64);
    }
    fixture_close(f);
}
END_TEST

START_TEST(test_five_minutes_either_way)
{
    static const struct { int64_t off; enum err_kind expect; } times[] = {
        { 0, ERR_OK }, { 300000, ERR_OK }, { -300000, ERR_OK }, { 301000, ERR_UNAUTHENTICATED }, { -301000,
        ERR_UNAUTHENTICATED },
    };
    struct fixture own, *f = &own;
    const struct source_request standard = { .name = "a", .kind = "generic", .secret = SECRET };
    const char *source;
    fixture_open(f);
    source = do_as_admin(f, service_source_create, NULL, &standard);
    for (size_t i = 0; i < countof(times); i++) {
        struct call c;
        atomic_store(&f->clock.fixed_ms, NOW_MS + times[i].off);
        ck_assert_int_eq(verify(f, &rows[0], source, &c), times[i].expect);
    }
    fixture_close(f);
}
END_TEST

START_TEST(test_large_body_is_refused)
{
    struct fixture own, *f = &own;
    struct row big = { .plain = "good" };
    const struct source_request plain = { .name = "b", .kind = "generic", .secret = PLAIN_SECRET };
    struct call c;
    char *body = malloc(INBOUND_MAX + 2);
    fixture_open(f);
    ck_assert_ptr_nonnull(body);
    memset(body, ' ', INBOUND_MAX + 1);
    body[INBOUND_MAX + 1] = '\0';
    big.body = body;
    ck_assert_int_eq(verify(f, &big, do_as_admin(f, service_source_create, NULL, &plain), &c), ERR_TOO_LARGE);
    free(body);
    fixture_close(f);
}
END_TEST

UNIT_MAIN("tracker verify", { test_published_vectors, test_lists_of_signatures, test_schedule, test_verify_table,
                              test_five_minutes_either_way, test_large_body_is_refused })
