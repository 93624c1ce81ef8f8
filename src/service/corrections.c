/* What people said of a codebase: taken from a request, kept by the store, shown in views. */
#include "service/corrections.h"

#include <stdio.h>
#include <string.h>

#include "service/scope.h"

static const struct field corrections_fields[] = {
    F_STRS(struct corrections_request, statements, 0, 100, 500,
           "what outranks the survey: \"pnpm, not npm\", \"test: make check\", or any sentence"),
    F_STRS(struct corrections_request, exclude, 0, 100, 500,
           "paths that are left out of surveys and of relevance, as git's pathspecs"),
};
const struct record corrections_request_record = RECORD("corrections", struct corrections_request, corrections_fields);

typedef LIST(const char *) text_list;

static bool has(const text_list *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i], text) == 0) return true;
    return false;
}

static bool known(const struct correction_list *l, int kind, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].kind == kind && strcmp(l->v[i].text, text) == 0) return true;
    return false;
}

/* One line of text with something in it. */
static enum err_kind check_texts(const text_list *l, const char *member, struct err *e)
{
    char at[64];
    for (size_t i = 0; i < l->n; i++) {
        const char *s = l->v[i];
        (void)snprintf(at, sizeof at, "/corrections/%s/%zu", member, i);
        if (!s[strspn(s, " \t")]) return err_at(e, ERR_INVALID, at, "is blank");
        for (; *s; s++)
            if ((unsigned char)*s < 0x20) return err_at(e, ERR_INVALID, at, "must be one line");
    }
    return ERR_OK;
}

static enum err_kind replace(struct txn *tx, const struct call *c, const struct repository_row *r, int kind,
                             const text_list *wanted, const struct correction_list *there, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; i < there->n && k == ERR_OK; i++)
        if (there->v[i].kind == kind && !has(wanted, there->v[i].text))
            k = store_correction_delete(tx, there->v[i].n, e);
    for (size_t i = 0; i < wanted->n && k == ERR_OK; i++) {
        struct correction_row row = { .repository = r->n,
                                      .kind = kind,
                                      .text = wanted->v[i],
                                      .created_at = clock_now(c->service->clock),
                                      .created_by = c->caller.person };
        if (known(there, kind, wanted->v[i])) continue;
        k = store_correction_insert(tx, &row, e);
        if (k == ERR_CONFLICT) k = ERR_OK; /* twice in one request */
    }
    return k;
}

enum err_kind corrections_check(const struct corrections_request *in, struct err *e)
{
    text_list said, exclude;
    enum err_kind k;
    if (!in) return ERR_OK;
    memcpy(&said, &in->statements, sizeof said);
    memcpy(&exclude, &in->exclude, sizeof exclude);
    k = check_texts(&said, "statements", e);
    return k == ERR_OK ? check_texts(&exclude, "exclude", e) : k;
}

enum err_kind corrections_patch(struct txn *tx, const struct call *c, const struct corrections_request *in,
                                const struct repository_row *r, struct err *e)
{
    struct correction_list there = { 0 };
    text_list said, exclude;
    enum err_kind k;
    if (!in) return ERR_OK;
    memcpy(&said, &in->statements, sizeof said);
    memcpy(&exclude, &in->exclude, sizeof exclude);
    if ((k = store_correction_list(tx, r->n, c->arena, &there, e)) != ERR_OK) return k;
    if ((k = replace(tx, c, r, CORRECTION_SAID, &said, &there, e)) != ERR_OK) return k;
    return replace(tx, c, r, CORRECTION_EXCLUDE, &exclude, &there, e);
}

static void statement_json(struct txn *tx, const struct correction_row *row, struct arena *a, struct buf *b)
{
    buf_comma(b);
    buf_char(b, '{');
    view_text(b, "text", row->text);
    view_text(b, "by", scope_person(tx, row->created_by, a));
    view_time(b, "at", row->created_at);
    buf_char(b, '}');
}

void corrections_json(struct txn *tx, const struct correction_list *l, struct arena *a, struct buf *b)
{
    if (!l->n) return;
    buf_key(b, "corrections");
    buf_str(b, "{\"statements\":[");
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].kind == CORRECTION_SAID) statement_json(tx, &l->v[i], a, b);
    buf_str(b, "],\"exclude\":[");
    for (size_t i = 0; i < l->n; i++) {
        if (l->v[i].kind != CORRECTION_EXCLUDE) continue;
        buf_comma(b);
        buf_json(b, l->v[i].text);
    }
    buf_str(b, "]}");
}
