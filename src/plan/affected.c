/* Sections that stayed as they were and use what others have changed: names that nobody provides any more, files that
 * nobody makes, requirements with another text, phases that are called by another number. */
#include "pland/plan/dialogue.h"

#include <stdlib.h>
#include <string.h>

#include "plan/sections.h"
#include "plan/text.h"

#define T struct affected
static const struct field affected_rows[] = {
    F_STR(T, section, FIELD_REQUIRED, 0, 0, "Section that stayed as it was"),
    F_STR(T, title, FIELD_ALWAYS, 0, 0, "Its title"),
    F_STR(T, because, FIELD_REQUIRED, 0, 0, "Section that has changed"),
    F_STR(T, why, FIELD_REQUIRED, 0, 0, "What it uses of it"),
};
#undef T
static const struct record affected_record = RECORD("affected", struct affected, affected_rows);
static const struct field affected_sections_rows[] = {
    F_LIST(struct affected_sections, sections, FIELD_ALWAYS, &affected_record, 0, "Sections"),
};
const struct record affected_sections_record =
    RECORD("affected_sections", struct affected_sections, affected_sections_rows);

struct looking {
    const struct document *from, *to;
    section_list old, new;
    struct arena *a;
    bool nomem; /* where the arena does not know it */
    struct affected_sections *ret;
};

static bool equal(const char *x, const char *y)
{
    return x && y ? strcmp(x, y) == 0 : !x && !y;
}

static bool stayed(const struct looking *l, const char *id)
{
    const struct section *x = section_find(&l->old, id), *y = section_find(&l->new, id);
    return x && y && memcmp(&x->hash, &y->hash, sizeof x->hash) == 0;
}

static bool known(const struct looking *l, const struct affected *x)
{
    for (size_t i = 0; i < l->ret->sections.n; i++) {
        const struct affected *y = &l->ret->sections.v[i];
        if (equal(x->section, y->section) && equal(x->why, y->why)) return true;
    }
    return false;
}

static void report(struct looking *l, const char *section, const char *because, const char *why)
{
    const struct section *s = section_find(&l->new, section);
    struct affected x = { .section = section, .title = s ? s->title : "", .because = because, .why = why };
    struct affected *slot;
    if (!why || !stayed(l, section) || known(l, &x)) return;
    if ((slot = arena_push(l->a, &l->ret->sections, sizeof *slot))) *slot = x;
}

/* --- what phases make ------------------------------------------------------------------------------------------- */
static bool provided(const struct document *d, const struct deliverable *x)
{
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].provides.n; j++)
            if (d->phases.v[i].provides.v[j].kind == x->kind && equal(d->phases.v[i].provides.v[j].name, x->name))
                return true;
    return false;
}

static bool makes(const struct phase *p, const char *path)
{
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].files.n; j++) {
            const struct file_change *f = &p->steps.v[i].files.v[j];
            if (equal(f->path, path) && (f->change == CHANGE_CREATE || f->change == CHANGE_RENAME)) return true;
        }
    return false;
}

static bool made(const struct document *d, const char *path)
{
    for (size_t i = 0; i < d->phases.n; i++)
        if (makes(&d->phases.v[i], path)) return true;
    return false;
}

/* Sections that name a file which is not made any more. */
static void without_file(struct looking *l, const char *path, const char *because)
{
    const struct document *d = l->to;
    for (size_t i = 0; i < d->closing.tests.n; i++)
        if (equal(d->closing.tests.v[i].file, path))
            report(l, "tests", because, arena_fmt(l->a, "names `%s`, which no phase makes any more", path));
    for (size_t i = 0; i < d->closing.documentation.n; i++)
        if (equal(d->closing.documentation.v[i].target, path))
            report(l, "documentation", because, arena_fmt(l->a, "names `%s`, which no phase makes any more", path));
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].steps.n; j++)
            for (size_t k = 0; k < d->phases.v[i].steps.v[j].files.n; k++)
                if (equal(d->phases.v[i].steps.v[j].files.v[k].path, path))
                    report(l, d->phases.v[i].id, because,
                           arena_fmt(l->a, "changes `%s`, which no phase makes any more", path));
}

