/* Routes in languages whose blocks are lines: Rails and Sinatra, Phoenix, Perl's Dancer and Mojolicious. Indentation
 * says which blocks are open. */
#include "survey/routes.h"

#include <ctype.h>
#include <string.h>

static int indent_of(const char *line)
{
    return (int)strspn(line, " \t");
}

static void open_block(struct route_file *x, const char *prefix, int indent)
{
    const char *outer = x->n ? x->blocks[x->n - 1].prefix : "";
    if (x->n == MAX_BLOCKS) return;
    x->blocks[x->n].prefix = route_join(x->c->a, outer, prefix);
    x->blocks[x->n].end = NULL;
    x->blocks[x->n].indent = indent;
    if (x->blocks[x->n].prefix) x->n++;
}

static void close_blocks(struct route_file *x, int indent)
{
    while (x->n && x->blocks[x->n - 1].indent >= indent) x->n--;
}

static const char *symbol(struct arena *a, const char *p)
{
    p += strspn(p, " (");
    if (*p == '"' || *p == '\'') return quoted(a, p, NULL);
    if (*p == ':') p++;
    return name_span(p, "_") ? arena_dup_n(a, p, name_span(p, "_")) : NULL;
}

/* "Category" of "categories" */
const char *route_singular(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    if (ends(s, "ies")) return arena_fmt(a, "%.*sy", (int)(n - 3), s);
    if (ends(s, "sses") || ends(s, "xes")) return arena_dup_n(a, s, n - 2);
    return n > 1 && ends(s, "s") && !ends(s, "ss") ? arena_dup_n(a, s, n - 1) : s;
}

struct action {
    const char *name, *method, *suffix;
    bool member;
};
static const struct action actions[] = {
    {"index", "GET", "", false},     {"create", "POST", "", false},  {"new", "GET", "/new", false},
    {"show", "GET", "", true},       {"edit", "GET", "/edit", true}, {"update", "PATCH", "", true},
    {"destroy", "DELETE", "", true}, {"delete", "DELETE", "", true},
};

static bool wanted(const char *line, const char *action, bool phoenix)
{
    const char *only = strstr(line, "only:"), *except = strstr(line, "except:"), *list = only ? only : except, *end;
    bool listed;
    if (is(action, phoenix ? "destroy" : "delete")) return false;
    if (!list) return true;
    end = list + strcspn(list, "]");
    listed = false;
    for (const char *p = strstr(list, action); p && p < end + 1; p = strstr(p + 1, action))
        listed |= !isalnum((unsigned char)p[strlen(action)]) && !isalnum((unsigned char)p[-1]);
    return only ? listed : !listed;
}

/* config.api_only = true: nothing is filled in, so there are no forms. */
static bool has_forms(struct scan *c)
{
    const struct tree_file *f = scan_in_dir(c, "config", "application.rb");
    auto_buf text = BUF_INIT(SCAN_FILE_MAX);
    return !f || !scan_read(c, f, SCAN_FILE_MAX, false, &text) || !strstr(buf_cstr(&text), "config.api_only = true");
}

/* resources :loans, only: [:index], param: :card do */
static void take_resources(struct route_file *x, const char *at, const char *line, const char *p, bool one,
                           bool phoenix, int indent)
{
    const char *name = symbol(x->c->a, p), *path = strstr(line, "path: "), *param = strstr(line, "param: "), *id = "id";
    const char *base;
    if (!name) return;
    if (path) path = symbol(x->c->a, path + 6);
    if (param) id = symbol(x->c->a, param + 7);
    base = path ? path : name;
    for (size_t i = 0; i < countof(actions); i++) {
        bool member = actions[i].member && !one;
        if (!wanted(line, actions[i].name, phoenix) || (one && is(actions[i].name, "index"))) continue;
        if (actions[i].suffix[0] && !x->forms && !strstr(line, "only:")) continue;
        route_add(x, at, actions[i].method, NULL,
                  member ? arena_fmt(x->c->a, "%s/{%s}%s", base, id ? id : "id", actions[i].suffix)
                         : arena_fmt(x->c->a, "%s%s", base, actions[i].suffix),
                  phoenix ? "Phoenix" : "Rails");
    }
    if (!ends(line, "do")) return;
    if (one) open_block(x, base, indent);
    else
        open_block(x,
                   arena_fmt(x->c->a, "%s/{%s%s%s}", base, param ? "" : route_singular(x->c->a, path_base(name)),
                             param ? "" : "_", id ? id : "id"),
                   indent);
}

