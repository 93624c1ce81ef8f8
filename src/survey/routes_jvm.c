/* Routes in Java, Kotlin and Scala: Spring, JAX-RS, Ktor, http4s. */
#include "survey/routes.h"

#include <string.h>

enum tag { MAPPING, VERB_MAPPING, PATH, JAXRS, KTOR_ROUTE, KTOR_VERB, HTTP4S };
static const struct {
    const char *text;
    enum tag tag;
} literals[] = {
    {"@RequestMapping", MAPPING},
    {"@GetMapping", VERB_MAPPING},
    {"@PostMapping", VERB_MAPPING},
    {"@PutMapping", VERB_MAPPING},
    {"@PatchMapping", VERB_MAPPING},
    {"@DeleteMapping", VERB_MAPPING},
    {"@Path(", PATH},
    {"@GET", JAXRS},
    {"@POST", JAXRS},
    {"@PUT", JAXRS},
    {"@DELETE", JAXRS},
    {"@PATCH", JAXRS},
    {"route(\"", KTOR_ROUTE},
    {"get(\"", KTOR_VERB},
    {"post(\"", KTOR_VERB},
    {"put(\"", KTOR_VERB},
    {"patch(\"", KTOR_VERB},
    {"delete(\"", KTOR_VERB},
    {"get {", KTOR_VERB},
    {"post {", KTOR_VERB},
    {"put {", KTOR_VERB},
    {"delete {", KTOR_VERB},
    {"patch {", KTOR_VERB},
    {"GET ->", HTTP4S},
    {"POST ->", HTTP4S},
    {"PUT ->", HTTP4S},
    {"DELETE ->", HTTP4S},
    {"PATCH ->", HTTP4S},
};

/* The first text in the annotation's brackets; "" without any. `path = "x"`, `value = {"x", "y"}` and "x" alike. */
static const char *annotation_text(struct route_file *x, const char *at)
{
    const char *open = at + strcspn(at, "(\n"), *end, *text;
    if (*open != '(') return "";
    end = call_end(open + 1);
    text = named_argument(x->c->a, open + 1, "path");
    if (!text) text = named_argument(x->c->a, open + 1, "value");
    if (!text && open[1 + strspn(open + 1, " {\n")] == '"') text = quoted(x->c->a, open, NULL);
    (void)end;
    return text ? text : "";
}

/* Does the annotation stand on a class (rather than a method)? */
static bool on_class(const char *at)
{
    const char *p = at + strcspn(at, "(\n");
    if (*p == '(') p = call_after(p + 1);
    for (int lines = 0; *p && lines < 12; lines++) {
        const char *line = p;
        p += strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n');
        line += strspn(line, " \t");
        if (*line == '@' || *line == '\n' || *line == '\r' || *line == ')' || *line == '*' || *line == '/') continue;
        for (const char *q = line; q < p; q++)
            if ((starts(q, "class ") || starts(q, "interface ") || starts(q, "object ")) && (q == line || q[-1] == ' '))
                return true;
        return false;
    }
    return false;
}

static void take_mapping(struct route_file *x, const char *at, const char *outer)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const char *open = at + strcspn(at, "(\n"), *end = *open == '(' ? call_end(open + 1) : open;
    const char *full = route_join(x->c->a, outer, annotation_text(x, at)), *method = "ANY", *m = NULL;
    if (*open == '(') m = memmem(open, (size_t)(end - open), "RequestMethod.", 14);
    for (size_t i = 0; m && i < countof(methods); i++)
        if (starts(m + 14, methods[i])) method = methods[i];
    if (full) route_add(x, at, method, NULL, full, "Spring");
}

static void take_ktor(struct route_file *x, const char *at, bool route)
{
    const char *open = at + strcspn(at, "({"), *path = *open == '(' ? quoted(x->c->a, open, NULL) : "";
    const char *before = at > x->f->text ? at - 1 : at;
    if (!path || (at > x->f->text && !strchr(" \t\n{", *before)) || (path[0] && path[0] != '/' && !route)) return;
    if (route) route_block(x, open, path);
    else route_add(x, at, method_upper(x->c->a, at, name_span(at, "")), NULL, path, "Ktor");
}

