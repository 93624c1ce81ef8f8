/* The ticket: from files and URLs of the command line to the request's ticket, files and links. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/repo/tree.h"

enum { TEXT_MAX = 4 << 20, TITLE_BYTES = 300 };

static enum code fail_file(const char *path, const char *why)
{
    complain("%s: %s", path, why);
    return CODE_USAGE;
}

static enum code read_stream(FILE *f, const char *path, struct buf *b)
{
    char chunk[16384];
    struct err e;
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) buf_add(b, chunk, n);
    if (ferror(f)) return fail_file(path, strerror(errno));
    if (b->failed == ERR_TOO_LARGE) return fail_file(path, "larger than 4 MiB");
    if (buf_check(b, &e) != ERR_OK) return fail_file(path, e.msg);
    return tree_bytes_are_text(buf_cstr(b), b->n) && !memchr(buf_cstr(b), '\0', b->n)
               ? CODE_DONE
               : fail_file(path, "not a text file");
}

enum code text_read(struct ctl *c, const char *path, const char **ret)
{
    auto_buf b = BUF_INIT(TEXT_MAX);
    bool input = strcmp(path, "-") == 0;
    FILE *f = input ? stdin : fopen(path, "re");
    enum code code;
    if (!f) return fail_file(path, strerror(errno));
    code = read_stream(f, input ? "standard input" : path, &b);
    if (input) c->stdin_used = true;
    else (void)fclose(f);
    if (code != CODE_DONE) return code;
    *ret = arena_dup_n(c->arena, buf_cstr(&b), b.n);
    return *ret ? CODE_DONE : fail_file(path, "out of memory");
}

static bool has_word(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)s[i];
        if (ch >= 0x80 || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')) return true;
    }
    return false;
}

/* Without the marks of a heading, white space and at most TITLE_BYTES, cut between characters. */
static char *as_title(struct ctl *c, const char *s, size_t n)
{
    while (n > 0 && strchr("# \t", *s)) s++, n--;
    while (n > 0 && strchr("# \t\r", s[n - 1])) n--;
    if (n > TITLE_BYTES) {
        n = TITLE_BYTES;
        while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80) n--;
    }
    return arena_dup_n(c->arena, s, n);
}

/* Title: the first heading of the Markdown, else the first line with a word in it. A heading that begins the ticket is
 * not repeated in the body. */
static void split_ticket(struct ctl *c, const char *text, struct ticket *t)
{
    const char *line = text, *first = NULL, *heading = NULL;
    bool fence = false;
    for (; *line && !heading; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t n = strcspn(line, "\n");
        if (strncmp(line, "```", 3) == 0) fence = !fence;
        if (fence || !has_word(line, n)) continue;
        if (line[strspn(line, "#")] == ' ' && line[0] == '#') heading = line;
        if (!first) first = line;
    }
    if (!heading) heading = first ? first : text;
    t->title = as_title(c, heading, strcspn(heading, "\n"));
    t->body = text;
    if (heading == first && heading[0] == '#') {
        t->body = heading + strcspn(heading, "\n");
        t->body += strspn(t->body, "\r\n");
    }
}

bool ticket_is_link(const char *arg)
{
    return strncasecmp(arg, "http://", 7) == 0 || strncasecmp(arg, "https://", 8) == 0;
}

enum code ticket_add_link(struct ctl *c, const char *url, struct plan_request *r)
{
    const char **slot = arena_push(c->arena, &r->links, sizeof *slot);
    if (!slot) return fail_file(url, "out of memory");
    *slot = url;
    return CODE_DONE;
}

/* The server takes relative paths only: of others the last part is the name. */
static enum code add_file(struct ctl *c, const char *path, const char *text, struct plan_request *r)
{
    char name[1000];
    struct err e;
    const char *slash = strrchr(path, '/');
    struct inline_file *f = arena_push(c->arena, &r->files, sizeof *f);
    if (!f) return fail_file(path, "out of memory");
    if (tree_normalise(path, name, sizeof name, &e) == ERR_OK) f->path = arena_dup(c->arena, name);
    else f->path = slash ? slash + 1 : strcmp(path, "-") == 0 ? "input.md" : path;
    f->content = text;
    return CODE_DONE;
}

enum code ticket_add_file(struct ctl *c, const char *path, struct plan_request *r)
{
    const char *text = NULL;
    enum code code = text_read(c, path, &text);
    return code == CODE_DONE ? add_file(c, path, text, r) : code;
}

enum code ticket_set(struct ctl *c, const char *text, const char *from, struct plan_request *r)
{
    if (!has_word(text, strlen(text))) return fail_file(from, "the ticket is empty");
    r->ticket = arena_alloc(c->arena, sizeof *r->ticket);
    if (!r->ticket) return fail_file(from, "out of memory");
    split_ticket(c, text, r->ticket);
    if (opt(c, "title")) r->ticket->title = opt(c, "title");
    r->ticket->url = opt(c, "ticket-url");
    r->ticket->key = opt(c, "ticket-key");
    return CODE_DONE;
}

static enum code add_argument(struct ctl *c, const char *arg, struct plan_request *r)
{
    const char *text = NULL;
    enum code code;
    if (ticket_is_link(arg)) return ticket_add_link(c, arg, r);
    if (r->ticket) return ticket_add_file(c, arg, r);
    code = text_read(c, arg, &text);
    return code == CODE_DONE ? ticket_set(c, text, strcmp(arg, "-") == 0 ? "standard input" : arg, r) : code;
}

static void add_many(struct ctl *c, const char *option, void *list)
{
    size_t at = 0;
    for (const char *value; (value = opt_next(c, option, &at)) != NULL;) {
        const char **slot = arena_push(c->arena, list, sizeof *slot);
        if (slot) *slot = value;
    }
}

enum code ticket_read(struct ctl *c, size_t first, struct plan_request *r)
{
    struct err e;
    for (size_t i = first; i < c->args.n; i++) {
        enum code code = add_argument(c, c->args.v[i], r);
        if (code != CODE_DONE) return code;
    }
    if (!r->ticket && r->links.n)
        return fail_file(r->links.v[0], "a link alone is no ticket; name a file, or - for standard input");
    add_many(c, "link", &r->links);
    add_many(c, "mention", &r->mentions);
    add_many(c, "label", &r->labels);
    r->constraints = opt(c, "constraints");
    r->timeline = opt(c, "timeline");
    r->resources = opt(c, "resources");
    return arena_check(c->arena, &e) == ERR_OK ? CODE_DONE : fail_file("ticket", e.msg);
}
