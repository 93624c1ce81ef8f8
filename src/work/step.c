/* One planning step: its brief from rows and study, its result into parts, committed. */
#include "work/task.h"

#include <stdlib.h>
#include <string.h>
#include "work/codebase.h"
#include "work/context.h"
#include "work/forecast.h"
#include "work/study.h"

static enum err_kind parse(struct task *t, const char *text, const struct record *r, size_t size, const void *ret,
                           struct err *e)
{
    void *v;
    enum err_kind k;
    if (!text) return ERR_OK;
    if (!(v = arena_alloc(t->arena, size))) return err_nomem(e);
    if ((k = record_parse(r, text, strlen(text), v, t->arena, e)) != ERR_OK) {
        if (k != ERR_NOMEM) k = e->kind = ERR_INTERNAL;
        return (void)err_wrap(e, "stored %s", r->name), k;
    }
    memcpy((void *)(uintptr_t)ret, &v, sizeof v);
    return ERR_OK;
}

static const struct question *question_of(const struct understanding *u, const char *id)
{
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (strcmp(u->questions.v[i].id, id) == 0) return &u->questions.v[i];
    return NULL;
}

static enum err_kind assume(struct task *t, const char *sentence, struct err *e)
{
    const char **slot = arena_push(t->arena, &t->brief.assumptions, sizeof *slot);
    if (!slot || !sentence) return err_nomem(e);
    *slot = sentence;
    return ERR_OK;
}

static enum err_kind brief_answers(struct task *t, struct err *e)
{
    struct kept_answers *kept = NULL;
    struct kept_texts *corrections = NULL;
    enum err_kind k = parse(t, t->rows.answers, &kept_answers_record, sizeof *kept, &kept, e);
    if (k != ERR_OK ||
        (k = parse(t, t->rows.corrections, &kept_texts_record, sizeof *corrections, &corrections, e)) != ERR_OK)
        return k;
    for (size_t i = 0; kept && i < kept->answers.n; i++) {
        const struct kept_answer *a = &kept->answers.v[i];
        const struct question *q = question_of(t->brief.understanding, a->question);
        struct answer *slot = arena_push(t->arena, &t->brief.answers, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = (struct answer){ .question = a->question, .answer = a->answer };
        if (a->assumed && q && (k = assume(t, planner_assumption(q, t->arena), e)) != ERR_OK) return k;
    }
    if (corrections) {
        t->brief.corrections.v = corrections->texts.v;
        t->brief.corrections.n = corrections->texts.n;
    }
    return ERR_OK;
}

static enum err_kind brief_choice(struct task *t, struct err *e)
{
    struct kept_choice *kept = NULL;
    enum err_kind k = parse(t, t->rows.choice, &kept_choice_record, sizeof *kept, &kept, e);
    if (k != ERR_OK || !kept) return k;
    t->brief.chosen = kept->option;
    t->brief.own = kept->own;
    t->brief.choice_reason = kept->reason;
    t->brief.more = kept->more;
    if (!kept->assumed || !t->brief.options || t->brief.options->options.n < 2) return ERR_OK;
    return assume(t,
                  arena_fmt(t->arena, "Option %s was taken as recommended: %s", kept->option,
                            t->brief.options->reason ? t->brief.options->reason : ""),
                  e);
}

static enum err_kind brief_phases(struct task *t, struct err *e)
{
    const struct outline *o = t->brief.outline;
    char name[64];
    for (size_t i = 0; o && i < o->phases.n; i++) {
        (void)snprintf(name, sizeof name, "phase:%s", o->phases.v[i].id);
        for (size_t j = 0; j < t->rows.phases.n; j++) {
            struct phase *p = NULL, *slot;
            enum err_kind k;
            if (strcmp(t->rows.phases.v[j].name, name) != 0) continue;
            if ((k = parse(t, t->rows.phases.v[j].body, &phase_record, sizeof *p, &p, e)) != ERR_OK) return k;
            if (!(slot = arena_push(t->arena, &t->brief.phases, sizeof *slot))) return err_nomem(e);
            *slot = *p;
        }
    }
    return ERR_OK;
}

static enum err_kind head_document(struct task *t, struct err *e)
{
    struct document *d = arena_alloc(t->arena, sizeof *d);
    enum err_kind k;
    if (!d) return err_nomem(e);
    if ((k = revision_document(&t->rows.head, t->rows.plan.created_at, t->arena, d, e)) != ERR_OK) return k;
    t->brief.head = d;
    return ERR_OK;
}

static bool listed(const json_t *ids, const char *id)
{
    size_t i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)ids, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), id) == 0) return true;
    return false;
}

