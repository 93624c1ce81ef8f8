/* new without arguments on a terminal: the four things are asked for one after the other, what will be sent is shown,
 * and only a yes sends it. Leaving before that (Ctrl-C, Ctrl-D, no) leaves nothing behind. */
#include <string.h>
#include <sys/stat.h>

#include "cli/page.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/plan/document.h"

enum { TEXT_MAX = 4 << 20, SHOWN_LINES = 12 };

static enum code left(void)
{
    complain("left: no plan was made and nothing was sent");
    return CODE_REFUSED;
}

/* --- texts ----------------------------------------------------------------------------------------------------- */
static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static enum code from_editor(struct ctl *c, const char *name, const char **ret)
{
    struct draft d;
    enum code code = draft_make(c, name, "", 0, &d);
    if (code != CODE_DONE) return code;
    code = draft_edit(c, &d, ret);
    draft_remove(&d);
    return code;
}

/* Lines up to an empty one. *ret NULL: the input ended. */
static void from_lines(struct ctl *c, const char *first, const char **ret)
{
    auto_buf b = BUF_INIT(TEXT_MAX);
    for (const char *line = first; *line;) {
        buf_str(&b, line);
        buf_char(&b, '\n');
        line = ask_line(c, "  ");
        if (!line) return;
    }
    *ret = b.failed == ERR_OK ? arena_dup_n(c->arena, buf_cstr(&b), b.n) : NULL;
}

/* A text, in whatever way it is given; "" for an empty line. NULL: the person left. */
static const char *ask_text(struct ctl *c, const char *name)
{
    for (;;) {
        const char *line = ask_line(c, "> "), *text = NULL;
        if (!line || !*line) return line;
        if (strcmp(line, "e") == 0) {
            if (from_editor(c, name, &text) == CODE_DONE) return text;
        } else if (is_file(line)) {
            if (text_read(c, line, &text) == CODE_DONE) return text;
        } else {
            from_lines(c, line, &text);
            return text;
        }
        note("  Once more, please.\n");
    }
}

static const char *trimmed(struct ctl *c, const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1])) n--;
    return n ? arena_dup_n(c->arena, text, n) : NULL;
}

/* --- the four things ------------------------------------------------------------------------------------------- */
static enum code ask_ticket(struct ctl *c, struct plan_request *r)
{
    note(
        "\n1. What to build\n   As many lines as it takes, an empty one ends them; or the name of a file; e opens your "
        "editor.\n");
    for (;;) {
        const char *text = ask_text(c, "ticket.md");
        if (!text) return left();
        if (trimmed(c, text)) return ticket_set(c, text, "the ticket", r);
        note("   This one is needed. Ctrl-C leaves.\n");
    }
}

static enum code ask_optional(struct ctl *c, const char *question, const char *name, const char **value)
{
    const char *text;
    if (*value) return CODE_DONE;
    note("\n%s\n", question);
    text = ask_text(c, name);
    if (!text) return left();
    *value = trimmed(c, text);
    return CODE_DONE;
}

static enum code ask_in_a_line(struct ctl *c, const char *prompt, const char **value)
{
    const char *text = *value ? *value : ask_line(c, prompt);
    if (!text) return left();
    *value = trimmed(c, text);
    return CODE_DONE;
}

/* A link, a file that is sent along, or a path in the codebase that is read there. */
static enum code add_reference(struct ctl *c, const char *text, struct plan_request *r)
{
    const char **slot;
    if (ticket_is_link(text)) return ticket_add_link(c, text, r);
    if (is_file(text)) return ticket_add_file(c, text, r);
    slot = arena_push(c->arena, &r->mentions, sizeof *slot);
    if (!slot) return CODE_REFUSED;
    *slot = text;
    note("  no file here: it will be looked for in the codebase\n");
    return CODE_DONE;
}

static enum code ask_references(struct ctl *c, struct plan_request *r)
{
    note("\n4. Links to research or ticket files\n   One a line: an address, a file to send along, or a path in the "
         "codebase. An empty line ends them.\n");
    for (;;) {
        const char *line = ask_line(c, "> ");
        if (!line) return left();
        if (!*line) return CODE_DONE;
        if (!(line = trimmed(c, line))) continue;
        if (add_reference(c, line, r) != CODE_DONE) note("  Once more, please.\n");
    }
}

enum code interview(struct ctl *c, struct plan_request *r)
{
    auto_buf opening = BUF_INIT(TEXT_MAX);
    enum code code;
    ask_on_leaving("left: no plan was made and nothing was sent");
    ticket_prompt_markdown(&opening);
    page_note(c, buf_cstr(&opening));
    code = ask_ticket(c, r);
    if (code == CODE_DONE)
        code = ask_optional(c, "2. Technical requirements and constraints\n   In the same ways; an empty line: none.",
                            "constraints.md", &r->constraints);
    if (code == CODE_DONE && !(r->timeline && r->resources))
        note("\n3. Timeline and resources\n   Return: not said.\n");
    if (code == CODE_DONE) code = ask_in_a_line(c, "Deadline and milestones > ", &r->timeline);
    if (code == CODE_DONE) code = ask_in_a_line(c, "Who works on it, how much > ", &r->resources);
    return code == CODE_DONE ? ask_references(c, r) : code;
}

/* --- what will be sent ----------------------------------------------------------------------------------------- */
static void show_text(const char *label, const char *text)
{
    if (!text || !*text) return;
    for (int i = 0; *text && i <= SHOWN_LINES; i++) {
        size_t n = strcspn(text, "\n");
        if (i == SHOWN_LINES) note("  %-12s … and more\n", "");
        else if (n || i) note("  %-12s %.*s\n", i ? "" : label, (int)(n < 400 ? n : 400), text);
        text += n;
        text += strspn(text, "\n");
    }
}

static void show_request(const struct plan_request *r, const char *codebase)
{
    note("\nWhat will be sent:\n");
    show_text("title", r->ticket->title);
    show_text("ticket", r->ticket->body);
    show_text("constraints", r->constraints);
    show_text("timeline", r->timeline);
    show_text("resources", r->resources);
    for (size_t i = 0; i < r->links.n; i++) note("  %-12s %s\n", "link", r->links.v[i]);
    for (size_t i = 0; i < r->mentions.n; i++) note("  %-12s %s\n", "to be read", r->mentions.v[i]);
    for (size_t i = 0; i < r->files.n; i++)
        note("  %-12s %s, %zu bytes\n", "file", r->files.v[i].path, strlen(r->files.v[i].content));
    note("  %-12s %s\n", "codebase", codebase);
}

enum code interview_confirm(struct ctl *c, struct asking *a, const char *codebase)
{
    if (!a) return CODE_DONE;
    if (!codebase) return CODE_REFUSED;
    show_request(a->request, codebase);
    if (ask_unless_no(c, "Start the plan?") != ASK_YES) return left();
    ask_on_leaving("stopped while sending: planctl list shows whether the plan was made");
    c->follow = c->ask = true;
    return CODE_DONE;
}
