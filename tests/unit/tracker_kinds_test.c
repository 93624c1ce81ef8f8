/* What ticket systems send, as they sign and write it: schemes, the common event, what is nothing to us. */
#include "unit/tracker_fixture.h"
#include "unit/check_main.h"

#include "tracker/inner.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static struct event parsed(struct arena *a, const char *kind, const char *event, const char *text)
{
    static const struct source_settings none;
    struct event x = { .what = 0 };
    auto_json v = NULL;
    struct err e = { 0 };
    enum err_kind k;
    ck_assert_msg(json_parse_loose(text, strlen(text), &v, &e) == ERR_OK, "%s: %s", text, e.msg);
    const struct payload p = { .event = event, .json = v, .settings = &none, .arena = a };
    k = kind_find(kind)->parse(&p, &x, &e);
    ck_assert_msg(k == ERR_OK, "%s: %s %s", text, e.at, e.msg);
    return x;
}

/* --- schemes ------------------------------------------------------------------------------------------------------- */
#define HEX_OF(hex, secret, body) \
    struct sha256 mac_##hex = hash_hmac(secret, strlen(secret), body, strlen(body)); \
    struct sha256_hex hex = hash_hex_of(&mac_##hex)

struct signed_case { const char *kind, *h1, *v1, *h2, *v2, *h3, *v3; bool good; };

static enum err_kind sent(struct fixture *f, const char *kind, const char *body, const struct signed_case *c, const struct inbound_request **ret)
{
    struct source_request r = { .name = kind, .kind = kind, .secret = SECRET };
    struct param p[] = { { c->h1, c->v1 }, { c->h2, c->v2 }, { c->h3, c->v3 } };
    struct call call = { .service = &f->service, .id = do_as_admin(f, service_source_create, NULL, &r), .body = body,
        .n_body = strlen(body), .arena = f->arena };
    enum err_kind k;
    call.params.v = p;
    call.params.n = c->h3 ? 3 : c->h2 ? 2 : 1;
    k = tracker_verify(&call, &f->e);
    *ret = call.prepared;
    return k;
}

START_TEST(test_schemes)
{
    struct fixture own, *f = &own;
    fixture_open(f);
    const char *now = arena_fmt(f->arena, "{\"webhookTimestamp\":%lld}", (long long)NOW_MS), *plain = "{\"a\":1}";
    const char *old = arena_fmt(f->arena, "{\"webhookTimestamp\":%lld}", (long long)NOW_MS - 61000);
    HEX_OF(now_mac, SECRET, now);
    HEX_OF(old_mac, SECRET, old);
    HEX_OF(plain_mac, SECRET, plain);
    const char *sum = arena_fmt(f->arena, "sha256=%s", plain_mac.s);
    char standard[SIGNATURE_LEN];
    OK(signature_make(SECRET, "g-1", NOW_MS / 1000, plain, strlen(plain), standard, &f->e));
    const char *at = arena_fmt(f->arena, "%lld", (long long)NOW_MS / 1000);
    const struct { const char *body; struct signed_case c; const char *delivery; } rows[] = {
        { plain, { "github", "header:x-hub-signature-256", sum, "header:x-github-delivery", "d-1", NULL, NULL, true }, "d-1" },
        { plain, { "github", "header:x-hub-signature", sum, NULL, NULL, NULL, NULL, false }, NULL },
        { "{\"a\":2}", { "github", "header:x-hub-signature-256", sum, NULL, NULL, NULL, NULL, false }, NULL },
        { plain, { "gitlab", "header:x-gitlab-token", SECRET, "header:idempotency-key", "i-1", NULL, NULL, true }, "i-1" },
        { plain, { "gitlab", "header:x-gitlab-token", SECRET "x", NULL, NULL, NULL, NULL, false }, NULL },
        { plain, { "gitlab", "header:x-gitlab-token", "", NULL, NULL, NULL, NULL, false }, NULL },
        { plain, { "gitlab", "header:webhook-signature", standard, "header:webhook-id", "g-1", "header:webhook-timestamp", at, true }, "g-1" },
        { plain, { "gitlab", "header:webhook-signature", standard, "header:webhook-id", "g-1", "header:webhook-timestamp", "1614265000", false }, NULL },
        { plain, { "gitlab", "header:webhook-signature", "v1,x", "header:x-gitlab-token", SECRET, NULL, NULL, false }, NULL }, /* no second try */
        { plain, { "jira", "header:x-hub-signature", sum, "header:x-atlassian-webhook-identifier", "j-1", NULL, NULL, true }, "j-1" },
        { plain, { "jira", "header:x-hub-signature-256", sum, NULL, NULL, NULL, NULL, false }, NULL },
        { now, { "linear", "header:linear-signature", now_mac.s, "header:linear-delivery", "l-1", NULL, NULL, true }, "l-1" },
        { old, { "linear", "header:linear-signature", old_mac.s, NULL, NULL, NULL, NULL, false }, NULL },
        { plain, { "linear", "header:linear-signature", plain_mac.s, NULL, NULL, NULL, NULL, false }, NULL }, /* no timestamp */
        { plain, { "linear", "header:linear-signature", sum, NULL, NULL, NULL, NULL, false }, NULL },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        const struct inbound_request *in = NULL;
        enum err_kind k = sent(f, rows[i].c.kind, rows[i].body, &rows[i].c, &in);
        ck_assert_msg((k == ERR_OK) == rows[i].c.good, "row %zu: %s", i, f->e.msg);
        ck_assert(k == ERR_OK || k == ERR_UNAUTHENTICATED);
        if (rows[i].delivery) ck_assert_str_eq(in->delivery, rows[i].delivery);
        if (rows[i].delivery) ck_assert_int_eq(in->unsigned_id, strncmp(rows[i].c.h1, "header:webhook-", 15) != 0);
    }
    fixture_close(f);
}
END_TEST

/* --- payloads ------------------------------------------------------------------------------------------------------ */
#define GH_ISSUE "\"issue\":{\"number\":12,\"title\":\"T\",\"body\":\"B\",\"state\":\"open\",\"html_url\":\"u\",\"user\":{\"login\":\"al\"}," \
                 "\"labels\":[{\"name\":\"plan\"},{\"name\":\"api\"}],\"updated_at\":\"2026-11-23T10:00:00Z\"},\"repository\":{\"full_name\":\"acme/api\"}"
#define GL_PROJECT "\"project\":{\"path_with_namespace\":\"acme/api\",\"git_http_url\":\"https://g/acme/api.git\"}"
#define GL_ISSUE "\"object_attributes\":{\"iid\":7,\"title\":\"T\",\"description\":\"B\",\"url\":\"u\",\"updated_at\":\"2026-11-23 10:00:00 UTC\",\"action\":\"%s\"}"
#define JIRA_ISSUE "\"issue\":{\"key\":\"API-7\",\"self\":\"https://x.atlassian.net/rest/api/2/issue/1\",\"fields\":{\"summary\":\"T\"," \
                   "\"description\":\"B\",\"labels\":[\"plan\"],\"components\":[{\"name\":\"core\"}],\"project\":{\"key\":\"API\"}," \
                   "\"status\":{\"statusCategory\":{\"key\":\"done\"}},\"updated\":\"2026-11-23T10:00:00.000+0000\"}}"
#define LINEAR_ISSUE "\"data\":{\"id\":\"u-1\",\"identifier\":\"API-7\",\"title\":\"T\",\"description\":\"B\",\"url\":\"u\",\"team\":{\"key\":\"API\"}," \
                     "\"labels\":[{\"id\":\"l1\",\"name\":\"plan\"}],\"state\":{\"type\":\"%s\"},\"updatedAt\":\"2026-11-23T10:00:00.000Z\"}"

START_TEST(test_what_happened)
{
    static const struct { const char *kind, *event, *text; int what; const char *ref, *label; } rows[] = {
        { "github", "ping", "{\"zen\":\"x\"}", HAPPENED_NOTHING, NULL, NULL },
        { "github", NULL, "{}", HAPPENED_NOTHING, NULL, NULL },
        { "github", "issues", "{\"action\":\"opened\"," GH_ISSUE "}", HAPPENED_CREATED, "acme/api#12", NULL },
        { "github", "issues", "{\"action\":\"labeled\",\"label\":{\"name\":\"plan\"}," GH_ISSUE "}", HAPPENED_LABELLED, "acme/api#12", "plan" },
        { "github", "issues", "{\"action\":\"edited\"," GH_ISSUE "}", HAPPENED_EDITED, "acme/api#12", NULL },
        { "github", "issues", "{\"action\":\"closed\"," GH_ISSUE "}", HAPPENED_CLOSED, "acme/api#12", NULL },
        { "github", "issues", "{\"action\":\"pinned\"," GH_ISSUE "}", HAPPENED_NOTHING, NULL, NULL },
        { "github", "issue_comment", "{\"action\":\"created\",\"comment\":{\"id\":5,\"body\":\"/plan\"}," GH_ISSUE "}", HAPPENED_COMMENTED, "acme/api#12", NULL },
        { "github", "issue_comment", "{\"action\":\"edited\",\"comment\":{\"id\":5,\"body\":\"/plan\"}," GH_ISSUE "}", HAPPENED_NOTHING, NULL, NULL },
        { "github", "issue_comment", "{\"action\":\"created\",\"issue\":{\"pull_request\":{}}}", HAPPENED_NOTHING, NULL, NULL },
        { "github", "push", "{\"repository\":{\"full_name\":\"acme/api\",\"clone_url\":\"c\"}}", HAPPENED_PUSHED, NULL, NULL },
        { "github", "pull_request", "{\"action\":\"closed\",\"pull_request\":{\"merged\":true}}", HAPPENED_PUSHED, NULL, NULL },
        { "github", "pull_request", "{\"action\":\"closed\",\"pull_request\":{\"merged\":false}}", HAPPENED_NOTHING, NULL, NULL },
        { "gitlab", NULL, "{\"object_kind\":\"issue\",\"object_attributes\":{\"iid\":7,\"action\":\"open\"}," GL_PROJECT "}", HAPPENED_CREATED, "acme/api#7", NULL },
        { "gitlab", NULL, "{\"object_kind\":\"issue\",\"object_attributes\":{\"iid\":7,\"action\":\"update\"},\"changes\":{\"labels\":{\"previous\":[{\"title\":\"a\"}],"
                          "\"current\":[{\"title\":\"a\"},{\"title\":\"plan\"}]}}," GL_PROJECT "}", HAPPENED_LABELLED, "acme/api#7", "plan" },
        { "gitlab", NULL, "{\"object_kind\":\"issue\",\"object_attributes\":{\"iid\":7,\"action\":\"update\"},\"changes\":{\"labels\":{\"previous\":[{\"title\":\"a\"}],"
                          "\"current\":[]}}," GL_PROJECT "}", HAPPENED_EDITED, "acme/api#7", NULL },
        { "gitlab", NULL, "{\"object_kind\":\"issue\",\"object_attributes\":{\"iid\":7,\"action\":\"close\"}," GL_PROJECT "}", HAPPENED_CLOSED, "acme/api#7", NULL },
        { "gitlab", NULL, "{\"object_kind\":\"note\",\"object_attributes\":{\"id\":3,\"note\":\"/plan\",\"noteable_type\":\"Issue\"},\"issue\":{\"iid\":7}," GL_PROJECT "}",
          HAPPENED_COMMENTED, "acme/api#7", NULL },
        { "gitlab", NULL, "{\"object_kind\":\"note\",\"object_attributes\":{\"id\":3,\"note\":\"x\",\"noteable_type\":\"Issue\",\"system\":true},\"issue\":{\"iid\":7}," GL_PROJECT "}",
          HAPPENED_NOTHING, NULL, NULL },
        { "gitlab", NULL, "{\"object_kind\":\"note\",\"object_attributes\":{\"noteable_type\":\"Commit\"}}", HAPPENED_NOTHING, NULL, NULL },
        { "gitlab", NULL, "{\"object_kind\":\"push\"," GL_PROJECT "}", HAPPENED_PUSHED, NULL, NULL },
        { "gitlab", NULL, "{\"object_kind\":\"pipeline\"}", HAPPENED_NOTHING, NULL, NULL },
        { "gitlab", NULL, "{}", HAPPENED_NOTHING, NULL, NULL },
        { "jira", NULL, "{\"webhookEvent\":\"jira:issue_created\"," JIRA_ISSUE "}", HAPPENED_CREATED, "API-7", NULL },
        { "jira", NULL, "{\"webhookEvent\":\"jira:issue_updated\",\"changelog\":{\"items\":[{\"field\":\"labels\",\"fromString\":\"api planned\",\"toString\":\"api plan planned\"}]}," JIRA_ISSUE "}",
          HAPPENED_LABELLED, "API-7", "plan" },
        { "jira", NULL, "{\"webhookEvent\":\"jira:issue_updated\",\"changelog\":{\"items\":[{\"field\":\"labels\",\"fromString\":\"api\",\"toString\":\"\"}]}," JIRA_ISSUE "}",
          HAPPENED_EDITED, "API-7", NULL },
        { "jira", NULL, "{\"webhookEvent\":\"jira:issue_updated\",\"changelog\":{\"items\":[{\"field\":\"status\"}]}," JIRA_ISSUE "}", HAPPENED_CLOSED, "API-7", NULL },
        { "jira", NULL, "{\"webhookEvent\":\"comment_created\",\"comment\":{\"id\":\"9\",\"body\":\"/plan\"}," JIRA_ISSUE "}", HAPPENED_COMMENTED, "API-7", NULL },
        { "jira", NULL, "{\"webhookEvent\":\"user_created\"}", HAPPENED_NOTHING, NULL, NULL },
        { "linear", NULL, "{\"type\":\"Issue\",\"action\":\"create\",\"data\":{\"id\":\"u-1\"}}", HAPPENED_CREATED, "u-1", NULL },
        { "linear", NULL, "{\"type\":\"Issue\",\"action\":\"update\",\"data\":{\"id\":\"u-1\",\"labels\":[{\"id\":\"l1\",\"name\":\"plan\"}]},\"updatedFrom\":{\"labelIds\":[]}}",
          HAPPENED_LABELLED, "u-1", "plan" },
        { "linear", NULL, "{\"type\":\"Issue\",\"action\":\"update\",\"data\":{\"id\":\"u-1\",\"state\":{\"type\":\"completed\"}},\"updatedFrom\":{\"stateId\":\"s\"}}",
          HAPPENED_CLOSED, "u-1", NULL },
        { "linear", NULL, "{\"type\":\"Issue\",\"action\":\"update\",\"data\":{\"id\":\"u-1\",\"state\":{\"type\":\"completed\"}},\"updatedFrom\":{\"title\":\"s\"}}",
          HAPPENED_EDITED, "u-1", NULL },
        { "linear", NULL, "{\"type\":\"Comment\",\"action\":\"create\",\"data\":{\"id\":\"c\",\"body\":\"/plan\",\"issueId\":\"u-1\"}}", HAPPENED_COMMENTED, "u-1", NULL },
        { "linear", NULL, "{\"type\":\"Comment\",\"action\":\"update\",\"data\":{}}", HAPPENED_NOTHING, NULL, NULL },
        { "linear", NULL, "{\"type\":\"Cycle\",\"action\":\"create\"}", HAPPENED_NOTHING, NULL, NULL },
        { "linear", NULL, "{\"type\":7,\"action\":[]}", HAPPENED_NOTHING, NULL, NULL },
    };
    auto_arena a = arena_new(0);
    for (size_t i = 0; i < countof(rows); i++) {
        struct event x = parsed(a, rows[i].kind, rows[i].event, rows[i].text);
        ck_assert_msg(x.what == rows[i].what, "row %zu %s: %s", i, rows[i].text, happening_names[x.what]);
        if (rows[i].ref) ck_assert_str_eq(x.ref, rows[i].ref);
        if (rows[i].label) ck_assert_str_eq(x.label, rows[i].label);
        else ck_assert_ptr_null(x.label);
        if (x.what == HAPPENED_NOTHING) ck_assert_ptr_nonnull(x.why);
    }
}
END_TEST

/* The same ticket of four systems reads alike. */
START_TEST(test_tickets_read_alike)
{
    auto_arena a = arena_new(0);
    const struct event all[] = {
        parsed(a, "github", "issues", "{\"action\":\"opened\"," GH_ISSUE "}"),
        parsed(a, "gitlab", NULL, arena_fmt(a, "{\"object_kind\":\"issue\"," GL_ISSUE ",\"labels\":[{\"title\":\"plan\"}]," GL_PROJECT "}", "open")),
        parsed(a, "jira", NULL, "{\"webhookEvent\":\"jira:issue_created\"," JIRA_ISSUE "}"),
        parsed(a, "linear", NULL, arena_fmt(a, "{\"type\":\"Issue\",\"action\":\"create\"," LINEAR_ISSUE "}", "completed")),
    };
    for (size_t i = 0; i < countof(all); i++) {
        ck_assert_str_eq(all[i].title, "T");
        ck_assert_str_eq(all[i].body, "B");
        ck_assert_str_eq(all[i].labels.v[0], "plan");
        ck_assert_int_eq(all[i].updated_at, clock_parse("2026-11-23T10:00:00Z"));
        ck_assert_ptr_nonnull(all[i].key);
        ck_assert_int_eq(all[i].closed, i >= 2);
    }
    ck_assert_str_eq(all[2].url, "https://x.atlassian.net/browse/API-7");
    ck_assert_str_eq(all[2].components.v[0], "core");
    ck_assert_str_eq(all[3].project, "API");
}
END_TEST

START_TEST(test_a_generic_sender_with_fields)
{
    static const char text[] = "{\"event\":\"issue.closed\",\"issue\":{\"name\":\"T\",\"text\":\"B\",\"no\":12,\"tags\":[{\"name\":\"plan\"},{\"name\":\"a/b\"}],"
                               "\"at\":\"2026-11-23T10:00:00Z\",\"a/b\":{\"~\":\"who\"}}}";
    struct source_fields fields = { .title = "/issue/name", .body = "/issue/text", .key = "/issue/no", .labels = "/issue/tags",
        .updated_at = "/issue/at", .author = "/issue/a~1b/~0", .url = "/issue/none", .components = "/issue/name" };
    struct source_settings s = { .fields = &fields };
    struct event x = { .what = 0 };
    auto_arena a = arena_new(0);
    auto_json v = NULL;
    struct err e = { 0 };
    ck_assert_int_eq(json_parse(text, strlen(text), &v, &e), ERR_OK);
    const struct payload p = { .json = v, .settings = &s, .arena = a };
    ck_assert_int_eq(kind_generic.parse(&p, &x, &e), ERR_OK);
    ck_assert_int_eq(x.what, HAPPENED_CREATED); /* nothing says what it is */
    ck_assert_str_eq(x.title, "T");
    ck_assert_str_eq(x.key, "12");
    ck_assert_str_eq(x.ref, "12");
    ck_assert_str_eq(x.author, "who");
    ck_assert_int_eq((int)x.labels.n, 2);
    ck_assert_int_eq((int)x.components.n, 0);
    ck_assert_ptr_null(x.url);
    ck_assert_int_eq(x.updated_at, clock_parse("2026-11-23T10:00:00Z"));
}
END_TEST

UNIT_MAIN("tracker kinds", { test_schemes, test_what_happened, test_tickets_read_alike, test_a_generic_sender_with_fields })
