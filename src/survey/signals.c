/* Patterns that show in the code itself: a row names the language, up to three literals that one line holds, and the
 * sentence that follows. The first places are kept as evidence. */
#include "survey/inner.h"

#include <string.h>

#define MAX_EVIDENCE 4

enum topic { ARCHITECTURE, ERRORS };
struct signal {
    enum topic topic;
    const char *language, *first, *second, *third, *text;
};
static const struct signal signals[] = {
    { ARCHITECTURE, "Python", "APIRouter(", NULL, NULL, "HTTP routes are grouped in FastAPI routers" },
    { ARCHITECTURE, "Python", "Blueprint(", NULL, NULL, "HTTP routes are grouped in Flask blueprints" },
    { ARCHITECTURE, "Python", "urlpatterns", "=", NULL, "HTTP routes are Django URL patterns" },
    { ARCHITECTURE, "Python", "Depends(", NULL, NULL, "dependencies are injected with FastAPI's Depends" },
    { ARCHITECTURE, "Python", "(DeclarativeBase)", NULL, NULL, "tables are SQLAlchemy declarative models" },
    { ARCHITECTURE, "Python", "(BaseModel)", NULL, NULL, "requests and values are pydantic models" },
    { ARCHITECTURE, "Python", "@shared_task", NULL, NULL, "background work runs as Celery tasks" },
    { ARCHITECTURE, "JavaScript", "Router()", NULL, NULL, "HTTP routes are grouped in Express routers" },
    { ARCHITECTURE, "JavaScript", "express()", NULL, NULL, "one Express application is assembled in one place" },
    { ARCHITECTURE, "JavaScript", "z.object(", NULL, NULL, "requests are validated with zod schemas" },
    { ARCHITECTURE, "JavaScript", "useState(", NULL, NULL,
      "the user interface is React function components with hooks" },
    { ARCHITECTURE, "JavaScript", "createTable(", NULL, NULL, "tables are made by knex migrations" },
    { ARCHITECTURE, "TypeScript", "Router()", NULL, NULL, "HTTP routes are grouped in Express routers" },
    { ARCHITECTURE, "TypeScript", "@Controller(", NULL, NULL, "HTTP routes are NestJS controllers" },
    { ARCHITECTURE, "TypeScript", "@Injectable(", NULL, NULL, "services are injected by NestJS" },
    { ARCHITECTURE, "TypeScript", "z.object(", NULL, NULL, "requests are validated with zod schemas" },
    { ARCHITECTURE, "TypeScript", "useState", "(", NULL, "the user interface is React function components with hooks" },
    { ARCHITECTURE, "TypeScript", "@Entity(", NULL, NULL, "tables are TypeORM entities" },
    { ARCHITECTURE, "Go", "cobra.Command{", NULL, NULL, "commands are cobra commands" },
    { ARCHITECTURE, "Go", "http.HandleFunc(", NULL, NULL, "HTTP handlers are registered with net/http" },
    { ARCHITECTURE, "Go", "http.NewServeMux(", NULL, NULL, "HTTP routes live in a net/http ServeMux" },
    { ARCHITECTURE, "Go", "chi.NewRouter(", NULL, NULL, "HTTP routes live in a chi router" },
    { ARCHITECTURE, "Go", "gin.", "(", "Default", "HTTP routes live in a gin engine" },
    { ARCHITECTURE, "Go", "sql.Open(", NULL, NULL, "the database is used through database/sql" },
    { ARCHITECTURE, "Java", "@RestController", NULL, NULL, "HTTP routes are Spring REST controllers" },
    { ARCHITECTURE, "Java", "@Service", NULL, NULL, "rules live in Spring services" },
    { ARCHITECTURE, "Java", "@Entity", NULL, NULL, "tables are JPA entities" },
    { ARCHITECTURE, "Ruby", "< ApplicationController", NULL, NULL, "HTTP routes are Rails controllers" },
    { ARCHITECTURE, "Ruby", "< ApplicationRecord", NULL, NULL, "tables are Active Record models" },
    { ARCHITECTURE, "Rust", "Router::new()", NULL, NULL, "HTTP routes live in axum routers" },
    { ARCHITECTURE, "C", "MHD_start_daemon(", NULL, NULL, "HTTP is served by libmicrohttpd" },
    { ARCHITECTURE, "C", "pthread_mutex_init(", NULL, NULL, "shared state is guarded by pthread mutexes" },
    { ARCHITECTURE, "C", "epoll_wait(", NULL, NULL, "input and output run on an epoll loop" },
    { ERRORS, "Python", "class ", "(Exception)", NULL,
      "the project has an exception class of its own that others derive from" },
    { ERRORS, "Python", "class ", "Error(", ":", "errors are exception classes" },
    { ERRORS, "Python", "exception_handler(", NULL, NULL, "exceptions become HTTP answers in one handler" },
    { ERRORS, "Python", "raise HTTPException", NULL, NULL, "routes raise HTTPException" },
    { ERRORS, "JavaScript", "class ", "extends Error", NULL, "the project has an error class of its own" },
    { ERRORS, "JavaScript", "(error, req, res, next)", NULL, NULL,
      "errors become HTTP answers in one Express error handler" },
    { ERRORS, "JavaScript", "(err, req, res, next)", NULL, NULL,
      "errors become HTTP answers in one Express error handler" },
    { ERRORS, "TypeScript", "class ", "extends Error", NULL, "the project has an error class of its own" },
    { ERRORS, "TypeScript", "extends HttpException", NULL, NULL, "errors are HttpException classes" },
    { ERRORS, "Go", "%w", "fmt.Errorf(", NULL, "errors are wrapped with %w" },
    { ERRORS, "Go", "errors.New(", "Err", NULL, "known conditions are sentinel errors" },
    { ERRORS, "Go", "errors.Is(", NULL, NULL, "callers test errors with errors.Is" },
    { ERRORS, "Java", "@ControllerAdvice", NULL, NULL, "exceptions become HTTP answers in a ControllerAdvice" },
    { ERRORS, "Java", "extends RuntimeException", NULL, NULL, "errors are unchecked exceptions of the project's own" },
    { ERRORS, "Ruby", "< StandardError", NULL, NULL, "errors are classes of the project's own" },
    { ERRORS, "Ruby", "rescue_from", NULL, NULL, "exceptions become HTTP answers with rescue_from" },
    { ERRORS, "PHP", "extends Exception", NULL, NULL, "errors are exception classes of the project's own" },
    { ERRORS, "Rust", "#[derive(", "Error", NULL, "errors are enums with a derived Error" },
    { ERRORS, "Rust", "anyhow::", NULL, NULL, "errors are passed up as anyhow errors" },
    { ERRORS, "C", "enum ", "err", "(", "functions return an error enum" },
    { ERRORS, "C", "return -E", NULL, NULL, "functions return negative errno values" },
    { ERRORS, "C", "goto ", "out;", NULL, "failures leave through one exit with goto" },
    { ERRORS, "C#", ": Exception", NULL, NULL, "errors are exception classes of the project's own" },
};

