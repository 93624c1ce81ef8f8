/* The table of section kinds, and what it says about a document. */
#include "plan/sections.h"

#include <string.h>

#include "plan/render.h"

#define IN_DOCUMENT(name) .record = &document_record, .base = 0, .key = (name)
#define IN_CLOSING(name) .record = &closing_record, .base = offsetof(struct document, closing), .key = (name)

/* --- what is computed ------------------------------------------------------------------------------------------ */
static bool any_files(const struct document *d)
{
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].steps.n; j++)
            if (d->phases.v[i].steps.v[j].files.n > 0) return true;
    return false;
}

static bool long_plan(const struct render *r) { return !render_compact(r); }
static bool files(const struct render *r) { return long_plan(r) && any_files(r->d); }
static bool traced(const struct render *r) { return long_plan(r) && r->d->requirements.n > 0; }
static bool excused(const struct render *r) { return r->how->waivers.n > 0; }
static bool waived(const struct render *r) { return r->d->closing.not_applicable.n > 0; }

/* Ordered for whoever approves: what changes, what was decided and is open, what may go wrong, where and how long;
 * then the detail. */
const struct section_kind section_kinds[] = {
    { .id = "header", .title = "Header", .fixed = true, .record = &header_record,
      .base = offsetof(struct document, header), .markdown = render_header },
    { .id = "overview", .title = "What changes", .fixed = true, IN_DOCUMENT("overview"), .markdown = render_overview },
    { .id = "questions", .title = "Decisions waiting for you", IN_CLOSING("questions"), .markdown = render_questions },
    { .id = "decisions", .title = "Key decisions", IN_CLOSING("decisions"), .markdown = render_decisions },
    { .id = "assumptions", .title = "Assumptions", IN_CLOSING("assumptions"), .markdown = render_assumptions },
    { .id = "risks", .title = "Risks", IN_CLOSING("risks"), .markdown = render_risks },
    { .id = "waivers", .title = "Waived findings", .shape = SHAPE_DERIVED, .markdown = render_waivers, .derived = excused },
    { .id = "files", .title = "Files by phase", .shape = SHAPE_DERIVED, .markdown = render_files, .derived = files },
    { .id = "timeline", .title = "Estimate and timeline", IN_CLOSING("timeline"), .markdown = render_timeline },
    { .id = "review", .title = "Before you approve", .shape = SHAPE_DERIVED, .markdown = render_review, .derived = long_plan },
    { .id = "requirements", .title = "Requirements", IN_DOCUMENT("requirements"), .markdown = render_requirements },
    { .id = "trace", .title = "Traceability", .shape = SHAPE_DERIVED, .markdown = render_trace, .derived = traced },
    { .id = "scope", .title = "Out of scope", IN_DOCUMENT("out_of_scope"), .markdown = render_scope },
    { .id = "phases", .title = "Phases", .shape = SHAPE_PHASES, .markdown = render_phases },
    { .id = "tests", .title = "Test scenarios", IN_CLOSING("tests"), .markdown = render_tests },
    { .id = "success", .title = "Success criteria", IN_CLOSING("success"), .markdown = render_success },
    { .id = "stack", .title = "Technical stack", IN_CLOSING("stack"), .markdown = render_stack },
    { .id = "rollback", .title = "Rollback plan", IN_CLOSING("rollback"), .markdown = render_rollback },
    { .id = "documentation", .title = "Documentation", IN_CLOSING("documentation"), .markdown = render_documentation },
    { .id = "done", .title = "Definition of done", IN_CLOSING("done"), .markdown = render_done },
    { .id = "migration", .title = "Migration notes", IN_CLOSING("migration"), .markdown = render_migration },
    { .id = "waived", .title = "Not applicable", .shape = SHAPE_DERIVED, .markdown = render_waived, .derived = waived },
};
const size_t section_kind_n = countof(section_kinds);

const struct section_kind *section_kind_of(const char *id)
{
    for (size_t i = 0; id && i < section_kind_n; i++)
        if (section_kinds[i].shape == SHAPE_SINGLE && strcmp(section_kinds[i].id, id) == 0) return &section_kinds[i];
    return NULL;
}

const char *section_id(size_t i)
{
    for (size_t k = 0; k < section_kind_n; k++)
        if (section_kinds[k].shape == SHAPE_SINGLE && i-- == 0) return section_kinds[k].id;
    return NULL;
}