static void rails_scope(struct route_file *x, const char *text, int indent)
{
    const char *path = strstr(text, "path: "), *prefix = "";
    if (starts(text, "namespace")) prefix = symbol(x->c->a, text + 9);
    else if (path) prefix = symbol(x->c->a, path + 6);
    else if (text[5 + strspn(text + 5, " (")] == '"' || text[5 + strspn(text + 5, " (")] == '\'' ||
             text[5 + strspn(text + 5, " (")] == ':')
        prefix = symbol(x->c->a, text + 5);
    if (starts(text, "namespace") && path) prefix = symbol(x->c->a, path + 6);
    if (strstr(text, "module:") && !path && text[5 + strspn(text + 5, " (")] == 'm') prefix = "";
    open_block(x, prefix ? prefix : "", indent);
}

/* What a verb's first argument says: "/books/:id(.:format)", :renew */
static const char *rails_path(struct arena *a, const char *p)
{
    const char *route = symbol(a, p);
    if (route && ends(route, "(.:format)")) route = arena_dup_n(a, route, strlen(route) - strlen("(.:format)"));
    return route && route[0] == '/' ? route + 1 : route;
}

/* match "/x" => "a#b", via: [:get, :post] */
static void rails_match(struct route_file *x, const char *line, const char *text)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "all"};
    const char *route = rails_path(x->c->a, text + 6), *via = strstr(line, "via"), *end;
    if (!route || !via) return;
    end = via + strcspn(via, via[strcspn(via, "[\n")] == '[' ? "]" : "\n");
    for (size_t i = 0; i < countof(verbs); i++)
        for (const char *p = strstr(via, verbs[i]); p && p < end; p = strstr(p + 1, verbs[i]))
            if (!isalnum((unsigned char)p[-1]) && p[-1] != '_' && !isalnum((unsigned char)p[strlen(verbs[i])])) {
                route_add(x, line, method_upper(x->c->a, verbs[i], strlen(verbs[i])), NULL, route, "Rails");
                break;
            }
}

/* post :renew, on: :member — the member's key is "id" again */
static void rails_verb(struct route_file *x, const char *line, const char *text, bool in_member, bool in_collection)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete"};
    for (size_t i = 0; i < countof(verbs); i++) {
        size_t n = strlen(verbs[i]);
        const char *route, *outer = x->n ? x->blocks[x->n - 1].prefix : "";
        bool member = in_member || strstr(text, "on: :member"),
             collection = in_collection || strstr(text, "on: :collection");
        if (strncmp(text, verbs[i], n) != 0 || (text[n] != ' ' && text[n] != '(')) continue;
        route = rails_path(x->c->a, text + n);
        if (!route) return;
        if ((member || collection) && x->n) { /* "/loans/{loan_id}" as the block has it */
            const char *brace = strrchr(outer, '{'), *full;
            size_t keep = brace ? (size_t)(brace - outer) : strlen(outer);
            full = arena_fmt(x->c->a, "%.*s%s%s", (int)keep, outer,
                             member && brace ? "{id}/"
                             : brace         ? ""
                                             : "/",
                             route);
            if (full) {
                struct route_file flat = {.c = x->c, .f = x->f};
                route_add(&flat, line, method_upper(x->c->a, verbs[i], n), NULL, full, "Rails");
            }
            return;
        }
        route_add(x, line, method_upper(x->c->a, verbs[i], n), NULL, route, "Rails");
        return;
    }
}

