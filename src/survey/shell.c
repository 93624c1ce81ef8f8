/* The cutting of command lines. `$(…)` and backquotes stay inside their word as written. */
#include "survey/shell.h"

#include <ctype.h>
#include <string.h>

#include "pland/base/buf.h"

#define MAX_WORD ((size_t)64 << 10)

struct cutter {
    const char *at;
    struct arena *a;
    struct shell_line *out;
    bool fresh;      /* the next word starts a new part */
    bool skip_word;  /* the next word is a redirection's target */
};

/* Copies `$( … )` or a backquoted piece as it is. */
static void take_substitution(struct cutter *c, struct buf *word)
{
    int depth = 0;
    if (*c->at == '`') {
        do buf_char(word, *c->at++);
        while (*c->at && *c->at != '`');
        if (*c->at) buf_char(word, *c->at++);
        return;
    }
    do {
        depth += *c->at == '(';
        depth -= *c->at == ')';
        buf_char(word, *c->at++);
    } while (*c->at && depth);
}

static void take_quoted(struct cutter *c, struct buf *word)
{
    char quote = *c->at++;
    while (*c->at && *c->at != quote) {
        if (quote == '"' && *c->at == '\\' && c->at[1]) c->at++;
        buf_char(word, *c->at++);
    }
    if (*c->at) c->at++;
}

static void add_word(struct cutter *c, const char *text, size_t n)
{
    struct shell_part *part;
    const char **slot;
    if (c->skip_word) {
        c->skip_word = false;
        return;
    }
    part = c->fresh || !c->out->parts.n ? arena_push(c->a, &c->out->parts, sizeof *part)
                                        : &c->out->parts.v[c->out->parts.n - 1];
    slot = part ? arena_push(c->a, &part->words, sizeof *slot) : NULL;
    if (slot) *slot = arena_dup_n(c->a, text, n);
    c->fresh = false;
}

static void take_word(struct cutter *c)
{
    auto_buf word = BUF_INIT(MAX_WORD);
    while (*c->at && !isspace((unsigned char)*c->at) && !strchr("&|;<>()", *c->at)) {
        if (*c->at == '\'' || *c->at == '"') take_quoted(c, &word);
        else if (*c->at == '`') take_substitution(c, &word);
        else if (*c->at == '$' && c->at[1] == '(') {
            buf_char(&word, *c->at++);
            take_substitution(c, &word);
        } else if (*c->at == '\\' && c->at[1] == '\n') c->at += 2;
        else if (*c->at == '\\' && c->at[1]) {
            buf_char(&word, c->at[1]);
            c->at += 2;
        } else buf_char(&word, *c->at++);
    }
    if ((*c->at == '<' || *c->at == '>') && word.n && strspn(buf_cstr(&word), "0123456789") == word.n)
        return; /* 2>file */
    add_word(c, buf_cstr(&word), word.n);
}

static void take_redirection(struct cutter *c)
{
    c->at += strspn(c->at, "<>");
    if (*c->at == '&') c->at++;
    c->skip_word = true;
}

void shell_cut(const char *line, struct arena *a, struct shell_line *ret)
{
    struct cutter c = { .at = line, .a = a, .out = ret, .fresh = true };
    memset(ret, 0, sizeof *ret);
    while (*c.at) {
        if (*c.at == '\n' || strchr("&|;()", *c.at)) {
            if (*c.at == '&' && c.at[1] == '>') { /* &>file */
                c.at++;
                continue;
            }
            c.fresh = true;
            c.skip_word = false;
            c.at++;
        } else if (isspace((unsigned char)*c.at)) c.at++;
        else if (*c.at == '\\' && c.at[1] == '\n') c.at += 2;
        else if (*c.at == '#' && c.fresh) c.at += strcspn(c.at, "\n");
        else if (*c.at == '<' || *c.at == '>') take_redirection(&c);
        else take_word(&c);
    }
}
