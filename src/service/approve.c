/* POST …/approval: a revision, bound to its content and to the trees it was checked against. A project may ask for
 * several people, for the owners of the files, and that nobody approves what he wrote; until all are there the plan
 * goes on waiting, and says for whom. */
#include "service/approve.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>
#include "service/parts.h"
#include "service/view_plan.h"
#include "service/waive.h"

/* --- what the project asks ---------------------------------------------------------------------------------------- */
#define T struct approval_rules
static const struct field rules_fields[] = {
    F_INT(T, needed, 0, 1, 20, "People who have to approve a revision"),
    F_BOOL(T, owners, 0, "Owners that CODEOWNERS names for the files have to be among them"),
    F_BOOL(T, not_author, 0, "Whoever wrote part of the plan does not approve it"),
    F_JSON(T, people, 0, 65536, "Names of CODEOWNERS with the people they stand for"),
};
#undef T
static const struct record rules_record = RECORD("approval_rules", struct approval_rules, rules_fields);

static enum err_kind people_check(const char *text, struct err *e)
{
    auto_json people = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    const char *owner;
    const json_t *list, *x;
    size_t i;
    if (!text) return ERR_OK;
    if (!json_is_object(people))
        return err_at(e, ERR_INVALID, "/settings/approvals/people",
                      "must be an object: names of CODEOWNERS with lists of people");
    json_object_foreach(people, owner, list)
    {
        if (!json_is_array(list))
            return err_at(e, ERR_INVALID, "/settings/approvals/people", "'%.60s' must have a list of people", owner);
        json_array_foreach(list, i, x)
        {
            if (json_is_string(x)) continue;
            return err_at(e, ERR_INVALID, "/settings/approvals/people", "'%.60s' must have a list of names", owner);
        }
    }
    return ERR_OK;
}

static enum err_kind rules_of(const char *settings, struct arena *a, struct approval_rules *ret, struct err *e)
{
    auto_json root = settings ? json_loads(settings, JSON_DECODE_ANY, NULL) : NULL;
    const json_t *v = json_object_get(root, "approvals");
    *ret = (struct approval_rules){.needed = 1};
    return v ? record_decode(&rules_record, v, ret, a, "/settings/approvals", e) : ERR_OK;
}

enum err_kind approval_settings_check(const char *settings, struct arena *a, struct err *e)
{
    struct approval_rules rules;
    enum err_kind k = rules_of(settings, a, &rules, e);
    return k == ERR_OK ? people_check(rules.people, e) : k;
}

enum err_kind approval_rules_read(struct txn *tx, int64_t project, struct arena *a, struct approval_rules *ret,
                                  struct err *e)
{
    struct project_row row = { 0 };
    enum err_kind k = store_project_get_n(tx, project, a, &row, e);
    return k == ERR_OK ? rules_of(row.settings, a, ret, e) : k;
}

/* --- owners ------------------------------------------------------------------------------------------------------- */
#define T struct owned_files
static const struct field owned_fields[] = {
    F_STRS(T, owners, FIELD_ALWAYS, 0, 0, "One of these"),
    F_STRS(T, files, FIELD_ALWAYS, 0, 0, "For these files"),
};
#undef T
static const struct record owned_record = RECORD("owned_files", struct owned_files, owned_fields);
#define T struct approval_state
static const struct field state_fields[] = {
    F_INT(T, revision, FIELD_REQUIRED, 0, 0, "The revision they are for"),
    F_INT(T, needed, FIELD_REQUIRED, 0, 0, "How many people have to approve it"),
    F_INT(T, given, FIELD_REQUIRED, 0, 0, "How many have"),
    F_LIST(T, missing, FIELD_ALWAYS, &owned_record, 0, "Owners who have not"),
};
#undef T
const struct record approval_state_record = RECORD("approval_state", struct approval_state, state_fields);

static bool holds_text(const json_t *v, const char *text)
{
    const char *key;
    const json_t *x;
    size_t i;
    if (json_is_string(v)) return strcasecmp(json_string_value(v), text) == 0;
    json_array_foreach(v, i, x) if (holds_text(x, text)) return true;
    json_object_foreach((json_t *)(uintptr_t)v, key, x) if (holds_text(x, text)) return true;
    return false;
}