static bool line_has(const struct signal *s, const char *line, size_t n)
{
    const char *const parts[] = { s->first, s->second, s->third };
    for (size_t i = 0; i < countof(parts); i++)
        if (parts[i] && !memmem(line, n, parts[i], strlen(parts[i]))) return false;
    return true;
}

static const char *find_line(const struct signal *s, const char *text, size_t n, size_t *ret_n)
{
    const char *end = text + n, *p = text;
    size_t len = strlen(s->first);
    while (p < end && (p = memmem(p, (size_t)(end - p), s->first, len))) {
        const char *from = p, *stop = memchr(p, '\n', (size_t)(end - p));
        while (from > text && from[-1] != '\n') from--;
        if (!stop) stop = end;
        *ret_n = (size_t)(stop - from);
        if (line_has(s, from, *ret_n)) return from;
        p = stop;
    }
    return NULL;
}

static struct finding *finding_of(struct scan *c, const struct signal *s)
{
    bool errors = s->topic == ERRORS;
    struct finding *v = errors ? c->s->errors.v : c->s->architecture.v;
    size_t n = errors ? c->s->errors.n : c->s->architecture.n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].text, s->text) == 0) return &v[i];
    return scan_finding(c, errors ? (void *)&c->s->errors : (void *)&c->s->architecture, "%s", s->text);
}

void signals_look(struct scan *c, const char *language, const char *path, const char *text, size_t n)
{
    for (size_t i = 0; i < countof(signals); i++) {
        const struct signal *s = &signals[i];
        const char *line;
        struct finding *f;
        size_t len;
        if (strcmp(s->language, language) != 0) continue;
        line = find_line(s, text, n, &len);
        f = line ? finding_of(c, s) : NULL;
        if (!f || f->evidence.n >= MAX_EVIDENCE) continue;
        scan_evidence(c, f, path, line_of(text, line), trim_copy(c->a, line, len < 160 ? len : 160));
    }
}
