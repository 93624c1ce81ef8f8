/* POST …/handoff: an approved plan goes to whoever implements it. What the use cases after it share is here, too. */
#include "service/handoff.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>
#include "service/parts.h"

#define T struct kept_handoff
static const struct field kept_fields[] = {
    F_STR(T, branch, 0, 0, 0, "The branch it is implemented on"),
    F_STR(T, note, 0, 0, 0, "For whoever implements it"),
    F_STR(T, build, 0, 0, 0, "The command that builds the code"),
    F_STR(T, test, 0, 0, 0, "The command that runs the existing tests"),
    F_STR(T, setup, 0, 0, 0, "The file that says how the environment is prepared"),
    F_TIME(T, at, 0, "When"),
};
#undef T
const struct record kept_handoff_record = RECORD("kept_handoff", struct kept_handoff, kept_fields);

/* --- phases under way --------------------------------------------------------------------------------------------- */
enum err_kind under_way_read(struct txn *tx, const struct plan_row *p, int64_t revision, struct arena *a,
                             struct under_way *ret, struct err *e)
{
    enum err_kind k = store_revision_get(tx, p->n, revision, true, a, &ret->head, e);
    if (k != ERR_OK || (k = revision_document(&ret->head, p->created_at, a, &ret->document, e)) != ERR_OK) return k;
    if ((k = store_progress_list(tx, p->n, a, &ret->progress, e)) != ERR_OK) return k;
    return store_claim_list(tx, p->n, a, &ret->claims, e);
}

enum err_kind under_way_phase(const struct under_way *u, const char *want, const char *at, size_t *ret, struct err *e)
{
    for (size_t i = 0; i < u->document.phases.n; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "P%zu", i + 1);
        if (strcasecmp(number, want) != 0 && strcmp(u->document.phases.v[i].id, want) != 0) continue;
        *ret = i;
        return ERR_OK;
    }
    return err_at(e, ERR_INVALID, at, "revision %lld has no phase '%.40s'; it has P1 to P%zu",
                  (long long)u->head.number, want, u->document.phases.n);
}

const struct progress_row *under_way_progress(const struct under_way *u, const char *phase)
{
    for (size_t i = 0; i < u->progress.n; i++)
        if (strcmp(u->progress.v[i].phase, phase) == 0) return &u->progress.v[i];
    return NULL;
}

const struct claim_row *under_way_claim(const struct under_way *u, const char *phase)
{
    for (size_t i = 0; i < u->claims.n; i++)
        if (strcmp(u->claims.v[i].phase, phase) == 0) return &u->claims.v[i];
    return NULL;
}

const char *under_way_status(const struct under_way *u, const char *phase)
{
    const struct progress_row *row = under_way_progress(u, phase);
    return row ? progress_status_names[row->status] : "open";
}

bool under_way_ended(const struct under_way *u, const char *phase)
{
    const struct progress_row *row = under_way_progress(u, phase);
    return row && row->status != PROGRESS_STARTED;
}

const struct phase *under_way_waits_for(const struct under_way *u, size_t i, size_t *ret_number)
{
    const struct document *d = &u->document;
    const struct phase *p = &d->phases.v[i];
    for (size_t j = 0; j < d->phases.n; j++) {
        for (size_t k = 0; k < p->depends_on.n; k++) {
            if (strcmp(p->depends_on.v[k], d->phases.v[j].id) != 0 || under_way_ended(u, d->phases.v[j].id)) continue;
            *ret_number = j + 1;
            return &d->phases.v[j];
        }
    }
    return NULL;
}

static bool is_phase(const char *section)
{
    return strncmp(section, "ph", 2) == 0 && section[2] >= '0' && section[2] <= '9';
}

enum err_kind handoff_count(struct plan_txn *p, struct err *e)
{
    struct revision_row head = { 0 };
    struct under_way u = { 0 };
    enum err_kind k = store_revision_get(p->tx, p->row.n, 0, false, p->arena, &head, e);
    if (k != ERR_OK || (k = store_progress_list(p->tx, p->row.n, p->arena, &u.progress, e)) != ERR_OK) return k;
    p->row.done = p->row.total = 0;
    for (size_t i = 0; i < head.sections.n; i++) {
        if (!is_phase(head.sections.v[i].id)) continue;
        p->row.total++;
        p->row.done += under_way_ended(&u, head.sections.v[i].id);
    }
    return ERR_OK;
}