/* "@name" by name or login, an address by e-mail, and whatever the project says a name stands for. */
static bool person_is(const struct person_row *p, const char *owner, const json_t *people)
{
    auto_json logins = p->logins ? json_loads(p->logins, JSON_DECODE_ANY, NULL) : NULL;
    const char *name = owner[0] == '@' ? owner + 1 : owner;
    if (strcasecmp(p->name, name) == 0 || holds_text(logins, name) || holds_text(logins, owner)) return true;
    if (p->email && strcasecmp(p->email, owner) == 0) return true;
    return holds_text(json_object_get(people, owner), p->name);
}

static bool owned_by(const struct owned_files *f, const struct person_row *v, size_t n, const json_t *people)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < f->owners.n; j++)
            if (person_is(&v[i], f->owners.v[j], people)) return true;
    return false;
}

/* --- the decision ------------------------------------------------------------------------------------------------- */
struct approving {
    struct plan_txn p;
    struct call *call;
    struct revision_row head;
    struct approval_rules rules;
    LIST(struct person_row) people; /* who have approved the head, this one included */
    struct approval_state state;
};

static enum err_kind approvable(struct approving *x, struct err *e)
{
    const struct approval_request *in = x->call->in;
    struct plan_txn *p = &x->p;
    struct refinement_list pending = { 0 };
    enum err_kind k;
    if (in && in->revision && in->revision != x->head.number)
        return err_at(e, ERR_CONFLICT, "/revision", "only the newest revision, %lld, can be approved",
                      (long long)x->head.number);
    if ((k = revision_match(x->call, &x->head, e)) != ERR_OK) return k;
    if (p->row.stale) return err_set(e, ERR_CONFLICT, "the plan is stale: the code it rests on has changed");
    if ((k = store_refinement_list(p->tx, p->row.n, REFINEMENT_PENDING, p->arena, &pending, e)) != ERR_OK) return k;
    if (pending.n) return err_set(e, ERR_CONFLICT, "a refinement is pending");
    return x->head.failed ? waivers_cover(p, &x->head, e) : ERR_OK;
}

static enum err_kind add_person(struct approving *x, int64_t n, struct err *e)
{
    struct person_row *slot = arena_push(x->p.arena, &x->people, sizeof *slot);
    if (!slot) return err_nomem(e);
    return store_person_get_n(x->p.tx, n, x->p.arena, slot, e);
}

/* May this person, and who has before? */
static enum err_kind admit(struct approving *x, struct err *e)
{
    struct plan_txn *p = &x->p;
    int64_t me = x->call->caller.person;
    struct approval_list before = { 0 };
    bool author = x->p.row.created_by == me;
    enum err_kind k = approval_rules_read(p->tx, p->row.project, p->arena, &x->rules, e);
    if (k != ERR_OK) return k;
    if (x->rules.not_author && !author && (k = store_revision_author(p->tx, p->row.n, me, &author, e)) != ERR_OK)
        return k;
    if (x->rules.not_author && author)
        return err_set(e, ERR_FORBIDDEN, "in this project nobody approves a plan that he made or changed");
    if ((k = store_approval_list(p->tx, p->row.n, x->head.number, p->arena, &before, e)) != ERR_OK) return k;
    for (size_t i = 0; k == ERR_OK && i < before.n; i++) {
        if (before.v[i].voided_at) continue;
        if (before.v[i].person == me)
            return err_set(e, ERR_CONFLICT, "you have approved revision %lld already", (long long)x->head.number);
        k = add_person(x, before.v[i].person, e);
    }
    return k == ERR_OK ? add_person(x, me, e) : k;
}

/* Who is missing now that this one has approved. */
static enum err_kind count(struct approving *x, struct err *e)
{
    const struct approval_owners *owners = x->call->prepared;
    auto_json people = x->rules.people ? json_loads(x->rules.people, 0, NULL) : NULL;
    x->state =
        (struct approval_state){.revision = x->head.number, .needed = x->rules.needed, .given = (int64_t)x->people.n};
    if (!x->rules.owners) return ERR_OK;
    if (!owners) /* from where no tree can be read: a ticket's comment */
        return err_set(e, ERR_CONFLICT, "in this project owners of the files approve: POST /plans/%s/approval",
                       x->p.row.id);
    if (owners->revision != x->head.number)
        return err_set(e, ERR_BUSY, "the plan has changed in between: try again");
    for (size_t i = 0; i < owners->rules.v.n; i++) {
        struct owned_files *slot;
        if (owned_by(&owners->rules.v.v[i], x->people.v, x->people.n, people)) continue;
        if (!(slot = arena_push(x->p.arena, &x->state.missing, sizeof *slot))) return err_nomem(e);
        *slot = owners->rules.v.v[i];
    }
    return ERR_OK;
}

