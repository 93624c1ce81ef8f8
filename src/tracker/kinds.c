/* The table of ticket systems, and the common form of what they tell. */
#include "tracker/kind.h"

#include <string.h>

#include "tracker/fields.h"

static const struct tracker_kind *const kinds[] = {
    &kind_generic, &kind_github, &kind_gitlab, &kind_jira, &kind_linear,
};

const struct tracker_kind *kind_find(const char *name)
{
    for (size_t i = 0; i < countof(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
    return NULL;
}

void field_push(struct arena *a, const json_t *v, const char *trunk, struct code_change *ret)
{
    static const char heads[] = "refs/heads/";
    const char *ref = field_text(v, "ref"), *after = field_text(v, "after");
    if (!ref || strncmp(ref, heads, strlen(heads)) != 0 || !after || !after[strspn(after, "0")]) return;
    *ret = (struct code_change){ .commit = arena_dup(a, after), .onto = arena_dup(a, ref + strlen(heads)) };
    ret->trunk = trunk && ret->onto && strcmp(trunk, ret->onto) == 0;
}

void around_link(struct api *a, struct around *ret, const char *ref, const char *how)
{
    struct ticket_link *slot = ref ? arena_push(a->arena, &ret->links, sizeof *slot) : NULL;
    if (slot) *slot = (struct ticket_link){ .ref = ref, .how = arena_dup(a->arena, how ? how : "linked") };
}

const char *const happening_names[] = { "nothing", "created",   "labelled", "edited",
                                        "closed",  "commented", "pushed",   NULL };

#define T struct remark
static const struct field remark_rows[] = {
    F_STR(T, id, 0, 0, 0, "id"),        F_STR(T, body, 0, 0, 0, "text"),
    F_STR(T, login, 0, 0, 0, "login"),  F_STR(T, person, 0, 0, 0, "id of its author"),
    F_STR(T, email, 0, 0, 0, "e-mail"), F_STR(T, association, 0, 0, 0, "association"),
    F_INT(T, at, 0, 0, 0, "Unix ms"),   F_BOOL(T, machine, 0, "written by a program"),
};
#undef T
static const struct record remark_record = RECORD("remark", struct remark, remark_rows);

#define T struct event
static const struct field event_rows[] = {
    F_ENUM(T, what, FIELD_ALWAYS, happening_names, "what has happened"),
    F_STR(T, why, 0, 0, 0, "why it is nothing"),
    F_STR(T, ref, 0, 0, 0, "reference"),
    F_STR(T, key, 0, 0, 0, "key"),
    F_STR(T, url, 0, 0, 0, "address"),
    F_STR(T, title, 0, 0, 0, "title"),
    F_STR(T, body, 0, 0, 0, "text"),
    F_STR(T, project, 0, 0, 0, "project"),
    F_STR(T, author, 0, 0, 0, "author"),
    F_STRS(T, labels, 0, 0, 0, "labels"),
    F_STRS(T, components, 0, 0, 0, "components"),
    F_STR(T, label, 0, 0, 0, "label that was added"),
    F_STR(T, repository, 0, 0, 0, "codebase"),
    F_INT(T, updated_at, 0, 0, 0, "Unix ms"),
    F_INT(T, created_at, 0, 0, 0, "Unix ms"),
    F_BOOL(T, closed, 0, "it is closed"),
    F_BOOL(T, thin, 0, "it is to be fetched"),
    F_REC(T, comment, 0, &remark_record, "comment"),
    F_STRS(T, remotes, 0, 0, 0, "remotes that were pushed to"),
};
#undef T
const struct record event_record = RECORD("event", struct event, event_rows);
