/* Words, phrases and cleaning. */
#include "planner/prose.h"

#include <string.h>
#include <strings.h>

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

struct span span_trim(struct span s)
{
    while (s.n > 0 && blank(s.p[0])) s.p++, s.n--;
    while (s.n > 0 && blank(s.p[s.n - 1])) s.n--;
    return s;
}

struct span span_rest(struct span s, size_t from)
{
    if (from > s.n) from = s.n;
    return (struct span){s.p ? s.p + from : s.p, s.n - from};
}

/* The first letter sorts most words of the tables out: these run for every word of a ticket and every file of a tree.
 */
bool span_is(struct span s, const char *word)
{
    if (s.n == 0 || lower(*s.p) != lower(*word)) return s.n == 0 && !*word;
    return strlen(word) == s.n && strncasecmp(s.p, word, s.n) == 0;
}

bool span_starts(struct span s, const char *prefix)
{
    size_t n;
    if (s.n == 0 || lower(*s.p) != lower(*prefix)) return !*prefix;
    n = strlen(prefix);
    return n <= s.n && strncasecmp(s.p, prefix, n) == 0;
}

size_t span_words(struct span s)
{
    size_t words = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!blank(s.p[i]) && (i == 0 || blank(s.p[i - 1]))) words++;
    return words;
}

bool prose_is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Does the phrase stand at s.p[at]? The word's border before it is the caller's business. */
static bool phrase_at(struct span s, size_t at, const char *w)
{
    for (; *w; w++) {
        if (*w == '*' && w[1] == '\0') return true;
        if (*w == ' ') {
            if (at >= s.n || !blank(s.p[at])) return false;
            while (at < s.n && blank(s.p[at])) at++;
            continue;
        }
        if (at >= s.n || lower(s.p[at]) != lower(*w)) return false;
        at++;
    }
    return at >= s.n || !prose_is_word_char(s.p[at]) || !prose_is_word_char(w[-1]);
}

size_t span_find_word(struct span s, const char *word)
{
    if (!word || !*word) return s.n;
    for (size_t i = 0; i < s.n; i++) {
        if (lower(s.p[i]) != lower(*word)) continue;
        if (i > 0 && prose_is_word_char(*word) && prose_is_word_char(s.p[i - 1])) continue;
        if (phrase_at(s, i, word)) return i;
    }
    return s.n;
}

bool span_has_word(struct span s, const char *word)
{
    return span_find_word(s, word) < s.n;
}