static void without_name(struct looking *l, const struct deliverable *x, const char *because)
{
    for (size_t i = 0; i < l->to->phases.n; i++) {
        const struct phase *p = &l->to->phases.v[i];
        for (size_t j = 0; j < p->uses.n; j++)
            if (p->uses.v[j].kind == x->kind && equal(p->uses.v[j].name, x->name))
                report(l, p->id, because,
                       arena_fmt(l->a, "uses the %s `%s`, which no phase provides any more",
                                 deliverable_names[x->kind], x->name));
    }
}

static void phase_gave(struct looking *l, const struct phase *p)
{
    if (stayed(l, p->id)) return;
    for (size_t i = 0; i < p->provides.n; i++) {
        const struct deliverable *x = &p->provides.v[i];
        if (provided(l->to, x)) continue;
        without_name(l, x, p->id);
        if (x->kind == DELIVERS_FILE && makes(p, x->name) && !made(l->to, x->name)) without_file(l, x->name, p->id);
    }
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].files.n; j++) {
            const char *path = p->steps.v[i].files.v[j].path;
            if (makes(p, path) && !made(l->to, path)) without_file(l, path, p->id);
        }
}

/* --- requirements ----------------------------------------------------------------------------------------------- */
static void requirement_users(struct looking *l, const char *id, const char *what)
{
    for (size_t i = 0; i < l->to->phases.n; i++) {
        const struct phase *p = &l->to->phases.v[i];
        for (size_t j = 0; j < p->requirements.n; j++)
            if (equal(p->requirements.v[j], id))
                report(l, p->id, "requirements", arena_fmt(l->a, "covers %s, %s", id, what));
    }
    for (size_t i = 0; i < l->to->closing.tests.n; i++)
        if (equal(l->to->closing.tests.v[i].requirement, id))
            report(l, "tests", "requirements", arena_fmt(l->a, "tests %s, %s", id, what));
}

static void requirements_changed(struct looking *l)
{
    for (size_t i = 0; i < l->from->requirements.n; i++) {
        const struct requirement *was = &l->from->requirements.v[i], *is = NULL;
        for (size_t j = 0; j < l->to->requirements.n; j++)
            if (equal(l->to->requirements.v[j].id, was->id)) is = &l->to->requirements.v[j];
        if (!is) requirement_users(l, was->id, "which is no requirement any more");
        else if (!equal(is->text, was->text)) requirement_users(l, was->id, "whose text has changed");
    }
}

/* --- numbers of phases in texts ----------------------------------------------------------------------------------- */
static bool word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The next "P3" of the text, and 3; NULL: there is none. */
static const char *next_number(const char *s, const char *start, size_t *ret)
{
    for (; (s = strchr(s, 'P')) != NULL; s++) {
        bool escape = s > start + 1 && s[-2] == '\\'; /* the n of a line break in JSON */
        char *end;
        if (s[1] < '1' || s[1] > '9' || (s > start && word_char(s[-1]) && !escape)) continue;
        *ret = strtoul(s + 1, &end, 10);
        if (!word_char(*end)) return end;
    }
    return NULL;
}

static const char *renamed(struct looking *l, size_t number)
{
    const struct phase *was = &l->from->phases.v[number - 1];
    size_t now = phase_index(l->to, was->id);
    if (now == SIZE_MAX) return arena_fmt(l->a, "says P%zu, which was taken out", number);
    return arena_fmt(l->a, "says P%zu, which is P%zu now", number, now + 1);
}

static void numbers_changed(struct looking *l)
{
    for (size_t i = 0; i < l->new.n; i++) {
        const char *s = l->new.v[i].bytes, *start = s;
        size_t n;
        while (stayed(l, l->new.v[i].id) && (s = next_number(s, start, &n)) != NULL) {
            const struct phase *was = n <= l->from->phases.n ? &l->from->phases.v[n - 1] : NULL;
            if (!was || (n <= l->to->phases.n && equal(l->to->phases.v[n - 1].id, was->id))) continue;
            report(l, l->new.v[i].id, was->id, renamed(l, n));
        }
    }
}

