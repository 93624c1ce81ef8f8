/* Documents ↔ content-addressed sections, the hash of the whole, and what became of sections between revisions. */
#include "pland/plan/document.h"

#include <stdio.h>
#include <string.h>

#include "plan/sections.h"

const char *const section_fate_names[] = {
    [SECTION_ADDED] = "added", [SECTION_REMOVED] = "removed", [SECTION_CHANGED] = "changed",
    [SECTION_MOVED] = "moved", NULL,
};

/* --- cutting --------------------------------------------------------------------------------------------------- */
/* Every reason belongs to one section that may have one. */
static enum err_kind check_waivers(const struct document *d, struct err *e)
{
    for (size_t i = 0; i < d->closing.not_applicable.n; i++) {
        const char *id = d->closing.not_applicable.v[i].section;
        const struct section_kind *k = section_kind_of(id);
        if (!k || k->fixed) return err_set(e, ERR_INVALID, "section %s cannot be waived", id ? id : "without id");
        for (size_t j = 0; j < i; j++)
            if (strcmp(d->closing.not_applicable.v[j].section, id) == 0)
                return err_set(e, ERR_INVALID, "section %s is waived twice", id);
    }
    return ERR_OK;
}

static enum err_kind add_section(section_list *l, const char *id, const char *title, const struct buf *bytes,
                                 struct arena *a, struct err *e)
{
    enum err_kind k = buf_check(bytes, e);
    struct section *s = k == ERR_OK ? arena_push(a, l, sizeof *s) : NULL;
    if (!s) return k != ERR_OK ? k : arena_check(a, e);
    s->id = arena_dup(a, id);
    s->title = arena_dup(a, title ? title : "");
    s->bytes = arena_dup_n(a, bytes->p, bytes->n);
    s->n = bytes->n;
    k = arena_check(a, e);
    if (k == ERR_OK) s->hash = hash_sha256(s->bytes, s->n);
    return k;
}

static void section_bytes(const char *id, const struct record *r, const void *src, const char *waiver, struct buf *b)
{
    buf_clear(b);
    buf_str(b, "{\"id\":");
    buf_json(b, id);
    buf_str(b, ",\"body\":");
    record_canonical(r, src, b);
    if (waiver) {
        buf_str(b, ",\"not_applicable\":");
        buf_json(b, waiver);
    }
    buf_char(b, '}');
}

