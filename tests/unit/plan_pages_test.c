/* Protects readers of pages: every text of a document, found by its record tables, is each of the vectors of
 * tests/scenario/xss.json in turn, and nothing of it becomes markup. tests/scenario/test_html.py reads the same pages with
 * a browser's parser; see page_files.h. */
#include <string.h>

#include "unit/page_files.h"
#include "unit/plan_fixture.h"

static struct err err;

/* --- documents by record table --------------------------------------------------------------------------------- */
struct fill {
    struct arena *a;
    const char *text;
    size_t texts, ids;
};

static void fill_record(struct fill *f, const struct record *r, char *p);

static void *fill_list(struct fill *f, char *p, size_t n, size_t size)
{
    LIST(void) l = { arena_alloc(f->a, n * size), n };
    ck_assert_ptr_nonnull(l.v);
    memcpy(p, &l, sizeof l);
    return l.v;
}

static void fill_strings(struct fill *f, char *p)
{
    const char **v = fill_list(f, p, 2, sizeof *v);
    for (size_t i = 0; i < 2; i++) v[i] = f->text;
    f->texts++;
}

static void fill_records(struct fill *f, const struct field *x, char *p)
{
    size_t n = strcmp(x->key, "phases") == 0 ? 3 : 1; /* so many that the long form is chosen */
    char *v = fill_list(f, p, n, x->sub->size);
    for (size_t i = 0; i < n; i++) fill_record(f, x->sub, v + i * x->sub->size);
}

/* Ids are unique all the same. */
static void fill_string(struct fill *f, const struct field *x, char *p)
{
    const char *s = strcmp(x->key, "id") == 0 ? arena_fmt(f->a, "%s%zu", f->text, ++f->ids) : f->text;
    memcpy(p, &s, sizeof s);
    f->texts++;
}

static void fill_field(struct fill *f, const struct field *x, char *p)
{
    int64_t one = 1;
    switch (x->type) {
    case FIELD_STR: fill_string(f, x, p); break;
    case FIELD_STRS: fill_strings(f, p); break;
    case FIELD_INT: memcpy(p, &one, sizeof one); break;
    case FIELD_LIST: fill_records(f, x, p); break;
    case FIELD_RECORD: fill_record(f, x->sub, p); break;
    case FIELD_ENUM: break; /* the first */
    case FIELD_BOOL:
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_OPTION:
    case FIELD_JSON: ck_abort_msg("a document has no field like %s so far", x->key);
    }
}

static void fill_record(struct fill *f, const struct record *r, char *p)
{
    for (size_t i = 0; i < r->n; i++) fill_field(f, &r->fields[i], p + r->fields[i].offset);
}

/* Everything is the text; what refers to something refers to it, so that what is computed is there as well. */
static struct document filled(struct arena *a, const char *text, size_t *ret_texts)
{
    struct fill f = { .a = a, .text = text };
    struct document d = { 0 };
    fill_record(&f, &document_record, (char *)&d);
    for (size_t i = 0; i < d.phases.n; i++) {
        if (i > 0) d.phases.v[i].depends_on.v[0] = d.phases.v[i - 1].id;
        d.phases.v[i].requirements.v[0] = d.requirements.v[0].id;
    }
    d.phases.v[2].steps.v[0].files.v[0].change = CHANGE_RENAME;
    *ret_texts = f.texts;
    return d;
}

/* --- the vectors ----------------------------------------------------------------------------------------------- */
static json_t *vectors(void)
{
    json_error_t e;
    json_t *v = json_load_file(SOURCE_DIR "/tests/scenario/xss.json", 0, &e);
    ck_assert_msg(v != NULL, "%s", e.text);
    return v;
}

/* Every "<" begins one of our tags. */
static void only_ours(const char *html, const char *vector)
{
    static const char *const tags[] = {
        "a", "blockquote", "body", "br", "code", "del", "details", "div", "em", "figcaption", "figure", "h1", "h2", "h3",
        "h4", "head", "hr", "html", "input", "label", "li", "main", "meta", "nav", "ol", "p", "pre", "rect", "section",
        "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul",
    };
    for (const char *s = html + strlen("<!doctype html>"); (s = strchr(s, '<')); s++) {
        const char *name = s + 1 + (s[1] == '/');
        size_t n = strcspn(name, " >\n/"), i = 0;
        while (i < countof(tags) && (strlen(tags[i]) != n || strncmp(tags[i], name, n) != 0)) i++;
        ck_assert_msg(i < countof(tags), "%.*s of %s", (int)(n + 20), s, vector);
    }
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)); s += strlen(what)) n++;
    return n;
}

static void try_vector(const char *vector, size_t number)
{
    auto_arena a = arena_new(0);
    auto_buf page = BUF_INIT(BUF_MAX_DEFAULT), md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT);
    char name[32];
    size_t texts;
    struct document d = filled(a, vector, &texts);
    ck_assert_uint_gt(texts, 90);
    ck_assert_int_eq(document_html(&d, NULL, &page, &err), ERR_OK);
    only_ours(buf_cstr(&page), vector);
    ck_assert_uint_eq(count(buf_cstr(&page), "<h1>"), 1);
    ck_assert_uint_eq(count(buf_cstr(&page), " class=\"phase\">"), 3);
    ck_assert_uint_eq(count(buf_cstr(&page), " class=\"step\">"), 3);
    ck_assert_uint_eq(count(buf_cstr(&page), "<pre class=\"mermaid\">"), 2);
    document_markdown(&d, NULL, &md);
    ck_assert_int_eq(markdown_html(md.p, md.n, &html, &err), ERR_OK);
    only_ours(buf_cstr(&html), vector);
    (void)snprintf(name, sizeof name, "xss-%03zu", number);
    page_file(name, &page);
}

START_TEST(no_text_becomes_markup)
{
    json_t *all = vectors(), *list, *vector;
    const char *class;
    size_t i, n = 0;
    json_object_foreach(all, class, list)
        json_array_foreach(list, i, vector) try_vector(json_string_value(vector), n++);
    ck_assert_uint_ge(n, 150);
    json_decref(all);
}
END_TEST

START_TEST(fixtures_are_pages)
{
    static const char *const names[] = { "full", "small", "hostile" };
    for (size_t i = 0; i < countof(names); i++) {
        auto_arena a = arena_new(0);
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d = fixture(a, arena_fmt(a, "%s.json", names[i]));
        ck_assert_int_eq(document_html(&d, NULL, &b, &err), ERR_OK);
        only_ours(buf_cstr(&b), names[i]);
        page_file(names[i], &b);
    }
}
END_TEST

UNIT_MAIN("plan_pages", { no_text_becomes_markup, fixtures_are_pages })