static void rails_routes(struct route_file *x)
{
    const char *at = x->f->text, *line;
    int member = -1, collection = -1;
    size_t n;
    x->forms = has_forms(x->c);
    while ((line = next_line(&at, &n))) {
        int indent = indent_of(line);
        const char *text = trim_copy(x->c->a, line, n);
        if (!text || !text[0] || text[0] == '#') continue;
        close_blocks(x, indent);
        if (member >= indent) member = -1;
        if (collection >= indent) collection = -1;
        if (starts(text, "root ") || starts(text, "root(")) route_add(x, line, "GET", NULL, "/", "Rails");
        else if (starts(text, "resources ")) take_resources(x, line, text, text + 10, false, false, indent);
        else if (starts(text, "resource ")) take_resources(x, line, text, text + 9, true, false, indent);
        else if (starts(text, "namespace") || starts(text, "scope")) rails_scope(x, text, indent);
        else if (starts(text, "match ")) rails_match(x, line, text);
        else if (is(text, "member do")) member = indent;
        else if (is(text, "collection do")) collection = indent;
        else rails_verb(x, line, text, member >= 0, collection >= 0);
    }
}

static void phoenix_routes(struct route_file *x)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "live"};
    const char *at = x->f->text, *line;
    size_t n;
    while ((line = next_line(&at, &n))) {
        int indent = indent_of(line);
        const char *text = trim_copy(x->c->a, line, n);
        if (!text || !text[0] || text[0] == '#' || in_long_text(x->f->text, line)) continue;
        close_blocks(x, indent);
        if (starts(text, "scope ")) open_block(x, text[6] == '"' ? symbol(x->c->a, text + 6) : "", indent);
        else if (starts(text, "resources \""))
            take_resources(x, line, text, text + 10, strstr(text, "singleton: true"), true, indent);
        for (size_t i = 0; i < countof(verbs); i++) {
            size_t len = strlen(verbs[i]);
            const char *route = strncmp(text, verbs[i], len) == 0 && (text[len] == ' ' || text[len] == '(')
                                    ? symbol(x->c->a, text + len)
                                    : NULL;
            if (route && route[0] == '/')
                route_add(x, line, is(verbs[i], "live") ? "GET" : method_upper(x->c->a, verbs[i], len), NULL, route,
                          "Phoenix");
        }
    }
}

/* get '/x' do … of Sinatra; get '/x' => sub of Dancer and Mojolicious */
static void plain_routes(struct route_file *x, const char *source)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "del", "any"};
    const char *at = x->f->text, *line;
    size_t n;
    while (at < x->f->text + x->f->n && (line = next_line(&at, &n))) {
        const char *text = trim_copy(x->c->a, line, n);
        if (!text) return;
        for (size_t i = 0; i < countof(verbs); i++) {
            size_t len = strlen(verbs[i]);
            const char *p = text, *route, *rest;
            if (starts(p, "$r->") || starts(p, "$app->")) p = strstr(p, "->") + 2;
            if (strncmp(p, verbs[i], len) != 0 || (p[len] != ' ' && p[len] != '(')) continue;
            route = first_argument(x->c->a, p + len + (p[len] == '('), &rest);
            if (route && route[0] == '/' &&
                (ends(text, "do") || strstr(rest, "=>") || strstr(rest, "do |") || strstr(rest, "->")))
                route_add(x, line, method_upper(x->c->a, verbs[i], is(verbs[i], "del") ? 3 : len), NULL, route, source);
        }
    }
}

void routes_lines(struct route_file *x)
{
    const char *text = x->f->text;
    if (is(x->f->language, "Ruby")) {
        if (strstr(text, "routes.draw do")) rails_routes(x);
        else if (strstr(text, "Sinatra") || strstr(text, "sinatra")) plain_routes(x, "Sinatra");
    } else if (is(x->f->language, "Elixir")) {
        if (strstr(text, "use Phoenix.Router") || strstr(text, ", :router")) phoenix_routes(x);
    } else if (strstr(text, "Dancer") || strstr(text, "Mojolicious"))
        plain_routes(x, strstr(text, "Dancer") ? "Dancer" : "Mojolicious");
}
