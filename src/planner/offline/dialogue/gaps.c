/* The rows of gaps, by kind of situation. */
#include "planner/offline/dialogue/gaps.h"

#include <string.h>
#include "planner/offline/scene/facts.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void gap_var(struct gap_vars *v, const char *name, const char *value)
{
    if (v->n < GAP_VARS) v->v[v->n++] = (struct var){name, value};
}

const char *gap_fill(const struct scene *s, const char *template, const struct gap_vars *v)
{
    for (const char *p = template ? strchr(template, '{') : NULL; p; p = strchr(p + 1, '{')) {
        size_t len = strcspn(p + 1, "}"), i = 0;
        while (i < v->n && (strlen(v->v[i].name) != len || memcmp(v->v[i].name, p + 1, len) != 0)) i++;
        if (i == v->n || !v->v[i].value) return NULL;
    }
    return template ? template_fill(s->a, template, v->v, v->n) : NULL;
}

/* The first requirement that has one of the words and none of the others; NULL. */
static const struct need *need_with(const struct scene *s, const char *const *words, const char *const *without)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (prose_has_any(s->needs.v[i].r.text, words) &&
            !(without && prose_has_any(s->needs.v[i].r.text, without)))
            return &s->needs.v[i];
    return NULL;
}

/* {id} {rule} and {at}, the file it meets or the closest one. */
static void gap_need(const struct scene *s, const struct need *n, struct gap_vars *v)
{
    gap_var(v, "id", n->r.id);
    gap_var(v, "rule", prose_bare(s->a, prose_short(s->a, n->r.text, 110)));
    gap_var(v, "at", n->place ? scene_cite(s, n->place)
                              : arena_fmt(s->a, "the %zu source files", facts_of(s)->files.n));
}

static bool by_need(const struct scene *s, struct gap_vars *v, const char *const *words, const char *const *without)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const char *text = without_code(s, s->needs.v[i].r.text); /* `Retry-After` retries nothing */
        if (!prose_has_any(text, words) || (without && prose_has_any(text, without))) continue;
        gap_need(s, &s->needs.v[i], v);
        return true;
    }
    return false;
}

/* --- data --------------------------------------------------------------------------------------------------------- */
static const char *newest_migration(const struct scene *s)
{
    size_t c;
    const struct survey_migrations *m = scene_migrations(s, &c);
    return m && m->dir ? arena_fmt(s->a, "`%s`", scene_path(s, c, m->dir)) : NULL;
}

static bool table_elsewhere(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->x.tables.n && !s->empty && !facts_of(s)->partial; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (!t->table || facts_table(s, t->table).file || table_is_new(s, t->table)) continue;
        gap_var(v, "table", t->table);
        gap_var(v, "files", arena_fmt(s->a, "%zu source files", facts_of(s)->files.n));
        gap_var(v, "migrations", newest_migration(s) ? newest_migration(s) : "the repository");
        gap_var(v, "line", arena_fmt(s->a, "%lld", (long long)t->line));
        return true;
    }
    return false;
}

static bool new_table(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->x.tables.n && !s->empty; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (!t->table || !table_is_new(s, t->table)) continue;
        gap_var(v, "table", t->table);
        gap_var(v, "migrations", newest_migration(s) ? newest_migration(s) : "the migrations");
        return true;
    }
    return false;
}

static bool column_of_old_rows(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->x.tables.n && !s->empty; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        struct fact at = t->table && t->column ? facts_table(s, t->table) : (struct fact){0};
        if (!at.file || prose_has_word(at.file->content, t->column)) continue;
        if (!need_with(s, WORDS("column", "field", "stored", "store", "add", "new"), WORDS("index")) ||
            !need_with(s, WORDS(t->column), WORDS("index for", "an index", "ordered by", "sorted by")))
            continue;
        gap_var(v, "table", t->table);
        gap_var(v, "column", t->column);
        gap_var(v, "where", fact_cite(s, at));
        return true;
    }
    return false;
}

static bool deletes(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("delete", "deletes", "deleted", "can remove", "erase*", "purge*"),
                   WORDS("never", "not", "no longer", "soft*", "deleted_at", "file", "files"));
}