/* --- the commands of the codebase --------------------------------------------------------------------------------- */
/* The first of the kind that the repository itself defines, else the first that follows from a manifest. */
static const char *command_of(const json_t *commands, const char *kind)
{
    const json_t *x, *implied = NULL;
    size_t i;
    json_array_foreach(commands, i, x)
    {
        const char *its = json_string_value(json_object_get(x, "kind"));
        if (!its || strcmp(its, kind) != 0) continue;
        if (!json_is_true(json_object_get(x, "implied"))) return json_string_value(json_object_get(x, "name"));
        if (!implied) implied = x;
    }
    return json_string_value(json_object_get(implied, "name"));
}

static const char *note_of(const json_t *notes, const char *kind)
{
    const json_t *x;
    size_t i;
    json_array_foreach(notes, i, x)
    {
        const char *its = json_string_value(json_object_get(x, "kind"));
        if (its && strcmp(its, kind) == 0) return json_string_value(json_object_get(x, "path"));
    }
    return NULL;
}

/* What contributors are told; else the README. */
static const char *setup_of(const json_t *survey)
{
    static const char *const lists[] = { "conventions", "docs" }, *const kinds[] = { "contributing", "readme" };
    for (size_t k = 0; k < countof(kinds); k++) {
        for (size_t l = 0; l < countof(lists); l++) {
            const char *path = note_of(json_object_get(survey, lists[l]), kinds[k]);
            if (path) return path;
        }
    }
    return NULL;
}

enum err_kind handoff_commands(struct txn *tx, int64_t plan, struct arena *a, struct kept_handoff *ret, struct err *e)
{
    const char *text = NULL;
    enum err_kind k = store_part_get(tx, plan, "context", a, &text, e);
    auto_json root = k == ERR_OK && text ? json_loads(text, 0, NULL) : NULL;
    const json_t *survey = json_object_get(json_array_get(json_object_get(root, "codebases"), 0), "survey");
    const json_t *commands = json_object_get(survey, "commands");
    if (k != ERR_OK) return k;
    ret->build = arena_dup(a, command_of(commands, "build"));
    ret->test = arena_dup(a, command_of(commands, "test"));
    ret->setup = arena_dup(a, setup_of(survey));
    return arena_check(a, e);
}

/* --- the handoff -------------------------------------------------------------------------------------------------- */
/* As git takes it, and so that no command line mistakes it for something else. */
static enum err_kind branch_check(const char *name, struct err *e)
{
    size_t n = name ? strlen(name) : 0;
    if (!name) return ERR_OK;
    if (name[0] == '-' || name[0] == '/' || name[n - 1] == '/' || name[n - 1] == '.' || strstr(name, "..") ||
        strstr(name, "//") || strstr(name, "@{") || strpbrk(name, " ~^:?*[\\\"'`$;&|<>(){}!"))
        return err_at(e, ERR_INVALID, "/branch", "is not the name of a branch");
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 127)
            return err_at(e, ERR_INVALID, "/branch", "is not the name of a branch");
    return ERR_OK;
}

static enum err_kind keep(struct plan_txn *p, const struct handoff_request *in, struct err *e)
{
    struct kept_handoff kept = { 0 };
    enum err_kind k =
        part_read(p->tx, p->row.n, "handoff", &kept_handoff_record, &kept, p->arena, NULL, e); /* the branch stays */
    if (k != ERR_OK || (k = handoff_commands(p->tx, p->row.n, p->arena, &kept, e)) != ERR_OK) return k;
    if (in && in->branch) kept.branch = in->branch;
    if (in && in->note) kept.note = in->note;
    kept.at = p->now;
    return part_write(p->tx, p->row.n, "handoff", &kept_handoff_record, &kept, e);
}

enum err_kind service_plan_handoff(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct handoff_request *in = c->in;
    struct approval_row approval = { 0 };
    struct plan_txn p;
    const char *detail;
    enum err_kind k = branch_check(in ? in->branch : NULL, e);
    if (k != ERR_OK || (k = plan_txn_begin(&p, tx, c, out, e)) != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK)
        return k;
    if ((k = plan_txn_verb(&p, VERB_HANDOFF, e)) != ERR_OK || (k = handoff_count(&p, e)) != ERR_OK) return k;
    if ((k = store_approval_get(tx, p.row.n, c->arena, &approval, e)) != ERR_OK || (k = keep(&p, in, e)) != ERR_OK)
        return k;
    detail = arena_fmt(c->arena, "{\"revision\":%lld,\"hash\":\"%s\"}", (long long)p.row.approved,
                       hash_hex_of(&approval.content).s);
    if ((k = plan_txn_audit(&p, c, "plan.handoff", p.row.id, detail, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.handed_off", detail, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}
