/* Collects every string of a document with the section it stands in, by walking the record tables: a field added to
 * the document is looked at without a change here. */
#include "check/inner.h"

#include <string.h>

/* What a field holds; everything not listed is prose. record NULL: in any record. */
static const struct {
    const char *record, *key;
    enum text_kind kind;
} kinds[] = {
    { "file_change", "path", TEXT_PATH },     { "file_change", "from", TEXT_PATH },
    { "code_block", "path", TEXT_PATH },      { "code_block", "language", TEXT_NAME },
    { "code_block", "text", TEXT_CODE },      { "automated", "command", TEXT_COMMAND },
    { "automated", "provided_by", TEXT_NAME }, { "evidence", "path", TEXT_PATH },
    { "test_scenario", "file", TEXT_PATH },   { "test_scenario", "requirement", TEXT_NAME },
    { "requirement", "quote", TEXT_QUOTE },   { "requirement", "source", TEXT_QUOTE },
    { "requirement", "text", TEXT_QUOTE },    { "header", "ticket_key", TEXT_QUOTE },
    { "header", "ticket_url", TEXT_QUOTE },   { "header", "ticket_title", TEXT_QUOTE },
    { "header", "created", TEXT_QUOTE },      { "header", "title", TEXT_QUOTE },
    { "deliverable", "name", TEXT_NAME },     { "phase", "depends_on", TEXT_NAME },
    { "phase", "requirements", TEXT_NAME },   { "rollback", "commands", TEXT_COMMAND },
    { "documentation", "target", TEXT_TARGET }, { "timeline", "deadline", TEXT_QUOTE },
    { "waived_section", "section", TEXT_NAME }, { "base", NULL, TEXT_QUOTE },
    { NULL, "id", TEXT_NAME },                { NULL, "drafted_by", TEXT_QUOTE },
};

struct at { const char *anchor; size_t phase; const struct code_block *block; };

static enum text_kind kind_of(const char *record, const char *key)
{
    for (size_t i = 0; i < countof(kinds); i++)
        if ((!kinds[i].record || strcmp(kinds[i].record, record) == 0) &&
            (!kinds[i].key || strcmp(kinds[i].key, key) == 0))
            return kinds[i].kind;
    return TEXT_PROSE;
}

static void add(struct checking *c, const struct record *r, const struct field *f, const char *s, struct at at)
{
    struct text *t;
    if (!s || !*s || !wanted(c, at.anchor)) return;
    t = arena_push(c->work, &c->texts, sizeof *t);
    if (!t) return;
    *t = (struct text){
        .s = s, .anchor = at.anchor, .phase = at.phase, .kind = kind_of(r->name, f->key), .key = f->key
    };
    if (at.block && t->kind == TEXT_CODE) {
        t->language = at.block->language;
        t->path = at.block->path;
    }
}

/* Sections are fields of the document and of its closing part. */
static const char *section_of(const struct record *r, const struct field *f, const char *now)
{
    if (r != &document_record && r != &closing_record) return now;
    return strcmp(f->key, "out_of_scope") == 0 ? "scope" : f->key;
}

static void walk(struct checking *c, const struct record *r, const char *src, struct at at);

static struct at inside(const struct record *r, const char *src, size_t i, struct at at)
{
    if (r == &phase_record) {
        at.anchor = ((const struct phase *)(const void *)src)->id;
        at.phase = i;
    } else if (strcmp(r->name, "step") == 0) {
        const struct step *s = (const void *)src;
        if (s->id) at.anchor = s->id;
    } else if (strcmp(r->name, "code_block") == 0) {
        at.block = (const void *)src;
    } else if (strcmp(r->name, "waived_section") == 0) {
        at.anchor = ((const struct waived_section *)(const void *)src)->section;
    }
    return at;
}

static void walk_list(struct checking *c, const struct record *sub, const void *list, struct at at)
{
    LIST(const char) l;
    memcpy(&l, list, sizeof l);
    for (size_t i = 0; i < l.n; i++) walk(c, sub, l.v + i * sub->size, inside(sub, l.v + i * sub->size, i, at));
}

static void walk_strs(struct checking *c, const struct record *r, const struct field *f, const void *list, struct at at)
{
    LIST(const char *) l;
    memcpy(&l, list, sizeof l);
    for (size_t i = 0; i < l.n; i++) add(c, r, f, l.v[i], at);
}

static void walk(struct checking *c, const struct record *r, const char *src, struct at at)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = &r->fields[i];
        const void *p = src + f->offset;
        struct at here = at;
        here.anchor = section_of(r, f, at.anchor);
        switch (f->type) {
        case FIELD_STR: add(c, r, f, *(const char *const *)p, here); break;
        case FIELD_STRS: walk_strs(c, r, f, p, here); break;
        case FIELD_RECORD: walk(c, f->sub, p, here); break;
        case FIELD_OPTION:
            if (*(const char *const *)p) walk(c, f->sub, *(const char *const *)p, here);
            break;
        case FIELD_LIST: walk_list(c, f->sub, p, here); break;
        case FIELD_INT:
        case FIELD_BOOL:
        case FIELD_ENUM:
        case FIELD_MONEY:
        case FIELD_TIME:
        case FIELD_JSON: break;
        }
    }
}

void texts_collect(struct checking *c)
{
    walk(c, &document_record, (const char *)c->d, (struct at){ .anchor = "header", .phase = SIZE_MAX });
}
