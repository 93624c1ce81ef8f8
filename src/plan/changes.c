/* Changes of a document: read by the tables of its sections, then laid over the document that they are about. */
#include "pland/plan/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/records.h"
#include "plan/sections.h"

/* --- the table, made of the sections' own ---------------------------------------------------------------------- */
#define T struct header
static const struct field words_rows[] = {
    F_STR(T, title, 0, 0, 300, "Title of the plan; null: as it is"),
    F_STR(T, approach, 0, 0, TEXT_BYTES, "The approach in one or two sentences; null: as it is"),
    F_STR(T, approach_why, 0, 0, TEXT_BYTES, "Why this approach; null: as it is"),
};
#undef T
static const struct record words_record = RECORD("header", struct header, words_rows);

#define T struct phase_change
static const struct field phase_change_rows[] = {
    F_STR(T, id, NAMED, 1, ID_BYTES, "Id of the phase that changes (ph1, ph2, …); for a new one new1, new2, …"),
    F_STR(T, after, 0, 0, ID_BYTES,
          "Id of the phase it comes after, an empty string for the first place; null: where it is, a new one last"),
    F_REC(T, phase, GIVEN, &phase_record, "The phase as it is from now on, whole"),
};
#undef T
static const struct record phase_change_record = RECORD("phase_change", struct phase_change, phase_change_rows);

#define T struct changes
static const struct field phases_rows[] = {
    F_LIST(T, phases, LISTED, &phase_change_record, FEW, "Phases that change or are new; null: none"),
    F_STRS(T, removed, LISTED, FEW, ID_BYTES, "Ids of phases that go; null: none"),
};
#undef T

struct table {
    struct record record;
    struct field rows[RECORD_FIELDS_MAX];
};

static struct field section_row(const struct section_kind *k)
{
    struct field f = {.type = FIELD_RECORD, .sub = &words_record, .help = "Title and approach; null: as they are"};
    if (k->key) f = section_part(k).fields[0];
    f.key = k->id;
    f.flags = 0;
    f.offset += offsetof(struct changes, parts) + k->base;
    return f;
}

static struct field waivers_row(void)
{
    struct field f = closing_record.fields[closing_record.n - 1]; /* not_applicable */
    f.flags = 0;
    f.offset += offsetof(struct changes, parts) + offsetof(struct document, closing);
    return f;
}

static void make_table(struct table *t)
{
    size_t n = countof(phases_rows);
    memcpy(t->rows, phases_rows, sizeof phases_rows);
    for (size_t i = 0; i < section_kind_n; i++)
        if (section_kinds[i].shape == SHAPE_SINGLE) t->rows[n++] = section_row(&section_kinds[i]);
    t->rows[n++] = waivers_row();
    t->record = (struct record){.name = "changes", .size = sizeof(struct changes), .fields = t->rows, .n = n};
}

void changes_schema(const struct field *first, struct buf *b)
{
    struct table t;
    make_table(&t);
    record_schema_with(&t.record, first, b);
}

static bool is_given(const json_t *v, const char *key)
{
    const json_t *member = json_object_get(v, key);
    return member && !json_is_null(member);
}

enum err_kind changes_decode(const json_t *v, struct arena *a, struct changes *ret, struct err *e)
{
    struct table t;
    struct changes c = {0};
    enum err_kind k;
    make_table(&t);
    if ((k = record_decode(&t.record, v, &c, a, "", e)) != ERR_OK) return k;
    for (size_t i = 0; i < section_kind_n; i++)
        if (section_kinds[i].shape == SHAPE_SINGLE && is_given(v, section_kinds[i].id)) c.given |= (uint32_t)1 << i;
    c.waivers = json_array_size(json_object_get(v, "not_applicable")) > 0; /* giving a section takes its reason back */
    *ret = c;
    return ERR_OK;
}

/* --- sections -------------------------------------------------------------------------------------------------- */
static size_t value_size(const struct field *f)
{
    LIST(void) list;
    return f->type == FIELD_RECORD ? f->sub->size : f->type == FIELD_STR ? sizeof(const char *) : sizeof list;
}

