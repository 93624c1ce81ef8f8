/* Definitions in a source file by the shape of their lines: enough to name the function a step is about. */
#include "planner/offline/scene/scene.h"

#include <string.h>

enum { MAX_SYMBOLS = 300 };

/* Leading words after which a name is defined. */
static const char *const openers[] = {"def",
                                      "async def",
                                      "class",
                                      "func",
                                      "function",
                                      "async function",
                                      "export function",
                                      "export async function",
                                      "export default function",
                                      "export class",
                                      "export const",
                                      "export interface",
                                      "export type",
                                      "fn",
                                      "pub fn",
                                      "pub async fn",
                                      "async fn",
                                      "pub struct",
                                      "struct",
                                      "pub trait",
                                      "trait",
                                      "pub enum",
                                      "enum",
                                      "impl",
                                      "interface",
                                      "module",
                                      "defmodule",
                                      "type",
                                      "const",
                                      "public class",
                                      "public interface",
                                      "public record",
                                      "abstract class",
                                      "object",
                                      "data class",
                                      "sealed class",
                                      "fun",
                                      "suspend fun",
                                      "let",
                                      "namespace",
                                      "final class",
                                      "public function",
                                      "private function",
                                      "protected function"};
/* Words that begin a line which looks like a C or Java function but is none. */
static const char *const statements[] = {"if",     "for",     "while",    "switch", "return",  "else",  "do",
                                         "case",   "catch",   "try",      "new",    "throw",   "await", "yield",
                                         "assert", "with",    "elif",     "sizeof", "typedef", "using", "import",
                                         "from",   "package", "describe", "it",     "test",    "expect"};
static const char *const types[] = {"char",   "int",  "void",   "const", "struct", "unsigned", "long",
                                    "static", "bool", "size_t", "enum",  "public", "private"};

static bool word_in(struct span w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_is(w, list[i])) return true;
    return false;
}

static struct span name_at(struct span s)
{
    size_t n = 0;
    while (n < s.n && (prose_is_word_char(s.p[n]) || s.p[n] == '$')) n++;
    return (struct span){s.p, n};
}

static void add(struct arena *a, struct place *p, struct span name, int64_t line)
{
    struct symbol *sym;
    if (name.n < 2 || name.n > 80 || p->symbols.n >= MAX_SYMBOLS) return;
    for (size_t i = 0; i < p->symbols.n; i++)
        if (span_is(name, p->symbols.v[i].name)) return;
    sym = PUSH(a, p->symbols);
    if (!sym) return;
    sym->name = arena_dup_n(a, name.p, name.n);
    sym->line = line;
    sym->set = word_set_of(a, name_words(a, sym->name));
    if (!sym->name) p->symbols.n--;
}

/* resource "aws_lambda_function" "this": what the block is of; variable "log_days": its name. */
static void by_block(struct arena *a, struct place *p, struct span t, int64_t line)
{
    static const char *const blocks[] = {"resource ", "data ", "module ", "variable ", "output "};
    for (size_t i = 0; i < countof(blocks); i++) {
        const char *open = span_starts(t, blocks[i]) ? memchr(t.p, '"', t.n) : NULL;
        if (open) add(a, p, name_at(span_rest(t, (size_t)(open - t.p) + 1)), line);
    }
}

static bool by_opener(struct arena *a, struct place *p, struct span t, int64_t line)
{
    size_t best = 0;
    struct span name;
    for (size_t i = 0; i < countof(openers); i++) {
        size_t n = strlen(openers[i]);
        if (n > best && t.n > n && memcmp(t.p, openers[i], n) == 0 && t.p[n] == ' ') best = n;
    }
    if (best == 0) return false;
    t = span_trim(span_rest(t, best));
    if (t.n > 0 && t.p[0] == '(') { /* func (r *Repo) Name( */
        const char *close = memchr(t.p, ')', t.n);
        t = close ? span_trim(span_rest(t, (size_t)(close - t.p) + 1)) : t;
    }
    name = name_at(t);
    if (span_starts(t, "self.")) name = name_at(span_rest(t, 5));
    add(a, p, name, line);
    return true;
}

/* "static int session_open(struct x *y)" at the left edge, or a Java method one level in. */
static void by_call_shape(struct arena *a, struct place *p, struct span raw, struct span t, int64_t line)
{
    const char *paren = memchr(t.p, '(', t.n), *q;
    struct span first = name_at(t);
    size_t indent = (size_t)(t.p - raw.p);
    if (!paren || indent > 4 || word_in(first, statements, countof(statements)) || t.p[t.n - 1] == ';') return;
    if (memchr(t.p, '=', (size_t)(paren - t.p)) || memchr(t.p, '.', (size_t)(paren - t.p))) return;
    for (q = paren; q > t.p && prose_is_word_char(q[-1]);) q--;
    if (q == t.p || q == paren || q[-1] == '"') return; /* a call, not a definition: nothing stands before the name */
    if (!word_in((struct span){q, (size_t)(paren - q)}, types, countof(types)))
        add(a, p, (struct span){q, (size_t)(paren - q)}, line);
}

/* "enum rl_error rl_write(": a function whose type has a word that else opens a definition. */
static bool returns_type(struct span t)
{
    return (span_starts(t, "enum ") || span_starts(t, "struct ") || span_starts(t, "const ")) && memchr(t.p, '(', t.n);
}

void symbols_find(struct arena *a, struct place *p)
{
    const char *at = p->content;
    bool blocks = strcmp(file_ext(p->path), "tf") == 0;
    bool c_like = language_of_path(p->path) &&
                  prose_has_any(language_of_path(p->path)->name,
                                (const char *const[]){"C", "C++", "Java", "C#", "PHP", "Kotlin", NULL});
    for (int64_t line = 1; at && *at && p->symbols.n < MAX_SYMBOLS; line++) {
        struct span raw = {at, strcspn(at, "\n")};
        struct span t = span_trim(raw);
        const char *eol = at + raw.n;
        if (t.n > 0 && t.n < 300 && blocks) by_block(a, p, t, line);
        else if (t.n > 0 && t.n < 300 && c_like && returns_type(t)) by_call_shape(a, p, raw, t, line);
        else if (t.n > 0 && t.n < 300 && !by_opener(a, p, t, line) && c_like) by_call_shape(a, p, raw, t, line);
        at = *eol ? eol + 1 : eol;
    }
}