/* What a comment and the replies to it say. */
static const char *thread_text(struct task *t, const struct comment_row *c)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    buf_str(&b, c->body);
    for (size_t i = 0; i < t->rows.comments.n; i++) {
        const struct comment_row *r = &t->rows.comments.v[i];
        if (r->reply_to && strcmp(r->reply_to, c->id) == 0) buf_fmt(&b, "\n%s", r->body);
    }
    return b.failed == ERR_OK ? arena_dup_n(t->arena, buf_cstr(&b), b.n) : NULL;
}

static enum err_kind brief_remarks(struct task *t, struct err *e)
{
    const char *text = t->rows.refinement.comments;
    auto_json ids = text ? json_loads(text, 0, NULL) : NULL;
    for (size_t i = 0; i < t->rows.comments.n; i++) {
        const struct comment_row *c = &t->rows.comments.v[i];
        struct remark *slot = listed(ids, c->id) ? arena_push(t->arena, &t->brief.remarks, sizeof *slot) : NULL;
        if (slot) *slot = (struct remark){ .section = c->section, .quote = c->quote, .text = thread_text(t, c) };
    }
    return arena_check(t->arena, e);
}

/* A model gets it all as one text. */
static enum err_kind whole_instruction(struct task *t, struct err *e)
{
    struct brief *b = &t->brief;
    auto_buf text = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    buf_str(&text, b->instruction);
    if (b->remarks.n) buf_fmt(&text, "%sWork these comments in:\n", text.n ? "\n\n" : "");
    for (size_t i = 0; i < b->remarks.n; i++) {
        const struct remark *r = &b->remarks.v[i];
        buf_fmt(&text, "\n- on section %s", r->section);
        if (r->quote) buf_fmt(&text, ", where it says \"%s\"", r->quote);
        buf_fmt(&text, ": %s\n", r->text);
    }
    if ((k = buf_check(&text, e)) != ERR_OK) return k;
    b->instruction = arena_dup_n(t->arena, buf_cstr(&text), text.n);
    return arena_check(t->arena, e);
}