/* --- what is said about the whole --------------------------------------------------------------------------------- */
static void approach_changed(struct looking *l)
{
    static const char *const about[] = { "overview", "decisions" };
    if (equal(l->from->header.approach, l->to->header.approach)) return;
    for (size_t i = 0; i < countof(about); i++)
        if (section_present(l->to, about[i])) report(l, about[i], "header", "describes the approach, which has changed");
}

static const char written_for[] = "its note was written for ", of_work[] = " of work";

/* The effort that the note of the timeline was written for, when this tells it. */
static const char *told(const struct affected *x, struct arena *a)
{
    size_t n = strlen(written_for);
    const char *end;
    if (!equal(x->section, "timeline") || strncmp(x->why, written_for, n) != 0) return NULL;
    end = strstr(x->why + n, of_work);
    return end ? arena_dup_n(a, x->why + n, (size_t)(end - x->why) - n) : NULL;
}

static int64_t effort(const struct document *d)
{
    int64_t sum = 0;
    for (size_t i = 0; i < d->phases.n; i++) sum += d->phases.v[i].estimate.likely;
    return sum;
}

/* The last phase that is not what it was; the header, where all are. */
static const char *changed_phase(const struct looking *l)
{
    const struct document *const both[] = { l->to, l->from };
    for (size_t k = 0; k < countof(both); k++)
        for (size_t i = both[k]->phases.n; i-- > 0;)
            if (!stayed(l, both[k]->phases.v[i].id)) return both[k]->phases.v[i].id;
    return "header";
}

/* earlier: the note may have been written for another effort than the last one, and that may be here again. */
static void effort_changed(struct looking *l, const struct affected_sections *earlier)
{
    const char *note = l->to->closing.timeline.note, *written = NULL, *because = changed_phase(l);
    auto_buf was = BUF_INIT(64), is = BUF_INIT(64);
    if (!note || !*note) return;
    for (size_t i = 0; earlier && !written && i < earlier->sections.n; i++) {
        written = told(&earlier->sections.v[i], l->a);
        if (written && effort(l->from) == effort(l->to)) because = earlier->sections.v[i].because;
    }
    duration_text(effort(l->from), &was);
    duration_text(effort(l->to), &is);
    if (was.failed != ERR_OK || is.failed != ERR_OK) l->nomem = true;
    if (!written) written = buf_cstr(&was);
    if (equal(written, buf_cstr(&is))) return;
    report(l, "timeline", because, arena_fmt(l->a, "%s%s%s, it is %s now", written_for, written, of_work, buf_cstr(&is)));
}

static void keep_earlier(struct looking *l, const struct affected_sections *earlier)
{
    for (size_t i = 0; earlier && i < earlier->sections.n; i++)
        if (!told(&earlier->sections.v[i], l->a)) /* else it was looked at again */
            report(l, earlier->sections.v[i].section, earlier->sections.v[i].because, earlier->sections.v[i].why);
}

enum err_kind document_affected(const struct document *from, const struct document *to,
                                const struct affected_sections *earlier, struct arena *a,
                                struct affected_sections *ret, struct err *e)
{
    struct affected_sections found = { 0 };
    struct looking l = { .from = from, .to = to, .a = a, .ret = &found };
    enum err_kind k = document_split(from, a, &l.old, e);
    if (k != ERR_OK || (k = document_split(to, a, &l.new, e)) != ERR_OK) return k;
    for (size_t i = 0; i < from->phases.n; i++) phase_gave(&l, &from->phases.v[i]);
    requirements_changed(&l);
    numbers_changed(&l);
    approach_changed(&l);
    effort_changed(&l, earlier);
    keep_earlier(&l, earlier);
    if ((k = l.nomem ? err_nomem(e) : arena_check(a, e)) == ERR_OK) *ret = found;
    return k;
}

void affected_markdown(const struct affected_sections *l, struct buf *b)
{
    if (!l->sections.n) return;
    buf_str(b, "\n**Not changed along, though they use what has changed:**\n\n");
    for (size_t i = 0; i < l->sections.n; i++) {
        const struct affected *x = &l->sections.v[i];
        buf_str(b, "- ");
        text_put(b, *x->title ? x->title : x->section, 0, NULL);
        buf_fmt(b, " (`%s`): %s\n", x->section, x->why);
    }
    buf_str(b, "\nOne refinement works them over; approving leaves them as they are.\n");
}
