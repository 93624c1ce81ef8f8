/* Changing documents: the helpers. */
#include "planner/offline/change/edit.h"

#include <string.h>

enum err_kind document_copy(const struct document *d, struct arena *a, struct document *ret, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    memset(ret, 0, sizeof *ret);
    record_encode(&document_record, d, &b);
    k = buf_check(&b, e);
    return k == ERR_OK ? record_parse(&document_record, buf_cstr(&b), b.n, ret, a, e) : k;
}

void edit_remove(void *v, size_t *n, size_t size, size_t i)
{
    char *p = v;
    if (i >= *n) return;
    memmove(p + i * size, p + (i + 1) * size, (*n - i - 1) * size);
    (*n)--;
}

struct phase *edit_phase(struct document *d, const char *anchor)
{
    size_t n = anchor ? strcspn(anchor, ".") : 0;
    if (!anchor || n == 0) return NULL;
    for (size_t i = 0; i < d->phases.n; i++)
        if (strlen(d->phases.v[i].id) == n && memcmp(d->phases.v[i].id, anchor, n) == 0) return &d->phases.v[i];
    if ((anchor[0] == 'P' || anchor[0] == 'p') && anchor[1] >= '1' && anchor[1] <= '9') {
        size_t number = 0;
        for (const char *p = anchor + 1; *p >= '0' && *p <= '9' && number < 1000; p++)
            number = number * 10 + (size_t)(*p - '0');
        if (number <= d->phases.n) return &d->phases.v[number - 1];
    }
    return NULL;
}

struct step *edit_add_step(struct document *d, struct phase *p, struct arena *a, const char *title, const char *text)
{
    struct step *st = PUSH(a, p->steps);
    (void)d;
    if (st) *st = (struct step){.title = title, .text = text}; /* document_validate() gives it the next id */
    return st;
}

void edit_cover(struct document *d, struct phase *p, struct arena *a, const char *requirement)
{
    (void)d;
    if (!prose_list_has(p->requirements.v, p->requirements.n, requirement))
        prose_list_add(a, &p->requirements, requirement);
}

static void forget_dependency(struct document *d, struct arena *a, const struct phase *gone)
{
    for (size_t i = 0; i < d->phases.n; i++) {
        struct phase *p = &d->phases.v[i];
        for (size_t j = 0; j < p->depends_on.n; j++) {
            if (!prose_same(p->depends_on.v[j], gone->id)) continue;
            REMOVE(p->depends_on, j);
            for (size_t k = 0; k < gone->depends_on.n; k++)
                if (!prose_list_has(p->depends_on.v, p->depends_on.n, gone->depends_on.v[k]))
                    prose_list_add(a, &p->depends_on, gone->depends_on.v[k]);
            break;
        }
        for (size_t j = p->automated.n; j-- > 0;)
            if (prose_same(p->automated.v[j].provided_by, gone->id)) REMOVE(p->automated, j);
        for (size_t j = p->uses.n; j-- > 0;)
            for (size_t k = 0; k < gone->provides.n; k++)
                if (prose_same(p->uses.v[j].name, gone->provides.v[k].name)) {
                    REMOVE(p->uses, j);
                    break;
                }
    }
}

/* The first later change of a file that the phase would have made makes it now. */
static void inherit_files(struct document *d, const struct phase *gone, size_t from)
{
    for (size_t i = 0; i < gone->steps.n; i++)
        for (size_t j = 0; j < gone->steps.v[i].files.n; j++) {
            const struct file_change *f = &gone->steps.v[i].files.v[j];
            bool found = f->change != CHANGE_CREATE;
            for (size_t p = from; p < d->phases.n && !found; p++)
                for (size_t s = 0; s < d->phases.v[p].steps.n && !found; s++)
                    for (size_t k = 0; k < d->phases.v[p].steps.v[s].files.n && !found; k++) {
                        struct file_change *later = &d->phases.v[p].steps.v[s].files.v[k];
                        if (!prose_same(later->path, f->path)) continue;
                        later->change = CHANGE_CREATE;
                        found = true;
                    }
        }
}