/* --- API ---------------------------------------------------------------------------------------------------------- */
static const char *const guards[] = {"login_required", "require_role*",  "requires_role*", "has_role*", "hasRole*",
                                     "requireRole*",   "current_user*",  "require_auth*",  "requireAuth*", "is_admin",
                                     "isAdmin",        "permission*",    "PreAuthorize",   "authorize*",  "Authorize",
                                     "before_action",  "require_token*", "authenticated*", NULL};

static bool who_may_call(const struct scene *s, struct gap_vars *v)
{
    struct fact guard = s->empty || s->x.endpoints.n == 0 ? (struct fact){0} : facts_find(s, guards);
    for (size_t i = 0; guard.file && i < s->x.endpoints.n; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        if (facts_endpoint(s, ep).file) continue;
        gap_var(v, "endpoint", arena_fmt(s->a, "`%s%s%s`", ep->method ? ep->method : "", ep->method ? " " : "",
                                         ep->path));
        gap_var(v, "guard", fact_cite(s, guard));
        return true;
    }
    return false;
}

/* The other way round: the ticket relies on rights that nothing here checks. */
static bool rights_unknown(const struct scene *s, struct gap_vars *v)
{
    const struct need *n = need_with(s, WORDS("role", "roles", "permission", "permissions", "admin", "admins",
                                              "administrators", "logged in", "signed in", "authenticated", "may call",
                                              "members of"), NULL);
    if (!n || s->empty || facts_of(s)->partial || scene_is(s, KIND_CLI) || facts_find(s, guards).file) return false;
    gap_need(s, n, v);
    gap_var(v, "files", arena_fmt(s->a, "%zu source files", facts_of(s)->files.n));
    return true;
}

/* One parameter more changes no answer that is given today. */
static bool only_parameter(const struct scene *s, const struct extract_endpoint *ep)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const char *at = s->needs.v[i].endpoint == ep ? strstr(s->needs.v[i].r.text, ep->path) : NULL;
        if (at && at[strlen(ep->path)] == '?') return true;
    }
    return false;
}

static bool served_today(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->x.endpoints.n && !s->empty && !scene_is(s, KIND_BUG); i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        struct fact at = facts_endpoint(s, ep);
        if (!at.file || only_parameter(s, ep)) continue;
        gap_var(v, "endpoint", arena_fmt(s->a, "`%s%s%s`", ep->method ? ep->method : "", ep->method ? " " : "",
                                         ep->path));
        gap_var(v, "where", fact_cite(s, at));
        return true;
    }
    return false;
}

/* What is slow or broken exists somewhere; when nothing here serves it, this may be the wrong codebase. */
static bool endpoint_elsewhere(const struct scene *s, struct gap_vars *v)
{
    if ((!scene_is(s, KIND_BUG) && !scene_is(s, KIND_PERFORMANCE)) || s->empty || facts_of(s)->partial) return false;
    for (size_t i = 0; i < s->x.endpoints.n; i++)
        if (facts_endpoint(s, &s->x.endpoints.v[i]).file) return false;
    if (s->x.endpoints.n == 0 || !s->x.endpoints.v[0].method) return false; /* a bare path may be anything */
    gap_var(v, "endpoint", arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path));
    gap_var(v, "line", arena_fmt(s->a, "%lld", (long long)s->x.endpoints.v[0].line));
    gap_var(v, "files", arena_fmt(s->a, "%zu source files", facts_of(s)->files.n));
    return true;
}

static bool plural_path(const char *path)
{
    size_t n = strcspn(path, "?");
    return n > 3 && path[n - 1] == 's' && path[n - 2] != 's' && !strchr("}>", path[n - 1]);
}

static bool list_without_pages(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->x.endpoints.n; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        if (!ep->method || strcmp(ep->method, "GET") != 0 || !plural_path(ep->path) || facts_endpoint(s, ep).file ||
            thing_known(s, arena_dup_n(s->a, path_resource(ep->path).p, path_resource(ep->path).n)))
            continue;
        gap_var(v, "endpoint", arena_fmt(s->a, "`GET %s`", ep->path));
        return true;
    }
    return false;
}