enum err_kind approval_base(struct plan_txn *p, const char **ret, struct err *e)
{
    struct plan_base_list bases = { 0 };
    auto_buf b = BUF_INIT(1 << 16);
    enum err_kind k = store_base_list(p->tx, p->row.n, p->arena, &bases, e);
    buf_char(&b, '[');
    for (size_t i = 0; i < bases.n; i++) {
        buf_comma(&b);
        buf_char(&b, '{');
        view_text(&b, "repository", bases.v[i].repository_id);
        view_text(&b, "alias", bases.v[i].alias);
        view_text(&b, "commit", bases.v[i].commit);
        view_text(&b, "tree", bases.v[i].tree);
        buf_char(&b, '}');
    }
    buf_char(&b, ']');
    if (k != ERR_OK || (k = buf_check(&b, e)) != ERR_OK) return k;
    *ret = arena_dup_n(p->arena, buf_cstr(&b), b.n);
    return arena_check(p->arena, e);
}

const char *approval_detail(struct arena *a, const struct approval_row *r, const char *other)
{
    return arena_fmt(a, "{\"revision\":%lld,\"hash\":\"%s\",\"base\":%s%s}", (long long)r->revision,
                     hash_hex_of(&r->content).s, r->base, other);
}

static enum err_kind settle(struct approving *x, const char *detail, struct err *e)
{
    struct plan_txn *p = &x->p;
    enum err_kind k;
    if (x->state.given < x->state.needed || x->state.missing.n) {
        if ((k = part_write(p->tx, p->row.n, "approvals", &approval_state_record, &x->state, e)) != ERR_OK) return k;
        return plan_txn_event(p, "plan.approval_given", detail, e);
    }
    if ((k = store_part_delete(p->tx, p->row.n, "approvals", e)) != ERR_OK) return k;
    if ((k = plan_txn_verb(p, VERB_APPROVE, e)) != ERR_OK) return k;
    p->row.approved = x->head.number;
    return plan_txn_event(p, "plan.approved", detail, e);
}

enum err_kind service_plan_approve(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct approval_request *in = c->in;
    struct approving x = {.call = c};
    enum plan_state next;
    const char *detail;
    enum err_kind k = plan_txn_begin(&x.p, tx, c, out, e);
    if (k != ERR_OK ||
        (k = plan_apply((enum plan_state)x.p.row.state, VERB_APPROVE, PLAN_DRAFTING, &next, e)) != ERR_OK)
        return k == ERR_STATE ? plan_txn_newer(&x.p, e) : k;
    if ((k = store_revision_get(tx, x.p.row.n, 0, false, c->arena, &x.head, e)) != ERR_OK ||
        (k = approvable(&x, e)) != ERR_OK || (k = admit(&x, e)) != ERR_OK || (k = count(&x, e)) != ERR_OK)
        return k == ERR_CONFLICT ? plan_txn_newer(&x.p, e) : k;
    struct approval_row row = {.plan = x.p.row.n,
                               .revision = x.head.number,
                               .at = x.p.now,
                               .person = c->caller.person,
                               .content = x.head.content,
                               .note = in ? in->note : NULL};
    if ((k = approval_base(&x.p, &row.base, e)) != ERR_OK || (k = store_approval_insert(tx, &row, e)) != ERR_OK)
        return k;
    detail = approval_detail(
        c->arena, &row,
        arena_fmt(c->arena, ",\"given\":%lld,\"needed\":%lld", (long long)x.state.given, (long long)x.state.needed));
    if ((k = plan_txn_audit(&x.p, c, "plan.approve", x.p.row.id, detail, e)) != ERR_OK ||
        (k = settle(&x, detail, e)) != ERR_OK)
        return k;
    return plan_txn_end(&x.p, 200, e);
}