static bool covered(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->phases.n; i++)
        if (prose_list_has(d->phases.v[i].requirements.v, d->phases.v[i].requirements.n, id)) return true;
    return false;
}

static void uncover(struct document *d, struct arena *a)
{
    for (size_t i = d->requirements.n; i-- > 0;) {
        struct requirement r = d->requirements.v[i];
        if (covered(d, r.id)) continue;
        prose_list_add(a, &d->out_of_scope, arena_fmt(a, "%s (was %s; its phase was taken out.)", r.text, r.id));
        for (size_t t = d->closing.tests.n; t-- > 0;)
            if (prose_same(d->closing.tests.v[t].requirement, r.id)) REMOVE(d->closing.tests, t);
        for (size_t t = d->closing.success.n; t-- > 0;)
            if (strncmp(d->closing.success.v[t].text, r.id, strlen(r.id)) == 0 &&
                d->closing.success.v[t].text[strlen(r.id)] == ':')
                REMOVE(d->closing.success, t);
        REMOVE(d->requirements, i);
    }
    for (size_t w = d->closing.not_applicable.n; d->out_of_scope.n > 0 && w-- > 0;)
        if (prose_same(d->closing.not_applicable.v[w].section, "scope")) REMOVE(d->closing.not_applicable, w);
}

static bool still_made(const struct document *d, const char *path)
{
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t s = 0; s < d->phases.v[p].steps.n; s++)
            for (size_t k = 0; k < d->phases.v[p].steps.v[s].files.n; k++)
                if (prose_same(d->phases.v[p].steps.v[s].files.v[k].path, path)) return true;
    return false;
}

/* Texts that speak of a file nobody makes any more. */
static void forget_file(struct document *d, struct arena *a, const char *path)
{
    struct span stem = file_stem(path);
    struct needle n = {a, path, name_words(a, arena_dup_n(a, stem.p, stem.n))};
    edit_texts(&document_record, d, edit_without_sentence, &n);
    for (size_t i = d->closing.documentation.n; i-- > 0;)
        if (prose_same(d->closing.documentation.v[i].target, n.instead)) REMOVE(d->closing.documentation, i);
}

void edit_drop_phase(struct document *d, struct arena *a, const char *id)
{
    struct phase *p = edit_phase(d, id), gone;
    size_t at = p ? (size_t)(p - d->phases.v) : 0;
    if (!p || d->phases.n < 2) return;
    gone = *p;
    REMOVE(d->phases, at);
    inherit_files(d, &gone, at);
    forget_dependency(d, a, &gone);
    uncover(d, a);
    for (size_t i = 0; i < gone.provides.n; i++)
        for (size_t t = 0; gone.provides.v[i].kind == DELIVERS_FILE && t < d->closing.tests.n; t++)
            if (prose_same(d->closing.tests.v[t].file, gone.provides.v[i].name) &&
                !still_made(d, gone.provides.v[i].name))
                d->closing.tests.v[t].file = "";
    for (size_t i = 0; i < gone.provides.n; i++)
        if (gone.provides.v[i].kind == DELIVERS_FILE && !still_made(d, gone.provides.v[i].name))
            forget_file(d, a, gone.provides.v[i].name);
    for (size_t i = 0; i < d->phases.n; i++) edit_ensure_criteria(d, &d->phases.v[i], a);
}

struct phase *edit_closest(struct document *d, struct arena *a, const char *text)
{
    struct word_set words = word_set_of(a, text);
    struct phase *best = NULL;
    int top = -1;
    for (size_t i = 0; i < d->phases.n; i++) {
        struct phase *p = &d->phases.v[i];
        struct word_set title = word_set_of(a, name_words(a, p->title)), goal = word_set_of(a, p->goal);
        int score = 3 * word_set_shared(&words, &title) + word_set_shared(&words, &goal);
        for (size_t j = 0; j < p->steps.n; j++) {
            struct word_set st = word_set_of(a, name_words(a, p->steps.v[j].title));
            score += word_set_shared(&words, &st);
        }
        if (p->requirements.n > 0) score++;
        if (score <= top) continue;
        top = score;
        best = p;
    }
    return best;
}

