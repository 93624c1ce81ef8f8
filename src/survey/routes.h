/* What is known of routes while the code is read, and the pieces every framework's reader uses. */
#ifndef SURVEY_ROUTES_H
#define SURVEY_ROUTES_H

#include "survey/inner.h"
#include "survey/needles.h"

struct found_route {
    const char *method, *route, *path, *var, *source;
    int64_t line;
};
struct found_mount {
    const char *path, *var, *prefix, *target;
    const char *module; /* that the target was imported from; NULL: from none, or not looked for yet */
};                      /* what `target` names is served below prefix */
struct found_var {
    const char *path, *name, *prefix;
}; /* r := app.Group("/x") */
struct routes {
    LIST(struct found_route) routes;
    LIST(struct found_mount) mounts;
    LIST(struct found_var) vars;
    LIST(struct found_var) imports; /* name → module, per file */
    LIST(struct found_var) constants;
    struct needles *needles[8]; /* by reader */
};

struct block {
    const char *prefix, *end;
    int indent;
};
#define MAX_BLOCKS 16
struct route_file { /* one file being read */
    struct scan *c;
    const struct code_file *f;
    struct block blocks[MAX_BLOCKS];
    size_t n;
    bool forms;        /* Rails: resources have pages to fill in */
    const char *class; /* the last class before the place being read, behind the word; NULL: none yet */
    const char *seen;  /* up to where classes have been looked for; NULL: nowhere */
    const char *told;  /* up to where comments over many lines have been looked for; NULL: nowhere */
    bool told_inside;  /* and whether one is open there */
};

/* --- adding; var: what the route is called on, NULL: nothing in particular ------------------------------------------
 */
void route_add(struct route_file *x, const char *at, const char *method, const char *var, const char *route,
               const char *source);
#define MAX_MOUNTS ((size_t)4000)
void route_mount(struct route_file *x, const char *var, const char *prefix, const char *target);
void route_var(struct route_file *x, const char *name, const char *prefix);
const char *route_var_prefix(struct route_file *x, const char *name); /* "" when it has none */
/* A name for a text that begins with a slash. */
void route_constant(struct route_file *x, const char *name, const char *value);
void route_import(struct route_file *x, const char *name, const char *module);
/* A block with a prefix from `at` to the bracket that closes what opens at or after it; to the text's end when none
 * does. */
void route_block(struct route_file *x, const char *at, const char *prefix);
const char *route_prefix(struct route_file *x, const char *at); /* of the blocks open at a place */

/* --- text ------------------------------------------------------------------------------------------------------- */
/* NULL: either is missing, or the prefix is longer than any route. */
const char *route_join(struct arena *a, const char *prefix, const char *route);
const char *route_clean(struct arena *a, const char *route); /* every notation of a parameter becomes {name} */
/* The name before `at` ("router" of "router.get("); "" when there is none. */
const char *name_before(struct arena *a, const char *text, const char *at);
/* The name that the line of `at` assigns to; NULL: none. */
const char *assigned_name(struct arena *a, const char *text, const char *at);
/* The text that is the call's first argument, when `at` points behind its bracket; *ret_rest: what follows, or
 * where it was looked for. NULL: something else. */
const char *first_argument(struct arena *a, const char *at, const char **ret_rest);
/* The text of `key = "…"` or `key: '…'` within the call's brackets; NULL: none. */
const char *named_argument(struct arena *a, const char *at, const char *key);
const char *call_end(const char *at);   /* the bracket that closes the call; `at` itself when none does */
const char *call_after(const char *at); /* what stands behind it, never beyond the text's end */
const char *method_upper(struct arena *a, const char *p, size_t n);
bool line_is_comment(const char *text, const char *at);
/* Is a place within a comment over many lines? In order such places cost one pass. */
bool route_is_told(struct route_file *x, const char *at);
const char *route_singular(struct arena *a, const char *s); /* "category" of "categories" */
/* The first of `chars` at or after `at` that is in no quotes, at most `max` bytes on; NULL: none. */
const char *text_find(const char *at, const char *chars, size_t max);

/* A route of Django REST framework whose method is "=NAME": one row for each that the set of views NAME answers. */
void routes_viewset(struct scan *c, const struct survey_route *d);

typedef void route_reader(struct route_file *x);
route_reader routes_js, routes_python, routes_go, routes_jvm, routes_lines, routes_php, routes_rust, routes_dotnet,
    routes_swift;

#endif