/* case GET -> Root / "quotes" / zone / IntVar(grams) */
static void take_http4s(struct route_file *x, const char *at)
{
    auto_buf b = BUF_INIT(500);
    const char *p = strstr(at, "Root"), *end = at + strcspn(at, "\n");
    if (!p || p > end) return;
    for (p += 4; p < end && !starts(p, "=>") && *p != ':';) {
        size_t n;
        p += strspn(p, " /");
        if (*p == '"') {
            n = strcspn(p + 1, "\"");
            buf_fmt(&b, "/%.*s", (int)n, p + 1);
            p += n + 2;
            continue;
        }
        n = name_span(p, "_");
        if (!n) break;
        if (p[n] == '(') {
            p += n + 1;
            n = name_span(p, "_");
            buf_fmt(&b, "/{%.*s}", (int)n, p);
            p += n + (p[n] == ')');
        } else {
            buf_fmt(&b, "/{%.*s}", (int)n, p);
            p += n;
        }
    }
    route_add(x, at, arena_dup_n(x->c->a, at, name_span(at, "")), NULL, b.n ? arena_dup(x->c->a, buf_cstr(&b)) : "/",
              "http4s");
}

void routes_jvm(struct route_file *x)
{
    struct needles **p = &x->c->routes->needles[3];
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0 };
    const char *at, *outer = "", *jaxrs = "", *verb = NULL;
    bool ktor = strstr(x->f->text, "io.ktor") != NULL, spring = strstr(x->f->text, "springframework") != NULL;
    bool rest = strstr(x->f->text, "ws.rs") != NULL, http4s = strstr(x->f->text, "http4s") != NULL;
    int tag;
    if (!*p) {
        *p = needles_new(x->c->a, countof(literals));
        for (size_t i = 0; *p && i < countof(literals); i++) needles_add(*p, literals[i].text, (int)literals[i].tag);
    }
    if (spring && strstr(x->f->text, "@FeignClient")) return; /* what it calls, not what it serves */
    while (*p && (ktor || spring || rest || http4s) && needles_next(*p, &w, &tag, &at)) {
        if (line_is_comment(x->f->text, at)) continue;
        switch ((enum tag)tag) {
        case MAPPING:
            if (!spring) break;
            if (on_class(at)) outer = annotation_text(x, at);
            else take_mapping(x, at, outer);
            break;
        case VERB_MAPPING: {
            const char *full = spring ? route_join(x->c->a, outer, annotation_text(x, at)) : NULL;
            size_t n = name_span(at + 1, "");
            if (full) route_add(x, at, method_upper(x->c->a, at + 1, n - 7), NULL, full, "Spring");
            break;
        }
        case PATH:
            if (!rest) break;
            if (on_class(at)) outer = annotation_text(x, at);
            else {
                jaxrs = annotation_text(x, at);
                if (verb) route_add(x, at, verb, NULL, route_join(x->c->a, outer, jaxrs), "JAX-RS");
                verb = NULL;
            }
            break;
        case JAXRS:
            if (!rest || name_span(at + 1, "") > 6) break;
            verb = arena_dup_n(x->c->a, at + 1, name_span(at + 1, ""));
            if (!starts(at + strcspn(at, "\n") + strspn(at + strcspn(at, "\n"), " \n\t"), "@Path")) {
                route_add(x, at, verb, NULL, outer, "JAX-RS");
                verb = NULL;
            }
            break;
        case KTOR_ROUTE:
            if (ktor) take_ktor(x, at, true);
            break;
        case KTOR_VERB:
            if (ktor) take_ktor(x, at, false);
            break;
        case HTTP4S:
            if (http4s) take_http4s(x, at);
            break;
        }
    }
}