/* A command for a criterion of this phase: its own first, else any other phase's that is provided by repository or
 * system. */
static const struct automated *edit_command(const struct document *d, const struct phase *p)
{
    if (p->automated.n) return &p->automated.v[0];
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].automated.n; j++) {
            const struct automated *x = &d->phases.v[i].automated.v[j];
            if (x->expected_before == BEFORE_PASS &&
                (prose_same(x->provided_by, "repository") || prose_same(x->provided_by, "system")))
                return x;
        }
    return NULL;
}

void edit_ensure_criteria(struct document *d, struct phase *p, struct arena *a)
{
    const struct automated *from = edit_command(d, p);
    if (p->automated.n == 0) {
        struct automated copy = from ? *from
                                     : (struct automated){.command = "git status --porcelain",
                                                          .expect = "nothing is left uncommitted",
                                                          .expected_before = BEFORE_PASS,
                                                          .provided_by = "system"};
        struct automated *x = PUSH(a, p->automated);
        if (x) *x = copy;
    }
    if (p->manual.n == 0)
        prose_list_add(a, &p->manual,
                       arena_fmt(a, "Look at the result with somebody who did not write it: %s", p->goal));
    if (prose_blank(p->rollback))
        p->rollback = arena_fmt(a, "Revert the commits of this phase (%s); the phases before it stay.", p->title);
    if (p->steps.n == 0) (void)edit_add_step(d, p, a, p->title, p->goal);
}

/* --- texts -------------------------------------------------------------------------------------------------------- */
void edit_texts(const struct record *r, void *p, edit_text_fn *fn, void *arg)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = &r->fields[i];
        char *at = (char *)p + f->offset;
        LIST(char) l;
        if (f->type == FIELD_STR) {
            const char *s;
            memcpy(&s, at, sizeof s);
            if (s) s = fn(s, f->key, arg);
            memcpy(at, &s, sizeof s);
        } else if (f->type == FIELD_RECORD) {
            edit_texts(f->sub, at, fn, arg);
        } else if (f->type == FIELD_LIST) {
            memcpy(&l, at, sizeof l);
            for (size_t j = 0; j < l.n; j++) edit_texts(f->sub, l.v + j * f->sub->size, fn, arg);
        } else if (f->type == FIELD_STRS) {
            memcpy(&l, at, sizeof l);
            for (size_t j = 0; j < l.n; j++) {
                const char *s;
                memcpy(&s, l.v + j * sizeof s, sizeof s);
                if (s) s = fn(s, f->key, arg);
                memcpy(l.v + j * sizeof s, &s, sizeof s);
            }
        }
    }
}

void edit_texts_at(struct document *d, const char *anchor, edit_text_fn *fn, void *arg)
{
    struct phase *p = edit_phase(d, anchor);
    if (p) edit_texts(&phase_record, p, fn, arg);
    else edit_texts(&document_record, d, fn, arg);
}

char *edit_replaced(struct arena *a, const char *s, const char *from, const char *to)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    size_t n = strlen(from);
    const char *hit;
    for (; n > 0 && (hit = strstr(s, from)) != NULL; s = hit + n) {
        buf_add(&b, s, (size_t)(hit - s));
        buf_str(&b, to);
    }
    buf_str(&b, s);
    return prose_take(a, &b);
}

const char *edit_without_sentence(const char *s, const char *key, void *needle)
{
    struct needle *n = needle;
    const char *hit = n->text && *n->text ? strstr(s, n->text) : NULL, *from = hit, *to = hit;
    if (!hit || strcmp(key, "quote") == 0) return s;
    while (from > s && !(strchr(".!?\n", from[-1]) && (from[0] == ' ' || from[-1] == '\n'))) from--;
    while (*to && !(strchr(".!?", *to) && (to[1] == ' ' || to[1] == '\0' || to[1] == '\n')) && *to != '\n') to++;
    if (*to && *to != '\n') to++;
    if (from == s && *to == '\0') return edit_replaced(n->a, s, n->text, n->instead);
    while (*to == ' ' && from == s) to++;
    return arena_fmt(n->a, "%.*s%s", (int)(from - s), s, to);
}