static enum err_kind brief_refinement(struct task *t, struct err *e)
{
    const struct refinement_row *r = &t->rows.refinement;
    const json_t *item;
    size_t i;
    enum err_kind k = head_document(t, e);
    if (k != ERR_OK) return k;
    t->brief.instruction = *r->instruction ? r->instruction : NULL;
    if ((k = brief_remarks(t, e)) != ERR_OK) return k;
    if (task_model(t) && (k = whole_instruction(t, e)) != ERR_OK) return k;
    auto_json list = r->sections ? json_loads(r->sections, 0, NULL) : NULL;
    json_array_foreach(list, i, item) {
        const char **slot = arena_push(t->arena, &t->brief.sections, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = arena_dup(t->arena, json_string_value(item));
    }
    return arena_check(t->arena, e);
}

static const struct revision_section *section_of(const struct revision_row *r, const char *id)
{
    for (size_t i = 0; i < r->sections.n; i++)
        if (strcmp(r->sections.v[i].id, id) == 0) return &r->sections.v[i];
    return NULL;
}

const char *step_conflict(struct task *t)
{
    const struct revision_row *then = &t->rows.asked_on, *now = &t->rows.head;
    if (t->job.kind != JOB_REFINE) return NULL;
    for (size_t i = 0; i < t->brief.sections.n; i++) {
        const char *id = t->brief.sections.v[i];
        const struct revision_section *a = section_of(then, id), *b = section_of(now, id);
        if (!b) return arena_fmt(t->arena, "revision %lld has no section %s any more", (long long)now->number, id);
        if (then->number && (!a || !hash_equal(a->hash.b, b->hash.b, SHA256_LEN)))
            return arena_fmt(t->arena,
                             "section %s has changed between revision %lld, on which this was asked, and revision %lld",
                             id, (long long)then->number, (long long)now->number);
    }
    return NULL;
}

/* The document that a check found wanting, and what it found. */
static enum err_kind brief_repair(struct task *t, struct err *e)
{
    struct check_result *found = NULL;
    struct document *draft = NULL;
    enum err_kind k = parse(t, t->rows.draft, &document_record, sizeof *draft, &draft, e);
    if (k != ERR_OK || (k = parse(t, t->rows.findings, &check_result_record, sizeof *found, &found, e)) != ERR_OK)
        return k;
    if (!draft || !found) return err_set(e, ERR_INTERNAL, "a repair without draft or findings");
    t->brief.head = draft;
    t->brief.findings.v = found->findings.v;
    t->brief.findings.n = found->findings.n;
    return ERR_OK;
}

static enum err_kind brief_message(struct task *t, struct err *e)
{
    struct brief *b = &t->brief;
    enum err_kind k = t->rows.head.number ? head_document(t, e) : ERR_OK;
    b->said = t->rows.message.text;
    b->talk = (struct message_plan){ .state = (enum plan_state)t->rows.plan.state,
                                     .revision = t->rows.plan.revision,
                                     .understanding = b->understanding,
                                     .options = b->options,
                                     .head = b->head };
    return k;
}

static enum err_kind fill_brief(struct task *t, struct err *e)
{
    struct brief *b = &t->brief;
    enum err_kind k;
    auto_buf created = BUF_INIT(64);
    buf_time(&created, t->rows.plan.created_at);
    b->created = arena_dup(t->arena, buf_cstr(&created));
    b->size = t->rows.plan.size;
    b->looks = t->work->config.looks;
    b->pack_tokens = t->work->config.pack_tokens;
    b->next_section = t->rows.plan.next_section;
    b->drafted_by = task_model(t) ? llm_model(task_model(t)) : "offline";
    if ((k = parse(t, t->rows.understanding, &understanding_record, sizeof *b->understanding, &b->understanding, e)) !=
        ERR_OK)
        return k;
    if ((k = parse(t, t->rows.options, &options_record, sizeof *b->options, &b->options, e)) != ERR_OK) return k;
    if ((k = parse(t, t->rows.outline, &outline_record, sizeof *b->outline, &b->outline, e)) != ERR_OK) return k;
    if ((k = brief_answers(t, e)) != ERR_OK || (k = brief_choice(t, e)) != ERR_OK || (k = brief_phases(t, e)) != ERR_OK)
        return k;
    if (t->job.kind == JOB_REFINE) return brief_refinement(t, e);
    if (t->job.kind == JOB_REPAIR) return brief_repair(t, e);
    if (t->job.kind == JOB_MESSAGE) return brief_message(t, e);
    return ERR_OK;
}

/* A codebase that was never fetched is waited for, unless its fetch failed for good. */
static enum err_kind wait_for_imports(struct task *t, struct err *e)
{
    for (size_t i = 0; i < t->rows.bases.n; i++) {
        const struct step_base *b = &t->rows.bases.v[i];
        if (b->repository.kind != REPOSITORY_GIT || b->base.tree || b->import.synced_at) continue;
        if (b->import.state == IMPORT_FAILED)
            return err_set(e, ERR_INVALID,
                           "codebase %.100s could not be imported: %s; when that is put right: POST "
                           "/repositories/%s/sync, then retry the plan",
                           b->repository.name, b->import.error ? b->import.error : "", b->repository.id);
        t->waits = true;
        return err_set(e, ERR_BUSY, "codebase %.100s is being imported", b->repository.name);
    }
    return ERR_OK;
}

enum err_kind step_prepare(struct task *t, struct err *e)
{
    enum err_kind k = service_step_load(t->work->config.service, &t->job, t->arena, &t->rows, e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return err_set(e, ERR_CONFLICT, "the plan is gone");
    if (k != ERR_OK || (k = wait_for_imports(t, e)) != ERR_OK) return k;
    if ((k = study_get(t->work->studies, &t->rows, &t->study, e)) != ERR_OK) return k;
    t->brief = t->study->brief;
    return fill_brief(t, e);
}

enum err_kind step_offline(struct task *t, struct err *e)
{
    struct step_result r = { .kind = t->step.kind };
    live_begin(t);
    enum err_kind k = planner_offline(&t->brief, &t->step, t->arena, &r, e);
    if (k != ERR_OK) return k;
    return step_commit(t, &r, e);
}

/* --- results --------------------------------------------------------------------------------------------------------
 */
enum err_kind task_part(struct task *t, const char *name, const struct record *r, const void *src, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct step_part *slot;
    enum err_kind k;
    record_encode(r, src, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    if (!(slot = arena_push(t->arena, &t->done.parts, sizeof *slot))) return err_nomem(e);
    *slot = (struct step_part){ name, arena_dup_n(t->arena, buf_cstr(&b), b.n) };
    return arena_check(t->arena, e);
}

static enum err_kind keep_understanding(struct task *t, const struct step_result *r, struct err *e)
{
    struct step_done *d = &t->done;
    enum err_kind k = task_part(t, "understanding", &understanding_record, &r->understanding, e);
    if (k != ERR_OK || (k = context_parts(t, e)) != ERR_OK) return k;
    for (size_t i = 0; i < t->rows.bases.n && i < t->brief.codebases.n; i++) {
        struct step_base_pin *pin = arena_push(t->arena, &d->pins, sizeof *pin);
        if (!pin) return err_nomem(e);
        if ((k = codebase_keep(&t->work->config, &t->brief.codebases.v[i], e)) != ERR_OK) return k;
        *pin = (struct step_base_pin){ (int64_t)i, t->brief.codebases.v[i].base.commit,
                                       t->brief.codebases.v[i].base.tree };
    }
    d->size = r->understanding.size == SIZE_SMALL ? SIZE_SMALL : SIZE_FULL;
    d->questions = (int64_t)r->understanding.questions.n;
    d->must_ask = t->brief.missing.n > 0;
    d->suspicious = planner_suspicious(t->brief.ticket.body);
    if (!d->suspicious) d->suspicious = planner_suspicious(t->brief.ticket.title);
    for (size_t i = 0; !d->suspicious && i < t->rows.files.n; i++) /* what anybody has written beside it */
        if (strncmp(t->rows.files.v[i].path, "ticket/", 7) == 0)
            d->suspicious = planner_suspicious(t->rows.files.v[i].content);
    return forecast_keep(t, r, e);
}

static enum err_kind keep_options(struct task *t, const struct step_result *r, struct err *e)
{
    t->done.options = (int64_t)r->options.options.n;
    t->done.recommended = r->options.recommended ? r->options.recommended : "A";
    enum err_kind k = task_part(t, "options", &options_record, &r->options, e);
    return k == ERR_OK ? forecast_keep(t, r, e) : k;
}

static int64_t after_phase_id(const char *id, int64_t next)
{
    int64_t n = id && strncmp(id, "ph", 2) == 0 ? strtoll(id + 2, NULL, 10) : 0;
    return n >= next ? n + 1 : next;
}

static enum err_kind keep_outline(struct task *t, const struct step_result *r, struct err *e)
{
    t->done.next_section = t->brief.next_section;
    for (size_t i = 0; i < r->outline.phases.n; i++) {
        const char **slot = arena_push(t->arena, &t->done.phases, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = r->outline.phases.v[i].id;
        t->done.next_section = after_phase_id(*slot, t->done.next_section);
    }
    enum err_kind k = task_part(t, "outline", &outline_record, &r->outline, e);
    return k == ERR_OK ? forecast_keep(t, r, e) : k;
}

static enum err_kind keep_phase(struct task *t, const struct step_result *r, struct err *e)
{
    return task_part(t, arena_fmt(t->arena, "phase:%s", t->job.subject), &phase_record, &r->phase, e);
}

static enum err_kind keep_closing(struct task *t, const struct step_result *r, struct err *e)
{
    return task_part(t, "closing", &closing_record, &r->closing, e);
}

/* Held to the bounds of documents: a refinement that asks for more is refused, not a plan that fails. */
static enum err_kind keep_document(struct task *t, const struct step_result *r, struct err *e)
{
    struct document d = { 0 };
    enum err_kind k = task_part(t, "draft", &document_record, &r->document, e);
    const char *text = k == ERR_OK ? t->done.parts.v[t->done.parts.n - 1].body : NULL;
    if (k == ERR_OK && (k = record_parse(&document_record, text, strlen(text), &d, t->arena, e)) != ERR_OK)
        t->done.parts.n--;
    return k;
}

/* Is it about this section? A requirement that no phase covers is mended in any phase. */
static bool is_about(const struct check_finding *f, const char *section)
{
    size_t n = strlen(section);
    if (f->severity != SEVERITY_ERROR || !f->anchor) return false;
    if (strcmp(f->anchor, "requirements") == 0 && strncmp(section, "ph", 2) == 0) return true;
    return strncmp(f->anchor, section, n) == 0 && (f->anchor[n] == '\0' || f->anchor[n] == '.');
}

static bool failing(const struct task *t, const char *section)
{
    for (size_t i = 0; i < t->brief.findings.n; i++)
        if (is_about(&t->brief.findings.v[i], section)) return true;
    return false;
}

/* A repair redrafts the sections that failed; of the others the draft stays as it was, whatever came back. */
static enum err_kind only_failing(struct task *t, const struct document *repaired, struct document *ret, struct err *e)
{
    section_list was = { 0 }, now = { 0 }, all = { 0 };
    enum err_kind k = document_split(t->brief.head, t->arena, &was, e);
    if (k != ERR_OK || (k = document_split(repaired, t->arena, &now, e)) != ERR_OK) return k;
    for (size_t i = 0; i < was.n + now.n; i++) {
        bool old = i < was.n;
        const struct section *s = old ? &was.v[i] : &now.v[i - was.n], *redrafted = section_find(&now, s->id);
        struct section *slot;
        if (!old && (section_find(&was, s->id) || !failing(t, s->id))) continue;
        if (!(slot = arena_push(t->arena, &all, sizeof *slot))) return err_nomem(e);
        *slot = old && redrafted && failing(t, s->id) ? *redrafted : *s;
    }
    if ((k = document_join(&all, t->arena, ret, e)) != ERR_OK) return k;
    ret->header.created = t->brief.head->header.created;
    return document_validate(ret, t->arena, e);
}

static enum err_kind keep_repaired(struct task *t, const struct step_result *r, struct err *e)
{
    struct step_result only = *r;
    enum err_kind k = only_failing(t, &r->document, &only.document, e);
    if (k == ERR_INVALID) { /* the pieces do not go together: a section that passed has to change with them */
        only.document = r->document;
        k = ERR_OK;
    }
    return k == ERR_OK ? keep_document(t, &only, e) : k;
}

static enum err_kind keep_message(struct task *t, const struct step_result *r, struct err *e)
{
    (void)e;
    t->done.message = &r->message;
    return ERR_OK;
}

typedef enum err_kind keep_fn(struct task *t, const struct step_result *r, struct err *e);
static keep_fn *const keepers[STEP_KIND_N_] = {
    [STEP_UNDERSTAND] = keep_understanding, [STEP_OPTIONS] = keep_options,
    [STEP_OUTLINE] = keep_outline,          [STEP_PHASE] = keep_phase,
    [STEP_CLOSING] = keep_closing,          [STEP_REPAIR] = keep_repaired,
    [STEP_REFINE] = keep_document,          [STEP_MESSAGE] = keep_message,
};

enum err_kind step_commit(struct task *t, const struct step_result *r, struct err *e)
{
    struct work *w = t->work;
    enum err_kind k = keepers[t->step.kind](t, r, e);
    if (k != ERR_OK) return k;
    if ((k = service_step_finish(w->config.service, &t->done, e)) != ERR_OK) return k;
    HOLD(&w->lock);
    w->stats.finished++;
    return ERR_OK;
}