static void put_words(const struct header *from, struct header *to)
{
    if (from->title) to->title = from->title;
    if (from->approach) to->approach = from->approach;
    if (from->approach_why) to->approach_why = from->approach_why;
}

/* What a section says is no longer beside a reason why it says nothing. */
static enum err_kind drop_waiver(struct document *d, const char *id, struct arena *a, struct err *e)
{
    struct closing kept = {0};
    if (!section_waiver(d, id)) return ERR_OK;
    for (size_t i = 0; i < d->closing.not_applicable.n; i++) {
        struct waived_section *w;
        if (strcmp(d->closing.not_applicable.v[i].section, id) == 0) continue;
        if (!(w = arena_push(a, &kept.not_applicable, sizeof *w))) return arena_check(a, e);
        *w = d->closing.not_applicable.v[i];
    }
    d->closing.not_applicable = kept.not_applicable;
    return ERR_OK;
}

static enum err_kind put_sections(const struct changes *c, struct arena *a, struct document *d, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < section_kind_n; i++) {
        const struct section_kind *kind = &section_kinds[i];
        struct field f;
        if (!(c->given & (uint32_t)1 << i)) continue;
        if (!kind->key) {
            put_words(&c->parts.header, &d->header);
            continue;
        }
        f = section_part(kind).fields[0];
        memcpy((char *)d + kind->base + f.offset, (const char *)&c->parts + kind->base + f.offset, value_size(&f));
        if (!c->waivers) k = drop_waiver(d, kind->id, a, e);
    }
    if (c->waivers) d->closing.not_applicable = c->parts.closing.not_applicable;
    return k;
}

/* --- phases ---------------------------------------------------------------------------------------------------- */
struct laying { /* the phases while changes are laid over them; v has room for all */
    const struct changes *c;
    const struct document *head;
    struct arena *a;
    struct phase *v;
    size_t n;
    const char **ids; /* per change, the id that its phase has */
};

static size_t find(const struct laying *l, const char *id)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i].id, id) == 0) return i;
    return SIZE_MAX;
}

/* The id that a phase has which a change speaks of. */
static const char *real_id(const struct laying *l, const char *id)
{
    for (size_t i = 0; id && i < l->c->phases.n; i++)
        if (l->c->phases.v[i].id && strcmp(l->c->phases.v[i].id, id) == 0) return l->ids[i];
    return id;
}

static void take_out(struct laying *l, size_t at)
{
    l->n--;
    memmove(l->v + at, l->v + at + 1, (l->n - at) * sizeof *l->v);
}

static void put_in(struct laying *l, size_t at, const struct phase *p)
{
    memmove(l->v + at + 1, l->v + at, (l->n - at) * sizeof *l->v);
    l->v[at] = *p;
    l->n++;
}

/* References of what was given to new phases get the ids that these have now. */
static void rename_references(const struct laying *l, struct phase *p)
{
    for (size_t i = 0; i < p->depends_on.n; i++) p->depends_on.v[i] = real_id(l, p->depends_on.v[i]);
    for (size_t i = 0; i < p->automated.n; i++) p->automated.v[i].provided_by = real_id(l, p->automated.v[i].provided_by);
}

/* Phases that come after the same one come in the order in which they were given. */
static size_t behind_others(const struct laying *l, size_t i, size_t at)
{
    const char *after = real_id(l, l->c->phases.v[i].after);
    for (size_t j = 0; j < i && at < l->n; j++) {
        const char *other = real_id(l, l->c->phases.v[j].after);
        if (other && strcmp(other, after) == 0 && strcmp(l->v[at].id, l->ids[j]) == 0) at++;
    }
    return at;
}

