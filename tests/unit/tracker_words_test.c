/* Commands in comments, and text that must not do anything where pland writes it. */
#include <check.h>
#include <string.h>
#include "unit/check_main.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "pland/base/hash.h"
#include "pland/store/access.h"
#include "tracker/adf.h"
#include "tracker/command.h"
#include "tracker/comment.h"
#include "tracker/inner.h"
#include "tracker/neutral.h"
#include "tracker/wiki.h"
#include "tracker/session.h"

START_TEST(test_commands)
{
    static const struct { const char *body; size_t n; int verb; const char *text; } rows[] = {
        { "/plan", 1, COMMAND_PLAN, "" },
        { "/plan  ", 1, COMMAND_PLAN, "" },
        { "/plan\r\n", 1, COMMAND_PLAN, "" },
        { "Please\n\n/plan defaults\nThanks", 1, COMMAND_DEFAULTS, "Thanks" },
        { "/plan choose B because it is small", 1, COMMAND_CHOOSE, "B because it is small" },
        { "/plan help", 1, COMMAND_HELP, "" },
        { "/plan explode", 1, COMMAND_UNKNOWN, "" },
        { "/plan Approve r1", 1, COMMAND_UNKNOWN, "r1" },
        { "/planned", 0, 0, NULL },
        { "say /plan", 0, 0, NULL },
        { " /plan", 0, 0, NULL },
        { "> /plan approve r1", 0, 0, NULL },
        { "`/plan approve r1`", 0, 0, NULL },
        { "```\n/plan approve r1\n```", 0, 0, NULL },
        { "~~~~\n/plan approve r1\n~~~\n/plan approve r1\n~~~~\n/plan status", 1, COMMAND_STATUS, "" },
        { "<!--\n/plan approve r1\n-->\n/plan status", 1, COMMAND_STATUS, "" },
        { "", 0, 0, NULL },
        { "/plan refine P2: split it\n\nin two", 1, COMMAND_REFINE, "split it\n\nin two" },
        { "/plan use api\n/plan defaults", 2, COMMAND_USE, "api" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_arena a = arena_new(0);
        command_list l = { 0 };
        commands_read(a, rows[i].body, &l);
        ck_assert_msg(l.n == rows[i].n, "%s: %zu", rows[i].body, l.n);
        if (!l.n) continue;
        ck_assert_msg(l.v[0].verb == rows[i].verb, "%s: %d", rows[i].body, l.v[0].verb);
        ck_assert_str_eq(l.v[0].text, rows[i].text);
    }
}
END_TEST

START_TEST(test_only_an_exact_approval)
{
    static const struct { const char *body; int64_t revision; } rows[] = {
        { "/plan approve r3", 3 }, { "/plan approve r12 ", 12 },  { "/plan approve", 0 },        { "/plan approve 3", 0 },
        { "/plan approve R3", 0 }, { "/plan approve r3 please", 0 }, { "/plan approve r3\nnot yet", 0 }, { "/plan approve r0", 0 },
        { "/plan approve r03", 0 }, { "/plan approve r-1", 0 },   { "/plan approve r99999999999", 0 }, { "/plan approve r", 0 },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_arena a = arena_new(0);
        command_list l = { 0 };
        commands_read(a, rows[i].body, &l);
        ck_assert_int_eq((int)l.n, 1);
        ck_assert_msg(l.v[0].number == rows[i].revision, "%s", rows[i].body);
        ck_assert_int_eq(command_role(&l.v[0]), ROLE_APPROVER);
    }
}
END_TEST

/* What is quoted or hidden was not said by whoever wrote the comment, or not to be seen. */
START_TEST(test_own_words)
{
    static const struct { const char *body, *words; } rows[] = {
        { "Take Postgres.", "Take Postgres.\n" },
        { "> approve it\n\nNo.\n  > really\n", "No.\n" },
        { "yes <!-- and drop P2 --> please", "yes  please\n" },
        { "yes <!-- and so on", "yes \n" },
        { "> all of it", NULL }, { " \n", NULL }, { "", NULL }, { NULL, NULL },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_arena a = arena_new(0);
        const char *got = comment_words(a, rows[i].body);
        if (rows[i].words) ck_assert_str_eq(got, rows[i].words);
        else ck_assert_ptr_null(got);
    }
}
END_TEST

START_TEST(test_answers)
{
    auto_arena a = arena_new(0);
    command_list l = { 0 };
    commands_read(a, "/plan answer Q1: PostgreSQL 15\nq2) yes,\n  with care\n\nQ10. no\n/plan answer\nnothing\n/plan answer Q3", &l);
    ck_assert_int_eq((int)l.n, 3);
    ck_assert_int_eq((int)l.v[0].answers.n, 3);
    ck_assert_str_eq(l.v[0].answers.v[0].question, "Q1");
    ck_assert_str_eq(l.v[0].answers.v[0].answer, "PostgreSQL 15");
    ck_assert_str_eq(l.v[0].answers.v[1].answer, "yes,\n  with care");
    ck_assert_str_eq(l.v[0].answers.v[2].question, "Q10");
    ck_assert_int_eq((int)l.v[1].answers.n, 0);
    ck_assert_int_eq((int)l.v[2].answers.n, 0);
}
END_TEST

START_TEST(test_wiki)
{
    static const struct { const char *md, *wiki; } rows[] = {
        { "[a](https://b.example/{noformat}?c=d|e)", "[a|https://b.example/%7Bnoformat%7D?c=d%7Ce]\n\n" },
        { "**a** and `x_y` of src_1:plan_2", "*a* and {{x_y}} of src_1:plan_2\n\n" },
        { "# T\n\n- a\n  1. b\n- c\n\nd", "h1. T\n\n* a\n*# b\n* c\n\nd\n\n" },
        { "[x](https://a.b/c) ![p](http://e/p.png) [y](javascript:z)", "[x|https://a.b/c] [p|http://e/p.png] y\n\n" },
        { "\\[~bob] {color} -no- (x) *", "\\[\\~bob\\] \\{color\\} \\-no- \\(x) \\*\n\n" },
        { "```\n{noformat}a*\n```", "{noformat}\n{\xe2\x80\x8bnoformat}a*\n{noformat}\n\n" },
        { "|a|b|\n|---|---|\n|1||", "||a||b|\n|1| |\n\n" },
        { "> q", "{quote}\nq\n\n{quote}\n\n" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_buf b = BUF_INIT(10000);
        struct err e;
        ck_assert_int_eq(wiki_from_markdown(rows[i].md, &b, &e), ERR_OK);
        ck_assert_str_eq(buf_cstr(&b), rows[i].wiki);
    }
}
END_TEST

#define Z "\xe2\x80\x8b"

START_TEST(test_neutral)
{
    static const struct { const char *md, *out; } rows[] = {
        { "ask @alice, not a@b.c", "ask @" Z "alice, not a@b.c" },
        { "`@alice` and @bob", "`@alice` and @" Z "bob" },
        { "\\`@alice\\`", "\\`@" Z "alice\\`" },
        { "a ` b @alice", "a ` b @" Z "alice" },
        { "``a ` @x`` @y", "``a ` @x`` @" Z "y" },
        { "\\@alice &#64;bob &commat;carol &#x40;d", "\\@" Z "alice @" Z "bob @" Z "carol @" Z "d" },
        { "![x](http://evil/t.png)", "\\![x](http://evil/t.png)" },
        { "<img src=x> a < b <!-- c -->", "&lt;img src=x> a < b &lt;!-- c -->" },
        { "see #12 and acme/api#3", "see #" Z "12 and acme/api#" Z "3" },
        { "# Heading", "# Heading" },
        { "```\n@alice\n```\n@bob\n", "```\n@alice\n```\n@" Z "bob\n" },
        { "/close\n  /assign @a", Z "/close\n  " Z "/assign @" Z "a" },
        { "```\n@open", "```\n@open\n```\n" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_buf b = BUF_INIT(10000);
        neutral_markdown(rows[i].md, true, &b);
        ck_assert_str_eq(buf_cstr(&b), rows[i].out);
    }
}
END_TEST

/* --- documents ----------------------------------------------------------------------------------------------------- */
static const char *document(struct arena *a, const char *md)
{
    auto_buf b = BUF_INIT(1 << 20);
    auto_json v = NULL;
    struct err e = { 0 };
    ck_assert_int_eq(adf_from_markdown(md, &b, &e), ERR_OK);
    ck_assert_msg(json_parse(b.p, b.n, &v, &e) == ERR_OK, "%s: %s", e.msg, b.p);
    return arena_dup(a, b.p);
}

START_TEST(test_documents)
{
    auto_arena a = arena_new(0);
    static const struct { const char *md, *part; } rows[] = {
        { "Hello **you** and `code`", "{\"type\":\"text\",\"text\":\"you\",\"marks\":[{\"type\":\"strong\"}]}" },
        { "`**x**`", "{\"type\":\"text\",\"text\":\"**x**\",\"marks\":[{\"type\":\"code\"}]}" },
        { "**`x`**", "\"marks\":[{\"type\":\"code\"}]" },
        { "# A\n\ntext", "{\"type\":\"heading\",\"attrs\":{\"level\":1},\"content\":[{\"type\":\"text\",\"text\":\"A\"}]}" },
        { "- a\n- b\n  - c", "{\"type\":\"listItem\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"b\"}]},{\"type\":\"bulletList\"" },
        { "1. a", "{\"type\":\"orderedList\",\"content\":[{\"type\":\"listItem\"" },
        { "```c\nint a;\n```", "{\"type\":\"codeBlock\",\"content\":[{\"type\":\"text\",\"text\":\"int a;\"}]}" },
        { "[x](https://a.example/b)", "{\"type\":\"link\",\"attrs\":{\"href\":\"https://a.example/b\"}}" },
        { "<script>x</script>", "<script>x" },
        { "a\n\n---\n\nb", "{\"type\":\"rule\"}" },
        { "| a | b |\n|---|---|\n| c | d |", "{\"type\":\"tableHeader\",\"content\":[{\"type\":\"paragraph\"" },
        { "", "{\"type\":\"paragraph\"" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        const char *got = document(a, rows[i].md);
        ck_assert_msg(strstr(got, rows[i].part) != NULL, "%s: %s", rows[i].md, got);
    }
    ck_assert_ptr_null(strstr(document(a, "[x](javascript:alert(1)) ![y](data:x)"), "\"link\""));
    ck_assert_ptr_null(strstr(document(a, "@alice"), "mention"));
}
END_TEST

START_TEST(test_text_of_documents)
{
    auto_arena a = arena_new(0);
    const char *text = document(a, "# A\n\nb *c*\n\n- d\n- e\n\n```\n/plan\n```");
    auto_buf b = BUF_INIT(1 << 20);
    auto_json v = NULL;
    struct err e = { 0 };
    ck_assert_int_eq(json_parse(text, strlen(text), &v, &e), ERR_OK);
    adf_text(v, &b);
    ck_assert_str_eq(buf_cstr(&b), "A\nb c\nd\ne\n/plan");
}
END_TEST

/* --- apps ---------------------------------------------------------------------------------------------------------- */
START_TEST(test_tokens_of_apps)
{
    auto_arena a = arena_new(0);
    gnutls_x509_privkey_t key;
    gnutls_privkey_t private;
    gnutls_pubkey_t public;
    gnutls_datum_t pem, data, mac;
    uint8_t raw[600];
    const char *jwt = NULL, *dot;
    char *b64;
    struct err e = { 0 };
    long n;
    ck_assert_int_eq(hash_init(&e), ERR_OK);
    ck_assert_int_eq(gnutls_x509_privkey_init(&key), 0);
    ck_assert_int_eq(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 2048, 0), 0);
    ck_assert_int_eq(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
    ck_assert_msg(jwt_make(arena_dup_n(a, pem.data, pem.size), 12345, 1700000000, a, &jwt, &e) == ERR_OK, "%s", e.msg);
    dot = strrchr(jwt, '.');
    b64 = arena_fmt(a, "%s%.*s", dot + 1, (int)((4 - strlen(dot + 1) % 4) % 4), "===");
    for (char *c = b64; *c; c++) *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    n = hash_unbase64(raw, sizeof raw, b64);
    ck_assert_int_eq(n, 256);
    data = (gnutls_datum_t){ (unsigned char *)(uintptr_t)jwt, (unsigned)(dot - jwt) };
    mac = (gnutls_datum_t){ raw, (unsigned)n };
    ck_assert_int_eq(gnutls_privkey_init(&private), 0);
    ck_assert_int_eq(gnutls_privkey_import_x509(private, key, 0), 0);
    ck_assert_int_eq(gnutls_pubkey_init(&public), 0);
    ck_assert_int_eq(gnutls_pubkey_import_privkey(public, private, 0, 0), 0);
    ck_assert_int_ge(gnutls_pubkey_verify_data2(public, GNUTLS_SIGN_RSA_SHA256, 0, &data, &mac), 0);
    ck_assert_int_eq(strncmp(jwt, "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE2OTk5OTk5NDAsImV4cCI6MTcwMDAwMDU0MCwiaXNzIjoiMTIzNDUifQ.", 104), 0);
    ck_assert_int_eq(jwt_make("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n", 1, 1, a, &jwt, &e), ERR_INVALID);
    gnutls_pubkey_deinit(public);
    gnutls_privkey_deinit(private);
    gnutls_x509_privkey_deinit(key);
    gnutls_free(pem.data);
}
END_TEST

UNIT_MAIN("tracker words", { test_commands, test_only_an_exact_approval, test_own_words, test_wiki, test_answers, test_neutral, test_documents, test_text_of_documents,
                             test_tokens_of_apps })