static bool export_unbounded(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("export*", "download*"), WORDS("button", "exported file"));
}

static bool countable(const struct extract_limit *l)
{
    return l->bound == BOUND_AT_MOST && !limit_is_time(l) && strchr("0123456789", l->value[0]) &&
           !prose_has_any(l->unit, WORDS("characters", "per page", "rows", "ms", "lines", "bytes", "entries", "%",
                                         "days", "day", "weeks", "months", "times"));
}

static bool beyond_limit(const struct scene *s, struct gap_vars *v)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct need *n = &s->needs.v[i];
        for (size_t j = 0; j < s->x.limits.n; j++) {
            const struct extract_limit *l = &s->x.limits.v[j];
            if (l->line != n->r.line || !countable(l) || n->measured || !strstr(n->r.text, l->value)) continue;
            if (prose_has_any(n->r.text, WORDS("page", "retr*", "4??", "429", "413", "422", "400", "refuse*", "reject*",
                                               "error", "then", "oldest", "memory", "shown", "returned", "returns", "return")))
                continue;
            gap_var(v, "limit", limit_text(s, l));
            gap_need(s, n, v);
            return true;
        }
    }
    return false;
}

/* --- behaviour ---------------------------------------------------------------------------------------------------- */
static bool renames(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("rename", "renamed", "renames", "is now called", "gets the name"),
                   WORDS("file", "files"));
}

static bool time_without_zone(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v,
                   WORDS("midnight", "every day at", "daily at", "o'clock", "every morning", "per calendar day",
                         "working day*", "business hours", "at night", "end of the day", "end of the month",
                         "each night", "first of the month", "every night", "due date", "a.m.", "p.m."),
                   NULL);
}

static bool retries(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("retry", "retries", "retried", "tried again", "try again"), NULL);
}

static bool remembered(const struct scene *s, struct gap_vars *v)
{
    return scene_is(s, KIND_FRONTEND) &&
           by_need(s, v, WORDS("remembered", "remembers", "remember", "is kept for the user", "preference is saved"),
                   NULL);
}

static bool uploads(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("upload", "uploads", "uploaded", "attach", "attachment*"), NULL);
}

static bool searches(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("search", "searches", "filter by", "find by"), WORDS("engine", "index"));
}

static bool caches(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("cache", "cached", "caches"), WORDS("ci", "header"));
}

static bool mails(const struct scene *s, struct gap_vars *v)
{
    return by_need(s, v, WORDS("e-mail", "email", "mail", "notification", "notified"),
                   WORDS("address", "address*", "prefix", "login", "e-mail of", "unique", "search*"));
}