const char *section_title(const char *id)
{
    const struct section_kind *k = section_kind_of(id);
    return k ? k->title : "";
}

struct record section_part(const struct section_kind *k)
{
    struct record part = *k->record;
    for (size_t i = 0; k->key && i < k->record->n; i++) {
        if (strcmp(k->record->fields[i].key, k->key) != 0) continue;
        part.fields = &k->record->fields[i];
        part.n = 1;
        break;
    }
    return part;
}

/* --- present or not -------------------------------------------------------------------------------------------- */
static bool blank(const char *s)
{
    return !s || s[strspn(s, " \t\r\n")] == '\0';
}

static bool record_present(const struct record *r, const char *p);

static bool field_present(const struct field *f, const char *p)
{
    LIST(void) l;
    switch (f->type) {
    case FIELD_STR:
    case FIELD_JSON: return !blank(*(const char *const *)(const void *)p);
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_TIME: return *(const int64_t *)(const void *)p != 0;
    case FIELD_BOOL: return *(const bool *)(const void *)p;
    case FIELD_ENUM: return true;
    case FIELD_OPTION: return *(const void *const *)(const void *)p != NULL;
    case FIELD_RECORD: return record_present(f->sub, p);
    case FIELD_LIST:
    case FIELD_STRS: memcpy(&l, p, sizeof l); return l.n > 0;
    }
    return false;
}

static bool record_present(const struct record *r, const char *p)
{
    for (size_t i = 0; i < r->n; i++)
        if (field_present(&r->fields[i], p + r->fields[i].offset)) return true;
    return false;
}

static bool section_kind_present(const struct section_kind *k, const struct document *d)
{
    struct record part;
    if (k->shape == SHAPE_PHASES) return d->phases.n > 0;
    if (k->shape == SHAPE_DERIVED) return false;
    part = section_part(k);
    return record_present(&part, (const char *)d + k->base);
}

bool section_present(const struct document *d, const char *id)
{
    const struct section_kind *k = section_kind_of(id);
    return k ? section_kind_present(k, d) : phase_index(d, id) != SIZE_MAX;
}

const char *section_waiver(const struct document *d, const char *id)
{
    for (size_t i = 0; id && i < d->closing.not_applicable.n; i++) {
        const struct waived_section *w = &d->closing.not_applicable.v[i];
        if (w->section && strcmp(w->section, id) == 0) return w->reason ? w->reason : "";
    }
    return NULL;
}

/* --- looking up ------------------------------------------------------------------------------------------------ */
size_t phase_index(const struct document *d, const char *id)
{
    for (size_t i = 0; id && i < d->phases.n; i++)
        if (d->phases.v[i].id && strcmp(d->phases.v[i].id, id) == 0) return i;
    return SIZE_MAX;
}

size_t phase_near(const struct document *d, const char *id, size_t *at)
{
    bool there = *at < d->phases.n && d->phases.v[*at].id && strcmp(d->phases.v[*at].id, id) == 0;
    size_t i = there ? *at : phase_index(d, id);
    if (i != SIZE_MAX) *at = i + 1;
    return i;
}

/* "P2" → 1; SIZE_MAX when it is not written like that. */
static size_t number_index(const char *s)
{
    size_t n = 0;
    if (*s++ != 'P' || *s < '1' || *s > '9') return SIZE_MAX;
    for (; *s >= '0' && *s <= '9' && n < 100000; s++) n = n * 10 + (size_t)(*s - '0');
    return *s == '\0' ? n - 1 : SIZE_MAX;
}

const struct phase *document_phase(const struct document *d, const char *id_or_number)
{
    size_t i = phase_index(d, id_or_number);
    if (i == SIZE_MAX && id_or_number) i = number_index(id_or_number);
    return i < d->phases.n ? &d->phases.v[i] : NULL;
}

const struct section *section_find(const section_list *l, const char *id)
{
    for (size_t i = 0; id && i < l->n; i++)
        if (strcmp(l->v[i].id, id) == 0) return &l->v[i];
    return NULL;
}

const struct section *section_near(const section_list *l, const char *id, size_t *at)
{
    bool there = *at < l->n && strcmp(l->v[*at].id, id) == 0;
    const struct section *s = there ? &l->v[*at] : section_find(l, id);
    if (s) *at = (size_t)(s - l->v) + 1;
    return s;
}
