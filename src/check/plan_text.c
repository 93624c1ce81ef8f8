/* Any plan as text: this project's JSON, its Markdown (known by its anchors), or anybody's Markdown. */
#include "check/inner.h"

#include <stdlib.h>
#include <string.h>

const char *const check_form_names[] = { "auto", "json", "markdown", "foreign", NULL };

/* "<!-- ph1 -->", "<!-- overview -->": only a rendering of this project has them. */
static bool has_our_anchor(const char *md, size_t n)
{
    const char *id;
    if (memmem(md, n, "<!-- ph1", 8) || memmem(md, n, "<!-- ph2", 8)) return true;
    for (size_t i = 0; (id = section_id(i)) != NULL; i++) {
        char mark[80];
        int len = snprintf(mark, sizeof mark, "<!-- %s -->", id);
        if (len > 0 && memmem(md, n, mark, (size_t)len)) return true;
    }
    return false;
}

static enum check_form form_of(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]) && text[i]) i++;
    if (i < n && text[i] == '{') return CHECK_JSON;
    return has_our_anchor(text, n) ? CHECK_MARKDOWN : CHECK_FOREIGN;
}

/* What an export writes holds the document as a member; the document alone will do, too. */
static enum err_kind read_json(const char *text, size_t n, struct arena *a, struct document *d, struct err *e)
{
    auto_json root = NULL;
    json_t *inner;
    enum err_kind k = json_parse(text, n, &root, e);
    if (k != ERR_OK) return k;
    inner = json_object_get(root, "document");
    if (!json_is_object(inner)) inner = root;
    if ((k = record_decode(&document_record, inner, d, a, inner == root ? "" : "/document", e)) != ERR_OK) return k;
    return document_validate(d, a, e);
}

/* The line of a section's or step's anchor; a step without one has its phase's. */
static int64_t line_of_anchor(const char *md, size_t n, const char *anchor)
{
    char mark[80];
    const char *at;
    int64_t line = 1;
    int len = snprintf(mark, sizeof mark, "<!-- %s -->", anchor);
    at = len > 0 && len < (int)sizeof mark ? memmem(md, n, mark, (size_t)len) : NULL;
    if (!at && strchr(anchor, '.')) {
        (void)snprintf(mark, sizeof mark, "%.*s", (int)strcspn(anchor, "."), anchor);
        return line_of_anchor(md, n, mark);
    }
    for (const char *p = md; at && p < at; p++) line += *p == '\n';
    return at ? line : 1;
}

/* Where the words at fault stand below their anchor; else the anchor. */
static int64_t line_of(const char *md, size_t n, const struct check_finding *f)
{
    int64_t line = line_of_anchor(md, n, f->anchor ? f->anchor : "");
    const char *p = md, *end = md + n, *hit;
    size_t words = f->evidence ? strlen(f->evidence) : 0;
    for (int64_t i = 1; i < line && p; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (p) p++;
    }
    hit = p && words > 2 ? memmem(p, (size_t)(end - p), f->evidence, words) : NULL;
    for (; hit && p < hit; p++) line += *p == '\n';
    return line;
}

enum err_kind check_text(const char *text, size_t n, enum check_form form, const struct check_input *in,
                         struct arena *a, struct check_result *ret, struct err *e)
{
    struct document *d = arena_alloc(a, sizeof *d);
    enum err_kind k;
    if (!d) return err_nomem(e);
    if (form == CHECK_AUTO) form = form_of(text, n);
    if (form == CHECK_FOREIGN) return check_foreign(text, n, in, a, ret, e);
    if (form == CHECK_JSON) k = read_json(text, n, a, d, e);
    else k = document_from_markdown(text, n, NULL, a, d, e);
    if (k != ERR_OK || (k = check_run(d, in, a, ret, e)) != ERR_OK) return k;
    for (size_t i = 0; form == CHECK_MARKDOWN && i < ret->findings.n; i++)
        ret->findings.v[i].line = line_of(text, n, &ret->findings.v[i]);
    return ERR_OK;
}