static enum err_kind lay_phase(struct laying *l, size_t i, const char *drafted_by, struct err *e)
{
    const struct phase_change *x = &l->c->phases.v[i];
    size_t was = phase_index(l->head, l->ids[i]), at = find(l, l->ids[i]), after;
    const struct phase *old = was != SIZE_MAX ? &l->head->phases.v[was] : NULL;
    struct phase p = x->phase;
    char where[40];
    p.id = l->ids[i];
    p.drafted_by = drafted_by;
    for (size_t s = 0; s < p.steps.n; s++) p.steps.v[s].id = old && s < old->steps.n ? old->steps.v[s].id : NULL;
    rename_references(l, &p);
    if (at != SIZE_MAX) take_out(l, at);
    if (!x->after) at = at != SIZE_MAX ? at : l->n;
    else if (!x->after[0]) at = behind_others(l, i, 0);
    else {
        after = find(l, real_id(l, x->after));
        (void)snprintf(where, sizeof where, "/phases/%zu/after", i);
        if (after == SIZE_MAX) return err_at(e, ERR_INVALID, where, "there is no phase %.60s", x->after);
        at = behind_others(l, i, after + 1);
    }
    put_in(l, at, &p);
    return ERR_OK;
}

/* The first number that no phase has, whatever else was given out. */
static int64_t free_number(const struct document *head, int64_t next_section)
{
    for (size_t i = 0; i < head->phases.n; i++) {
        const char *id = head->phases.v[i].id;
        int64_t n = strncmp(id, "ph", 2) == 0 ? strtoll(id + 2, NULL, 10) : 0;
        if (n >= next_section) next_section = n + 1;
    }
    return next_section;
}

static enum err_kind name_phases(struct laying *l, int64_t next_section, struct err *e)
{
    next_section = free_number(l->head, next_section);
    for (size_t i = 0; i < l->c->phases.n; i++) {
        const char *id = l->c->phases.v[i].id;
        char where[40];
        for (size_t j = 0; j < i; j++)
            if (strcmp(l->c->phases.v[j].id, id) == 0) {
                (void)snprintf(where, sizeof where, "/phases/%zu/id", i);
                return err_at(e, ERR_INVALID, where, "the phase %.60s is there twice", id);
            }
        l->ids[i] = find(l, id) != SIZE_MAX ? id : arena_fmt(l->a, "ph%lld", (long long)next_section++);
    }
    return arena_check(l->a, e);
}

static enum err_kind remove_phases(struct laying *l, struct err *e)
{
    for (size_t i = 0; i < l->c->removed.n; i++) {
        size_t at = find(l, l->c->removed.v[i]);
        char where[40];
        (void)snprintf(where, sizeof where, "/removed/%zu", i);
        if (at == SIZE_MAX) return err_at(e, ERR_INVALID, where, "there is no phase %.60s", l->c->removed.v[i]);
        for (size_t j = 0; j < l->c->phases.n; j++)
            if (strcmp(l->c->phases.v[j].id, l->c->removed.v[i]) == 0)
                return err_at(e, ERR_INVALID, where, "the phase %.60s is changed as well", l->c->removed.v[i]);
        take_out(l, at);
    }
    return ERR_OK;
}

enum err_kind changes_apply(const struct changes *c, const struct document *head, int64_t next_section,
                            const char *drafted_by, struct arena *a, struct document *ret, struct err *e)
{
    struct document d = *head;
    struct laying l = {.c = c, .head = head, .a = a};
    enum err_kind k = put_sections(c, a, &d, e);
    if (k != ERR_OK) return k;
    l.v = arena_alloc(a, (head->phases.n + c->phases.n + 1) * sizeof *l.v);
    l.ids = arena_alloc(a, (c->phases.n + 1) * sizeof *l.ids);
    if (!l.v || !l.ids) return arena_check(a, e);
    if (head->phases.n) memcpy(l.v, head->phases.v, head->phases.n * sizeof *l.v);
    l.n = head->phases.n;
    if ((k = name_phases(&l, next_section, e)) != ERR_OK || (k = remove_phases(&l, e)) != ERR_OK) return k;
    for (size_t i = 0; i < c->phases.n; i++)
        if ((k = lay_phase(&l, i, drafted_by, e)) != ERR_OK) return k;
    d.phases.v = l.v;
    d.phases.n = l.n;
    if ((k = document_validate(&d, a, e)) == ERR_OK) *ret = d;
    return k;
}