static enum err_kind split_phases(const struct document *d, struct arena *a, section_list *l, struct buf *b,
                                  struct err *e)
{
    for (size_t i = 0; i < d->phases.n; i++) {
        const struct phase *p = &d->phases.v[i];
        enum err_kind k;
        if (!p->id || section_kind_of(p->id) || phase_index(d, p->id) != i)
            return err_set(e, ERR_INVALID, "phase %zu has no id of its own", i + 1);
        section_bytes(p->id, &phase_record, p, NULL, b);
        k = add_section(l, p->id, p->title, b, a, e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

enum err_kind document_split(const struct document *d, struct arena *a, section_list *ret, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    section_list l = { 0 };
    enum err_kind k = check_waivers(d, e);
    for (size_t i = 0; k == ERR_OK && i < section_kind_n; i++) {
        const struct section_kind *kind = &section_kinds[i];
        if (kind->shape == SHAPE_PHASES) {
            k = split_phases(d, a, &l, &b, e);
        } else if (kind->shape == SHAPE_SINGLE) {
            struct record part = section_part(kind);
            section_bytes(kind->id, &part, (const char *)d + kind->base, section_waiver(d, kind->id), &b);
            k = add_section(&l, kind->id, kind->title, &b, a, e);
        }
    }
    if (k == ERR_OK) *ret = l;
    return k;
}

/* --- putting together ------------------------------------------------------------------------------------------ */
static enum err_kind join_phase(const char *id, const json_t *body, struct arena *a, struct document *d, struct err *e)
{
    char at[80];
    struct phase *p;
    enum err_kind k;
    if (phase_index(d, id) != SIZE_MAX) return err_set(e, ERR_INVALID, "section %s is there twice", id);
    p = arena_push(a, &d->phases, sizeof *p);
    if (!p) return arena_check(a, e);
    (void)snprintf(at, sizeof at, "/%s", id);
    k = record_decode(&phase_record, body, p, a, at, e);
    if (k == ERR_OK && (!p->id || strcmp(p->id, id) != 0))
        return err_at(e, ERR_INVALID, at, "the section %s holds the phase %s", id, p->id ? p->id : "without id");
    return k;
}

/* Sections of phases are most of a document: they are read in one go. false: join_one() says what is wrong. */
struct phase_section {
    const char *id;
    struct phase body;
};
static const struct field phase_section_fields[] = {
    F_STR(struct phase_section, id, FIELD_REQUIRED, 0, 0, NULL),
    F_REC(struct phase_section, body, FIELD_REQUIRED, &phase_record, NULL),
};
static const struct record phase_section_record = RECORD("section", struct phase_section, phase_section_fields);

static bool join_phase_at_once(const struct section *s, struct arena *a, struct document *d)
{
    struct phase_section x = { 0 };
    struct phase *p;
    struct err e = { 0 };
    if (!s->id || section_kind_of(s->id)) return false;
    if (record_parse(&phase_section_record, s->bytes, s->n, &x, a, &e) != ERR_OK) return false;
    if (!x.body.id || strcmp(x.body.id, x.id) != 0 || section_kind_of(x.id) || phase_index(d, x.id) != SIZE_MAX) return false;
    if (!(p = arena_push(a, &d->phases, sizeof *p))) return false;
    *p = x.body;
    return true;
}

/* What was joined before, with places at which to look next. */
struct earlier {
    const section_list *sections;
    const struct document *document;
    size_t at, phase;
};

/* A phase whose section is the same, by hash, as one of before. */
static bool join_same_phase(const struct section *s, struct earlier *b, struct arena *a, struct document *d)
{
    const struct section *old = s->id ? section_near(b->sections, s->id, &b->at) : NULL;
    size_t i;
    struct phase *p;
    if (!old || memcmp(&old->hash, &s->hash, sizeof s->hash) != 0) return false;
    i = phase_near(b->document, s->id, &b->phase);
    if (i == SIZE_MAX || phase_index(d, s->id) != SIZE_MAX) return false;
    if (!(p = arena_push(a, &d->phases, sizeof *p))) return false;
    *p = b->document->phases.v[i];
    return true;
}

static enum err_kind join_single(const struct section_kind *kind, const json_t *body, struct arena *a,
                                 struct document *d, struct err *e)
{
    struct record part = section_part(kind);
    char at[80] = "";
    if (!kind->key) (void)snprintf(at, sizeof at, "/%s", kind->id);
    return record_decode(&part, body, (char *)d + kind->base, a, at, e);
}

static enum err_kind join_waiver(const char *id, const char *reason, struct arena *a, struct document *d, struct err *e)
{
    struct waived_section *w = arena_push(a, &d->closing.not_applicable, sizeof *w);
    if (!w) return arena_check(a, e);
    w->section = arena_dup(a, id);
    w->reason = arena_dup(a, reason);
    return arena_check(a, e);
}

static enum err_kind join_one(const struct section *s, struct arena *a, struct document *d, uint32_t *seen,
                              struct err *e)
{
    auto_json v = NULL;
    const struct section_kind *kind;
    const char *id, *waiver;
    enum err_kind k;
    if (join_phase_at_once(s, a, d)) return ERR_OK;
    k = json_parse(s->bytes, s->n, &v, e);
    if (k != ERR_OK) return k;
    id = json_string_value(json_object_get(v, "id"));
    waiver = json_string_value(json_object_get(v, "not_applicable"));
    if (!id || json_object_size(v) != 2 + (size_t)(waiver != NULL))
        return err_set(e, ERR_INVALID, "these bytes are not a section");
    kind = section_kind_of(id);
    if (!kind) return waiver ? err_set(e, ERR_INVALID, "section %s cannot be waived", id)
                             : join_phase(id, json_object_get(v, "body"), a, d, e);
    if (*seen & (uint32_t)1 << (kind - section_kinds)) return err_set(e, ERR_INVALID, "section %s is there twice", id);
    *seen |= (uint32_t)1 << (kind - section_kinds);
    k = join_single(kind, json_object_get(v, "body"), a, d, e);
    return k == ERR_OK && waiver ? join_waiver(id, waiver, a, d, e) : k;
}

static enum err_kind join(const section_list *sections, struct earlier *b, struct arena *a, struct document *ret,
                          struct err *e)
{
    struct document d = { 0 };
    uint32_t seen = 0;
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < sections->n; i++) {
        if (b && join_same_phase(&sections->v[i], b, a, &d)) continue;
        k = join_one(&sections->v[i], a, &d, &seen, e);
        if (k != ERR_OK) return err_wrap(e, "section %zu", i + 1);
    }
    if (!(seen & 1)) return err_set(e, ERR_INVALID, "the header is missing");
    k = check_waivers(&d, e);
    if (k == ERR_OK) *ret = d;
    return k;
}

enum err_kind document_join(const section_list *sections, struct arena *a, struct document *ret, struct err *e)
{
    return join(sections, NULL, a, ret, e);
}

enum err_kind document_join_after(const section_list *sections, const section_list *old_sections,
                                  const struct document *old, struct arena *a, struct document *ret, struct err *e)
{
    struct earlier b = { .sections = old_sections, .document = old };
    return join(sections, &b, a, ret, e);
}

/* --- hashing --------------------------------------------------------------------------------------------------- */
/* Puts the reasons into rendering order, so that their order is no content. */
static enum err_kind sort_waivers(struct document *d, struct arena *a, struct err *e)
{
    struct closing sorted = { 0 };
    enum err_kind k = check_waivers(d, e);
    for (size_t i = 0; k == ERR_OK && i < section_kind_n; i++) {
        const char *reason = section_waiver(d, section_kinds[i].id);
        struct waived_section *w = reason ? arena_push(a, &sorted.not_applicable, sizeof *w) : NULL;
        if (reason && !w) return arena_check(a, e);
        if (w) *w = (struct waived_section){ .section = section_kinds[i].id, .reason = reason };
    }
    if (k == ERR_OK) d->closing.not_applicable = sorted.not_applicable;
    return k;
}

struct sha256 document_hash(const struct document *d, struct err *e)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document copy = *d;
    e->kind = ERR_OK;
    if (!a) {
        (void)err_nomem(e);
        return (struct sha256){ 0 };
    }
    if (sort_waivers(&copy, a, e) != ERR_OK) return (struct sha256){ 0 };
    record_canonical(&document_record, &copy, &b);
    if (buf_check(&b, e) != ERR_OK) return (struct sha256){ 0 };
    return hash_sha256(b.p, b.n);
}

/* --- between revisions ----------------------------------------------------------------------------------------- */
static enum err_kind add_change(section_changes *l, const struct section *s, enum section_fate fate, struct arena *a,
                                struct err *e)
{
    struct section_change *c = arena_push(a, l, sizeof *c);
    if (!c) return arena_check(a, e);
    *c = (struct section_change){ .id = s->id, .title = s->title, .fate = (int)fate };
    return ERR_OK;
}

/* Of the sections that both have, the longest row that is in the same order on both sides stays; the others moved.
 * row[i]: length of the longest such row that ends with the i-th section of `to`. */
static enum err_kind find_moved(const section_list *from, const section_list *to, struct arena *a, bool *ret_moved,
                                struct err *e)
{
    size_t *at = arena_alloc(a, (to->n + 1) * sizeof *at), *row = arena_alloc(a, (to->n + 1) * sizeof *row), best = 0;
    size_t near = 0;
    if (!at || !row) return arena_check(a, e);
    for (size_t i = 0; i < to->n; i++) {
        const struct section *old = section_near(from, to->v[i].id, &near);
        if (!old) continue;
        at[i] = (size_t)(old - from->v) + 1;
        row[i] = 1;
        for (size_t j = 0; j < i; j++)
            if (at[j] && at[j] < at[i] && row[j] >= row[i]) row[i] = row[j] + 1;
        if (row[i] > best) best = row[i];
    }
    for (size_t i = to->n, next = from->n + 1; i-- > 0;) {
        bool stays = at[i] && row[i] == best && at[i] < next;
        ret_moved[i] = at[i] && !stays;
        if (!stays) continue;
        best--;
        next = at[i];
    }
    return ERR_OK;
}

enum err_kind section_diff(const section_list *from, const section_list *to, struct arena *a, section_changes *ret,
                           struct err *e)
{
    section_changes l = { 0 };
    size_t near = 0;
    bool *moved = arena_alloc(a, (to->n + 1) * sizeof *moved);
    enum err_kind k = moved ? find_moved(from, to, a, moved, e) : arena_check(a, e);
    for (size_t i = 0; k == ERR_OK && i < to->n; i++) {
        const struct section *old = section_near(from, to->v[i].id, &near);
        bool same = old && memcmp(&old->hash, &to->v[i].hash, sizeof old->hash) == 0;
        if (same && !moved[i]) continue;
        k = add_change(&l, &to->v[i], !old ? SECTION_ADDED : same ? SECTION_MOVED : SECTION_CHANGED, a, e);
        if (k == ERR_OK) l.v[l.n - 1].moved = moved[i];
    }
    near = 0;
    for (size_t i = 0; k == ERR_OK && i < from->n; i++)
        if (!section_near(to, from->v[i].id, &near)) k = add_change(&l, &from->v[i], SECTION_REMOVED, a, e);
    if (k == ERR_OK) *ret = l;
    return k;
}