static struct span whole(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

bool prose_has_word(const char *s, const char *word)
{
    return span_has_word(whole(s), word);
}

const char *span_has_any(struct span s, const char *const *words)
{
    for (; *words; words++)
        if (span_has_word(s, *words)) return *words;
    return NULL;
}

const char *prose_has_any(const char *s, const char *const *words)
{
    return span_has_any(whole(s), words);
}

bool prose_same(const char *a, const char *b)
{
    return a && b ? lower(*a) == lower(*b) && strcasecmp(a, b) == 0 : a == b;
}

bool prose_blank(const char *s)
{
    for (; s && *s; s++)
        if (!blank(*s)) return false;
    return true;
}

/* Bytes of the valid UTF-8 character at p, 0 when there is none (RFC 3629, the rules that matter for cutting). */
static size_t character(const unsigned char *p, size_t n)
{
    size_t len = p[0] < 0x80                   ? 1
                 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
                 : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                               : 0;
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return len;
}

/* Texts are never NULL: out of memory they are empty, and the arena remembers. */
static char *text_of(char *s)
{
    return s ? s : (char *)(uintptr_t) ""; /* nobody writes into a text that is empty */
}

char *prose_take(struct arena *a, const struct buf *b)
{
    if (b->failed == ERR_NOMEM) (void)arena_alloc(a, SIZE_MAX / 2);
    return text_of(b->failed == ERR_NOMEM ? NULL : arena_dup_n(a, buf_cstr(b), b->n));
}

/* Cuts at a word's border below max and adds "…"; the text is longer than max. */
static void cut(struct buf *b, size_t max)
{
    size_t n = max > 3 ? max - 3 : 0;
    while (n > 0 && ((unsigned char)b->p[n] & 0xC0) == 0x80) n--;
    for (size_t i = n; i > max / 2; i--) {
        if (b->p[i] != ' ') continue;
        n = i;
        break;
    }
    while (n > 0 && (b->p[n - 1] == ' ' || b->p[n - 1] == ',' || b->p[n - 1] == ';')) n--;
    b->n = n;
    buf_str(b, "…");
}

char *prose_clean(struct arena *a, struct span s, size_t max)
{
    auto_buf b = BUF_INIT(max + 64);
    s = span_trim(s);
    for (size_t i = 0; i < s.n && b.n <= max;) {
        const unsigned char *p = (const unsigned char *)s.p + i;
        size_t len = character(p, s.n - i);
        if (len == 1 && (*p < 0x20 || *p == 0x7F || *p == ' ')) {
            if (b.n > 0 && b.p[b.n - 1] != ' ') buf_char(&b, ' ');
        } else if (len == 0) {
            buf_char(&b, '?');
        } else {
            buf_add(&b, p, len);
        }
        i += len ? len : 1;
    }
    if (b.n > max) cut(&b, max);
    while (b.n > 0 && b.p[b.n - 1] == ' ') b.n--;
    return prose_take(a, &b);
}

enum err_kind prose_check(const struct arena *a, struct err *e)
{
    return arena_check(a, e) == ERR_OK ? ERR_OK : err_nomem(e);
}

char *prose_bare(struct arena *a, const char *s)
{
    struct span t = span_trim(whole(s));
    while (t.n > 0 && (strchr(".;:,", t.p[t.n - 1]) || blank(t.p[t.n - 1]))) t.n--;
    return text_of(arena_dup_n(a, t.p ? t.p : "", t.n));
}

/* Beside ".": marks that end a sentence, those of other scripts as well. */
static bool ends_sentence(const char *s, size_t n)
{
    static const char *const marks[] = {"?", "!", "。", "！", "？", "؟", "।", "…"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t m = strlen(marks[i]);
        if (n >= m && memcmp(s + n - m, marks[i], m) == 0) return true;
    }
    return false;
}

/* "fd --changed-within panics": a program is written as it is called. */
static bool is_command_line(const char *s)
{
    const char *blank_at = strchr(s, ' ');
    return blank_at && blank_at[1] == '-' && (blank_at[2] == '-' || prose_is_word_char(blank_at[2]));
}

char *prose_sentence(struct arena *a, const char *s)
{
    char *bare = prose_bare(a, s);
    size_t n = bare ? strlen(bare) : 0;
    if (n == 0) return bare;
    if (bare[0] >= 'a' && bare[0] <= 'z' && strcspn(bare, "_/(.") >= strcspn(bare, " ") && !is_command_line(bare))
        bare[0] = (char)(bare[0] - 'a' + 'A');
    if (ends_sentence(bare, n)) return bare;
    return text_of(arena_fmt(a, "%s.", bare));
}

const char *prose_quoted(struct arena *a, const char *s)
{
    return s && strpbrk(s, "\"`“”") ? s : text_of(arena_fmt(a, "\"%s\"", s ? s : ""));
}

char *prose_inner(struct arena *a, const char *s)
{
    char *bare = prose_bare(a, s);
    if (!bare || !(bare[0] >= 'A' && bare[0] <= 'Z')) return bare;
    if (bare[1] == '\0' || (bare[1] >= 'a' && bare[1] <= 'z') || bare[1] == ' ') {
        for (const char *p = bare + 1; *p && *p != ' '; p++)
            if ((*p >= 'A' && *p <= 'Z') || *p == '_' || *p == '.') return bare; /* a name */
        if (bare[0] != 'I' || bare[1] != ' ') bare[0] = (char)lower(bare[0]);
    }
    return bare;
}

char *prose_short(struct arena *a, const char *s, size_t max)
{
    return prose_clean(a, whole(s), max);
}

char *prose_join(struct arena *a, const char *const *v, size_t n, size_t most)
{
    auto_buf b = BUF_INIT(65536);
    size_t shown = n > most && most > 0 ? most : n;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0) buf_str(&b, i + 1 == n ? " and " : ", ");
        buf_str(&b, v[i]);
    }
    if (shown < n) buf_fmt(&b, " and %zu more", n - shown);
    return prose_take(a, &b);
}

bool prose_list_has(const char *const *v, size_t n, const char *s)
{
    for (size_t i = 0; s && i < n; i++)
        if (v[i] && strcmp(v[i], s) == 0) return true;
    return false;
}

void prose_list_add(struct arena *a, void *list, const char *s)
{
    const char **slot;
    if (!s) return;
    slot = arena_push(a, list, sizeof *slot);
    if (slot) *slot = s;
}

struct span prose_line(const char *s, int64_t line)
{
    struct span none = {"", 0};
    for (; s && line > 1; line--) {
        s = strchr(s, '\n');
        if (s) s++;
    }
    if (!s || line < 1) return none;
    return (struct span){s, strcspn(s, "\r\n")};
}