const struct gap gaps[] = {
    {86,
     endpoint_elsewhere,
     WORDS("new endpoint", "does not exist yet"),
     "Where is {endpoint} served?",
     "The ticket speaks of it as something that is there (line {line}), and nothing in the {files} has that path: "
     "either it "
     "is called otherwise here, or this is not the code to change.",
     {"Nowhere yet: this plan adds it here", "Here, under another path: say which",
      "In another codebase: name that one"},
     "The {files}, for the path in any notation of its parameters."},
    {85,
     table_elsewhere,
     WORDS("new table", "create the table", "create table"),
     "Where does table `{table}` come from?",
     "The ticket (line {line}) relies on `{table}`, and no migration or model here has it; the first phase either "
     "creates it or only changes it.",
     {"It exists in the database and is managed elsewhere; this plan only changes it",
      "It is new: this plan creates it", "It has another name in this code: say which",
      "It is in another codebase: name that one"},
     "{migrations} and {files}, for `{table}` as a table, a model or in SQL."},
    {75,
     served_today,
     WORDS("backward*", "backwards", "breaking", "compatib*", "existing clients", "deprecat*", "version the", "/v2",
           "keep its present", "must keep", "stay as", "stays as", "unchanged", "switched off"),
     "Must clients that use {endpoint} today keep working unchanged?",
     "{where} serves it already; a changed answer reaches everybody who calls it.",
     {"Yes: fields are only added, and present ones keep their meaning", "No: all callers are changed together with it",
      "A new version beside the old one"},
     "The ticket, for words on compatibility; {where}, where the path is served."},
    {72,
     who_may_call,
     WORDS("role", "roles", "permission*", "admin", "admins", "administrator*", "only", "authori*", "authenticated",
           "logged in", "signed in", "anonymous", "public", "token", "tokens", "support group", "members of",
           "may call"),
     "Who may call {endpoint}?",
     "This code guards its routes ({guard}), and the ticket names no right for the new one; without an answer it would "
     "be "
     "open, or closed, by accident.",
     {"Whoever may call its neighbours today, with the same guard", "Administrators only",
      "Everybody, without signing in"},
     "The ticket, for roles and rights; {guard}, for how routes are guarded."},
    {70,
     rights_unknown,
     WORDS("gateway", "header x-*", "sso", "single sign-on", "jwt", "introduce roles"),
     "What tells who is calling ({id})?",
     "\"{rule}\" needs to know the caller, and nothing in the {files} checks one; without an answer that check would "
     "have "
     "to be built first.",
     {"A part in front of this code knows it and passes it on; this plan only checks it",
      "Nothing yet: signing in and its rights belong to this plan", "Another part of the system checks it entirely"},
     "{files}, for a check of rights or of a session; the ticket, for where the caller is known."},
    {65,
     new_table,
     WORDS("retention", "purge*", "kept for", "keep for", "expire*", "clean up", "cleanup", "archive*", "delete*",
           "days old", "older than", "for ever", "forever"),
     "How long are rows of `{table}` kept, and who removes them?",
     "`{table}` grows with use, and neither the ticket nor {migrations} removes rows; a time of creation has to be in "
     "the "
     "first migration if they are to go later.",
     {"Kept; a `created_at` column makes removal possible later without another migration",
      "Removed after a fixed time: say how long", "Removed together with the row they belong to"},
     "The ticket, for retention; {migrations}, for how other tables are emptied."},
    {58,
     renames,
     WORDS("alias", "deprecat*", "old name", "keep working", "keeps working", "redirect*", "backward*", "both names",
           "compatib*", "no behaviour change*", "callers"),
     "What happens to those who use the old name ({id})?",
     "After \"{rule}\" whoever still uses the old name breaks, unless {at} accepts both for a while.",
     {"Both names work for one release; the old one is reported as deprecated",
      "Only the new name works, and all callers are changed at once", "The old name stays for good"},
     "The ticket, for a time of transition; {at}, for where the name is used."},
    {55,
     column_of_old_rows,
     WORDS("default", "null", "nullable", "backfill*", "existing rows", "existing entries", "optional", "old rows",
           "not null"),
     "What do rows of `{table}` that exist today hold in `{column}`?",
     "{where} has rows without it; whether the migration fills them decides how long it takes and what readers have to "
     "expect.",
     {"NULL, read as \"not known\"; nothing is filled", "A default value for all: say which",
      "Computed from other columns in a backfill"},
     "The ticket, for a default or a backfill; {where}, for what there is to compute it from."},
    {50,
     export_unbounded,
     WORDS("at most", "rows", "per page", "limit*", "range", "month*", "stream*", "up to", "maximum", "more than"),
     "How large may what {id} gives out become?",
     "\"{rule}\" has no bound: whether it can be built in memory at {at} or has to be streamed depends on it.",
     {"As large as the data is: it is streamed row by row",
      "At most 10,000 rows, more are refused with a clear message", "Only a period that the caller names"},
     "The ticket, for a number of rows or a period; {at}, for how answers are built today."},
    {48,
     beyond_limit,
     WORDS("refused", "rejected", "429", "413", "422", "is ignored", "are ignored", "truncated", "oldest", "error",
           "exceed*", "otherwise"),
     "What happens beyond {limit} ({id})?",
     "\"{rule}\" sets the limit, not what somebody sees who meets it; tests of the border need to know.",
     {"Refused, with an error that names the limit", "Cut off at the limit, and the answer says so",
      "The oldest makes room for the newest"},
     "The ticket's line of {id} and those around it; {at}, for how it refuses today."},
    {46,
     remembered,
     WORDS("browser", "local storage", "localstorage", "cookie*", "account", "server", "database", "profile", "device*",
           "settings table"),
     "Where is it remembered ({id})?",
     "\"{rule}\": with the account it follows people to other devices and needs storage on the server; in the browser "
     "it "
     "needs none.",
     {"In the browser; nothing is stored on the server", "With the account, so that it follows to other devices"},
     "The ticket, for devices, accounts and cookies; {at}, for what is stored today."},
    {45,
     list_without_pages,
     WORDS("page", "pages", "per page", "paginat*", "cursor", "limit", "at most", "offset", "first 50"),
     "Does {endpoint} answer with everything, or in pages?",
     "The list grows with the data, and clients cannot be moved to pages later without breaking them.",
     {"In pages of 50, with a way to the next one", "Everything: the list stays short", "Only the newest 100"},
     "The ticket, for a number per page; the other endpoints of this code, for how they page."},
    {44,
     time_without_zone,
     WORDS("utc", "time zone*", "timezone*", "local time", "cet", "gmt", "zone"),
     "In which time zone is {id} meant?",
     "\"{rule}\" names a time of day or a calendar day, which differs by zone and twice a year by daylight saving.",
     {"UTC, as servers count", "The zone of the person concerned", "The zone of the company: say which"},
     "The ticket, for a zone; {at}, for how times are kept today."},
    {42,
     retries,
     WORDS("idempoten*", "duplicate*", "exactly once", "at least once", "twice", "deduplicat*"),
     "May the other side get the same thing twice when {id} retries?",
     "A try that timed out may have arrived; \"{rule}\" then sends it again unless both sides can tell.",
     {"Yes, at least once; each carries an id by which the receiver can tell",
      "No: only what surely failed is tried again"},
     "The ticket, for duplicates and ids; {at}, for an id that is sent today."},
    {40,
     uploads,
     WORDS("mb", "mib", "megabyte*", "kb", "size", "at most", "file type*", "content type*", "virus"),
     "Which files are accepted, and up to what size ({id})?",
     "\"{rule}\" takes what others send; without a bound one upload can fill the disk or the memory.",
     {"Up to 10 MB, and only the types the ticket names", "Up to a size you name", "No bound in this plan"},
     "The ticket, for sizes and types; {at}, for a limit on requests."},
    {38,
     deletes,
     WORDS("soft*", "restore*", "undo", "permanent*", "irrevers*", "recover*", "trash", "for good", "anonymi*", "gdpr"),
     "Is what {id} deletes gone for good?",
     "\"{rule}\": whether it can be restored decides between a DELETE and a mark that every query at {at} has to "
     "respect.",
     {"Gone for good", "Marked as deleted and restorable for 30 days"},
     "The ticket, for restoring; {at}, for how other things are deleted."},
    {36,
     mails,
     WORDS("unsubscribe*", "opt out", "opt-out", "setting", "preference*", "bounce*", "fails", "cannot be sent",
           "undeliver*", "retry", "retries"),
     "What if the message of {id} cannot be delivered?",
     "\"{rule}\" depends on a server that is not ours; the work it reports on is done by then.",
     {"It is logged, and the result stays reachable without the message", "It is tried again for a day",
      "The work counts as failed"},
     "The ticket, for failures of sending; {at}, for how it handles them."},
    {30,
     searches,
     WORDS("case", "case-insensitive*", "prefix", "contains", "exact*", "fuzzy", "substring", "full text", "full-text",
           "starts with", "begins with"),
     "When does something match ({id})?",
     "\"{rule}\": matching the beginning can use an index, matching anywhere cannot.",
     {"The beginning, upper and lower case alike", "Anywhere in the text", "Only exactly"},
     "The ticket, for how to match; {at}, for a search of today."},
    {28,
     caches,
     WORDS("ttl", "invalidat*", "stale", "seconds", "minutes", "expires", "out of date", "fresh"),
     "How old may an answer from the cache be ({id})?",
     "\"{rule}\": with no age allowed every write has to clear it, otherwise waiting is enough.",
     {"At most 60 seconds", "Never older than the last write", "Until the next release"},
     "The ticket, for an age; {at}, for what writes the data."},
};
const size_t gaps_n = countof(gaps);
