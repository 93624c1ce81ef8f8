/* Patterns that show in the code itself: a row names the language, up to three literals that one line holds, and the
 * sentence that follows, with its word of the closed list. The first places are kept as evidence. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/needles.h"

#define MAX_EVIDENCE 4

enum topic { ARCHITECTURE, ERRORS };
struct signal {
    enum topic topic;
    const char *language, *first, *second, *third, *id, *text;
};
#define ANY_LANGUAGE "*"
static const struct signal signals[] = {
    {ARCHITECTURE, "Python", "APIRouter(", NULL, NULL, NULL, "HTTP routes are grouped in FastAPI routers"},
    {ARCHITECTURE, "Python", "Blueprint(", NULL, NULL, NULL, "HTTP routes are grouped in Flask blueprints"},
    {ARCHITECTURE, "Python", "urlpatterns", "=", NULL, NULL, "HTTP routes are Django URL patterns"},
    {ARCHITECTURE, "Python", "Depends(", NULL, NULL, NULL, "dependencies are injected with FastAPI's Depends"},
    {ARCHITECTURE, "Python", "(DeclarativeBase)", NULL, NULL, NULL, "tables are SQLAlchemy declarative models"},
    {ARCHITECTURE, "Python", "(models.Model)", NULL, NULL, NULL, "tables are Django models"},
    {ARCHITECTURE, "Python", "(BaseModel)", NULL, NULL, NULL, "requests and values are pydantic models"},
    {ARCHITECTURE, "Python", "@shared_task", NULL, NULL, "worker", "background work runs as Celery tasks"},
    {ARCHITECTURE, "Python", "Celery(", NULL, NULL, "worker", "background work runs as Celery tasks"},
    {ARCHITECTURE, "JavaScript", "Router()", NULL, NULL, NULL, "HTTP routes are grouped in Express routers"},
    {ARCHITECTURE, "JavaScript", "express()", NULL, NULL, NULL, "one Express application is assembled in one place"},
    {ARCHITECTURE, "JavaScript", "z.object(", NULL, NULL, NULL, "requests are validated with zod schemas"},
    {ARCHITECTURE, "JavaScript", "useState", "(", NULL, NULL,
     "the user interface is React function components with hooks"},
    {ARCHITECTURE, "JavaScript", "createTable(", NULL, NULL, NULL, "tables are made by knex migrations"},
    {ARCHITECTURE, "JavaScript", "@Controller(", NULL, NULL, NULL, "HTTP routes are NestJS controllers"},
    {ARCHITECTURE, "JavaScript", "@Injectable(", NULL, NULL, NULL, "services are injected by decorators"},
    {ARCHITECTURE, "JavaScript", "@Component(", NULL, NULL, NULL, "the user interface is Angular components"},
    {ARCHITECTURE, "JavaScript", "@Entity(", NULL, NULL, NULL, "tables are TypeORM entities"},
    {ARCHITECTURE, "JavaScript", "new Worker(", "Queue", NULL, "worker", "background work runs in queue workers"},
    {ARCHITECTURE, "Go", "cobra.Command{", NULL, NULL, NULL, "commands are cobra commands"},
    {ARCHITECTURE, "Go", "http.HandleFunc(", NULL, NULL, NULL, "HTTP handlers are registered with net/http"},
    {ARCHITECTURE, "Go", "http.NewServeMux(", NULL, NULL, NULL, "HTTP routes live in a net/http ServeMux"},
    {ARCHITECTURE, "Go", "chi.NewRouter(", NULL, NULL, NULL, "HTTP routes live in a chi router"},
    {ARCHITECTURE, "Go", "gin.Default(", NULL, NULL, NULL, "HTTP routes live in a gin engine"},
    {ARCHITECTURE, "Go", "gin.New(", NULL, NULL, NULL, "HTTP routes live in a gin engine"},
    {ARCHITECTURE, "Go", "sql.Open(", NULL, NULL, NULL, "the database is used through database/sql"},
    {ARCHITECTURE, "Java", "@RestController", NULL, NULL, NULL, "HTTP routes are Spring REST controllers"},
    {ARCHITECTURE, "Java", "@Service", NULL, NULL, NULL, "rules live in Spring services"},
    {ARCHITECTURE, "Java", "@Entity", NULL, NULL, NULL, "tables are JPA entities"},
    {ARCHITECTURE, "Java", "@KafkaListener", NULL, NULL, "event-driven", "messages of Kafka are listened to"},
    {ARCHITECTURE, "Java", "@RabbitListener", NULL, NULL, "event-driven", "messages of RabbitMQ are listened to"},
    {ARCHITECTURE, "Ruby", "< ApplicationController", NULL, NULL, NULL, "HTTP routes are Rails controllers"},
    {ARCHITECTURE, "Ruby", "< ApplicationRecord", NULL, NULL, NULL, "tables are Active Record models"},
    {ARCHITECTURE, "Rust", "Router::new()", NULL, NULL, NULL, "HTTP routes live in axum routers"},
    {ARCHITECTURE, "Elixir", "use Phoenix.Router", NULL, NULL, NULL, "HTTP routes live in a Phoenix router"},
    {ARCHITECTURE, "C#", "WebApplication.CreateBuilder", NULL, NULL, NULL,
     "an ASP.NET application is built in one place"},
    {ARCHITECTURE, "C", "MHD_start_daemon(", NULL, NULL, NULL, "HTTP is served by libmicrohttpd"},
    {ARCHITECTURE, "C", "pthread_mutex_init(", NULL, NULL, NULL, "shared state is guarded by pthread mutexes"},
    {ARCHITECTURE, "C", "epoll_wait(", NULL, NULL, NULL, "input and output run on an epoll loop"},
    /* --- error handling */
    {ERRORS, "Python", "class ", "(Exception)", NULL, "exception-classes",
     "the project has an exception class of its own that others derive from"},
    {ERRORS, "Python", "class ", "Error(", ":", "exception-classes", "errors are exception classes"},
    {ERRORS, "Python", "class ", "Error)", ":", "exception-classes", "errors are exception classes"},
    {ERRORS, "Python", "class ", "Exception)", ":", "exception-classes", "errors are exception classes"},
    {ERRORS, "Python", "exception_handler(", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in one handler"},
    {ERRORS, "Python", "errorhandler(", NULL, NULL, "global-handler", "exceptions become HTTP answers in one handler"},
    {ERRORS, "Python", "EXCEPTION_HANDLER", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in one handler"},
    {ERRORS, "Python", "raise HTTPException", NULL, NULL, NULL, "routes raise HTTPException"},
    {ERRORS, "Python", "autoretry_for", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Python", "self.retry(", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Python", "@retry", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Python", "tenacity", "import", NULL, "retry", "what fails is tried again"},
    {ERRORS, "Python", "structlog", "get_logger", NULL, "structured-logging", "logs are structured (structlog)"},
    {ERRORS, "JavaScript", "class ", "extends Error", NULL, "exception-classes",
     "the project has an error class of its own"},
    {ERRORS, "JavaScript", "extends HttpException", NULL, NULL, "exception-classes",
     "errors are HttpException classes"},
    {ERRORS, "JavaScript", "error, req", ", next)", NULL, "error-middleware",
     "errors become HTTP answers in one Express error handler"},
    {ERRORS, "JavaScript", "(err, req", "next)", NULL, "error-middleware",
     "errors become HTTP answers in one Express error handler"},
    {ERRORS, "JavaScript", "(err, _req", "next)", NULL, "error-middleware",
     "errors become HTTP answers in one Express error handler"},
    {ERRORS, "JavaScript", "(err: ", "Request", "ext", "error-middleware",
     "errors become HTTP answers in one Express error handler"},
    {ERRORS, "JavaScript", "setErrorHandler(", NULL, NULL, "global-handler",
     "errors become HTTP answers in one handler"},
    {ERRORS, "JavaScript", "@Catch(", NULL, NULL, "global-handler", "errors become HTTP answers in one filter"},
    {ERRORS, "JavaScript", ".onError(", NULL, NULL, "global-handler", "errors become HTTP answers in one handler"},
    {ERRORS, "JavaScript", "app.config.errorHandler", NULL, NULL, "global-handler",
     "errors of components end in one handler"},
    {ERRORS, "JavaScript", "implements ErrorHandler", NULL, NULL, "global-handler",
     "errors of components end in one handler"},
    {ERRORS, "JavaScript", "extends ErrorHandler", NULL, NULL, "global-handler",
     "errors of components end in one handler"},
    {ERRORS, "JavaScript", "componentDidCatch", NULL, NULL, "error-boundary",
     "a component catches errors of those below it"},
    {ERRORS, "JavaScript", "getDerivedStateFromError", NULL, NULL, "error-boundary",
     "a component catches errors of those below it"},
    {ERRORS, "JavaScript", "<ErrorBoundary", NULL, NULL, "error-boundary",
     "a component catches errors of those below it"},
    {ERRORS, "JavaScript", "onErrorCaptured(", NULL, NULL, "error-boundary",
     "a component catches errors of those below it"},
    {ERRORS, "JavaScript", "pRetry(", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "JavaScript", "retry(", "{", NULL, "retry", "what fails is tried again"},
    {ERRORS, "JavaScript", "pino(", NULL, NULL, "structured-logging", "logs are structured (pino)"},
    {ERRORS, "JavaScript", "winston.createLogger", NULL, NULL, "structured-logging", "logs are structured (winston)"},
    {ERRORS, "Go", "%w", "fmt.Errorf(", NULL, "wrapped-errors", "errors are wrapped with %w"},
    {ERRORS, "Go", "errors.Wrap", NULL, NULL, "wrapped-errors", "errors are wrapped"},
    {ERRORS, "Go", "errors.New(", "Err", "=", "sentinel-errors", "known conditions are sentinel errors"},
    {ERRORS, "Go", "errors.New(", "var err", "=", "sentinel-errors", "known conditions are sentinel errors"},
    {ERRORS, "Go", "errors.Is(", NULL, NULL, NULL, "callers test errors with errors.Is"},
    {ERRORS, "Go", "recover()", NULL, NULL, "panics-recovered", "panics are recovered"},
    {ERRORS, "Go", "middleware.Recoverer", NULL, NULL, "panics-recovered", "panics are recovered"},
    {ERRORS, "Go", "gin.Recovery()", NULL, NULL, "panics-recovered", "panics are recovered"},
    {ERRORS, "Go", "slog.", "(", NULL, "structured-logging", "logs are structured (slog)"},
    {ERRORS, "Go", "zap.New", NULL, NULL, "structured-logging", "logs are structured (zap)"},
    {ERRORS, "Go", "zerolog.New", NULL, NULL, "structured-logging", "logs are structured (zerolog)"},
    {ERRORS, "Go", "logrus.", "Field", NULL, "structured-logging", "logs are structured (logrus)"},
    {ERRORS, "Go", "backoff.Retry", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Go", "retry.Do(", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Java", "@ControllerAdvice", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in a ControllerAdvice"},
    {ERRORS, "Java", "@RestControllerAdvice", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in a ControllerAdvice"},
    {ERRORS, "Java", "ProblemDetail", NULL, NULL, "problem-json", "failures are answered as problem documents"},
    {ERRORS, "Java", "ExceptionMapper<", NULL, NULL, "global-handler", "exceptions become HTTP answers in mappers"},
    {ERRORS, "Java", "extends RuntimeException", NULL, NULL, "exception-classes",
     "errors are unchecked exceptions of the project's own"},
    {ERRORS, "Java", "class ", "extends ", "Exception ", "exception-classes",
     "errors are exception classes of the project's own"},
    {ERRORS, "Java", "@Retryable", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Kotlin", "class ", ": ", "Exception(", "exception-classes",
     "errors are exception classes of the project's own"},
    {ERRORS, "Kotlin", "StatusPages", NULL, NULL, "global-handler", "exceptions become HTTP answers in StatusPages"},
    {ERRORS, "Kotlin", "RestControllerAdvice", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in a ControllerAdvice"},
    {ERRORS, "Kotlin", "ProblemDetail", NULL, NULL, "problem-json", "failures are answered as problem documents"},
    {ERRORS, "Kotlin", "Result<", NULL, NULL, "result-type", "functions return results that are values or errors"},
    {ERRORS, "Kotlin", "runCatching", NULL, NULL, "result-type", "functions return results that are values or errors"},
    {ERRORS, "Scala", "extends ", "Exception", NULL, "exception-classes",
     "errors are exception classes of the project's own"},
    {ERRORS, "Scala", "Either[", NULL, NULL, "result-type", "functions return Either: an error or a value"},
    {ERRORS, "Scala", "enum ", "Error", NULL, "error-enum", "errors are an enum"},
    {ERRORS, "Scala", "sealed trait ", "Error", NULL, "error-enum", "errors are a sealed family"},
    {ERRORS, "Ruby", "class ", "< StandardError", NULL, "exception-classes", "errors are classes of the project's own"},
    {ERRORS, "Ruby", "class ", "Error <", NULL, "exception-classes", "errors are classes of the project's own"},
    {ERRORS, "Ruby", " = Class.new(", "Error", NULL, "exception-classes", "errors are classes of the project's own"},
    {ERRORS, "Ruby", "rescue_from", NULL, NULL, "global-handler", "exceptions become HTTP answers with rescue_from"},
    {ERRORS, "Ruby", "retry_on", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Ruby", "sidekiq_options", "retry:", NULL, "retry", "what fails is tried again"},
    {ERRORS, "Ruby", "sidekiq_retry", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "PHP", "class ", "extends ", "Exception", "exception-classes",
     "errors are exception classes of the project's own"},
    {ERRORS, "PHP", "withExceptions(", NULL, NULL, "global-handler", "exceptions become HTTP answers in one handler"},
    {ERRORS, "PHP", "extends ExceptionHandler", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in one handler"},
    {ERRORS, "PHP", "addErrorMiddleware", NULL, NULL, "error-middleware", "errors become HTTP answers in a middleware"},
    {ERRORS, "PHP", "public $tries", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "PHP", "retry(", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Rust", "#[derive(", "Error", NULL, "error-enum", "errors are enums with a derived Error"},
    {ERRORS, "Rust", "enum ", "Error", "{", "error-enum", "errors are an enum"},
    {ERRORS, "Rust", "#[from]", NULL, NULL, "wrapped-errors", "errors keep their cause"},
    {ERRORS, "Rust", "#[source]", NULL, NULL, "wrapped-errors", "errors keep their cause"},
    {ERRORS, "Rust", ".context(", NULL, NULL, "wrapped-errors", "errors get context on their way up"},
    {ERRORS, "Rust", ".with_context(", NULL, NULL, "wrapped-errors", "errors get context on their way up"},
    {ERRORS, "Rust", "anyhow::", NULL, NULL, NULL, "errors are passed up as anyhow errors"},
    {ERRORS, "Rust", "-> Result<", NULL, NULL, "result-type", "functions return results that are values or errors"},
    {ERRORS, "Rust", "catch_unwind", NULL, NULL, "panics-recovered", "panics are recovered"},
    {ERRORS, "C", "enum ", "err", "(", NULL, "functions return an error enum"},
    {ERRORS, "C", "return -E", NULL, NULL, "error-codes-negative", "functions return negative errno values"},
    {ERRORS, "C", "return -", "_E", ";", "error-codes-negative", "functions return negative error codes"},
    {ERRORS, "C", "#define ", "_E", "(-", "error-codes-negative", "error codes are negative numbers"},
    {ERRORS, "C", "return -errno", NULL, NULL, "error-codes-negative", "functions return negative errno values"},
    {ERRORS, "C", "goto ", "out;", NULL, "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "goto ", "fail", ";", "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "goto ", "err", ";", "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "goto ", "cleanup", ";", "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "goto ", "done;", NULL, "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "goto ", "finish;", NULL, "goto-cleanup", "failures leave through one exit with goto"},
    {ERRORS, "C", "_ERR_", "=", ",", NULL, "errors are numbered constants"},
    {ERRORS, "C++", "public std::runtime_error", NULL, NULL, "exception-classes", "errors are exception classes"},
    {ERRORS, "C++", "public std::exception", NULL, NULL, "exception-classes", "errors are exception classes"},
    {ERRORS, "C++", "public std::logic_error", NULL, NULL, "exception-classes", "errors are exception classes"},
    {ERRORS, "C++", ": std::runtime_error", NULL, NULL, "exception-classes", "errors are exception classes"},
    {ERRORS, "C++", "expected<", NULL, NULL, "result-type", "functions return expected values or errors"},
    {ERRORS, "C++", "StatusOr<", NULL, NULL, "result-type", "functions return a status or a value"},
    {ERRORS, "C#", "class ", ": ", "Exception", "exception-classes",
     "errors are exception classes of the project's own"},
    {ERRORS, "C#", "UseExceptionHandler", NULL, NULL, "global-handler",
     "exceptions become HTTP answers in one handler"},
    {ERRORS, "C#", "IExceptionHandler", NULL, NULL, "global-handler", "exceptions become HTTP answers in one handler"},
    {ERRORS, "C#", "IExceptionFilter", NULL, NULL, "global-handler", "exceptions become HTTP answers in one filter"},
    {ERRORS, "C#", "ProblemDetails", NULL, NULL, "problem-json", "failures are answered as problem documents"},
    {ERRORS, "C#", "Results.Problem(", NULL, NULL, "problem-json", "failures are answered as problem documents"},
    {ERRORS, "C#", "UseSerilog", NULL, NULL, "structured-logging", "logs are structured (Serilog)"},
    {ERRORS, "C#", "AddRetry", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "C#", "WaitAndRetry", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Elixir", "defexception", NULL, NULL, "exception-classes", "errors are exceptions of the project's own"},
    {ERRORS, "Elixir", "{:error, ", NULL, NULL, "result-type", "functions return {:ok, value} or {:error, reason}"},
    {ERRORS, "Elixir", "action_fallback", NULL, NULL, "error-middleware",
     "errors become HTTP answers in a fallback controller"},
    {ERRORS, "Elixir", "max_attempts:", NULL, NULL, "retry", "what fails is tried again"},
    {ERRORS, "Swift", "enum ", ": ", "Error", "error-enum", "errors are an enum"},
    {ERRORS, "Swift", "struct ", ": ", "Error", "exception-classes", "errors are types of the project's own"},
    {ERRORS, "Swift", "ErrorMiddleware", NULL, NULL, "error-middleware", "errors become HTTP answers in a middleware"},
    {ERRORS, "Swift", "Result<", NULL, NULL, "result-type", "functions return results that are values or errors"},
    {ERRORS, "Dart", "implements Exception", NULL, NULL, "exception-classes", "errors are exception classes"},
    {ERRORS, "Perl", "package ", "::Error", NULL, "exception-classes", "errors are classes of the project's own"},
    {ERRORS, "Perl", "package ", "::Exception", NULL, "exception-classes", "errors are classes of the project's own"},
    {ERRORS, ANY_LANGUAGE, "application/problem+json", NULL, NULL, "problem-json",
     "failures are answered as problem documents"},
};

struct family {
    const char *language, *as;
};
static const struct family families[] = {
    /* TypeScript is looked at as JavaScript is */
    {"TypeScript", "JavaScript"},
    {"Vue", "JavaScript"},
    {"Svelte", "JavaScript"},
};
#define MAX_FAMILIES 24
struct signal_sets {
    struct {
        const char *language;
        struct needles *needles;
    } v[MAX_FAMILIES];
    size_t n;
};

static bool row_fits(const struct signal *s, const char *language)
{
    return is(s->language, language) || is(s->language, ANY_LANGUAGE) ||
           (is(s->language, "C++") && is(language, "C")) ||
           (is(language, "C++") && is(s->language, "C") && s->id && is(s->id, "goto-cleanup"));
}

static const struct needles *set_of(struct scan *c, const char *language)
{
    struct needles *p;
    if (!c->signals) c->signals = arena_alloc(c->a, sizeof *c->signals);
    if (!c->signals) return NULL;
    for (size_t i = 0; i < c->signals->n; i++)
        if (is(c->signals->v[i].language, language)) return c->signals->v[i].needles;
    if (c->signals->n == MAX_FAMILIES) return NULL;
    p = needles_new(c->a, countof(signals));
    for (size_t i = 0; p && i < countof(signals); i++)
        if (row_fits(&signals[i], language)) needles_add(p, signals[i].first, (int)i);
    if (p && p->n == 0) p = NULL;
    c->signals->v[c->signals->n].language = language;
    c->signals->v[c->signals->n++].needles = p;
    return p;
}

static bool is_comment(const char *from)
{
    from += strspn(from, " \t");
    return starts(from, "//") || starts(from, "/*") || (*from == '*' && from[1] == ' ') ||
           (*from == '#' && from[1] == ' ') || starts(from, "--");
}

static bool line_has(const struct signal *s, const char *line, size_t n)
{
    return (!s->second || memmem(line, n, s->second, strlen(s->second))) &&
           (!s->third || memmem(line, n, s->third, strlen(s->third)));
}

static void note(struct scan *c, const struct signal *s, const struct code_file *f, const char *line, size_t n)
{
    void *list = s->topic == ERRORS ? (void *)&c->s->errors : (void *)&c->s->architecture;
    struct finding *row = scan_fact(c, list, s->id, 90, s->text);
    if (row && row->evidence.n < MAX_EVIDENCE)
        scan_evidence(c, row, f->path, line_of(f->text, line), trim_copy(c->a, line, n < 160 ? n : 160));
}

void signals_look(struct scan *c, const struct code_file *f)
{
    const char *language = f->language;
    const struct needles *p;
    struct needle_walk w = {f->text, f->text + f->n, 0, 0 };
    uint64_t seen[(countof(signals) + 63) / 64] = {0}; /* one place per file and row is enough */
    const char *at;
    int tag;
    if (f->file->test) return;
    for (size_t i = 0; i < countof(families); i++)
        if (is(language, families[i].language)) language = families[i].as;
    p = set_of(c, language);
    while (p && needles_next(p, &w, &tag, &at)) {
        const char *from = at, *end;
        if (seen[tag / 64] >> (tag % 64) & 1) continue;
        while (from > f->text && from[-1] != '\n') from--;
        end = memchr(at, '\n', f->n - (size_t)(at - f->text));
        if (!end) end = f->text + f->n;
        if (end - from > 1000 || is_comment(from) || !line_has(&signals[tag], from, (size_t)(end - from))) continue;
        if (islower((unsigned char)signals[tag].first[0]) && at > f->text && isalnum((unsigned char)at[-1])) continue;
        seen[tag / 64] |= (uint64_t)1 << (tag % 64);
        note(c, &signals[tag], f, from, (size_t)(end - from));
    }
}
