/* What the words around a path say of it: created, changed, only named. Tables of words; the nearest one before the path
 * decides, prepositions between them change what it says. */
#include "check/foreign.h"

#include <ctype.h>
#include <string.h>

enum { BACK_MAX = 12 /* words looked at before a path */ };

enum word_kind { WORD_OTHER, WORD_NEW, WORD_SOFT, WORD_THERE, WORD_IN, WORD_MOVE, WORD_TO, WORD_NAMED };
static const struct { const char *word; enum word_kind kind; } words_known[] = {
    { "create", WORD_NEW }, { "creates", WORD_NEW }, { "creating", WORD_NEW }, { "created", WORD_NEW },
    { "add", WORD_SOFT }, { "adds", WORD_SOFT }, { "adding", WORD_SOFT }, { "added", WORD_SOFT }, { "new", WORD_NEW },
    { "introduce", WORD_NEW }, { "introduces", WORD_NEW }, { "write", WORD_SOFT }, { "scaffold", WORD_NEW },
    { "generate", WORD_NEW }, { "implement", WORD_SOFT }, { "define", WORD_SOFT },
    { "put", WORD_SOFT }, { "extract", WORD_SOFT }, { "build", WORD_SOFT }, { "place", WORD_SOFT },
    { "modify", WORD_THERE }, { "modifies", WORD_THERE }, { "update", WORD_THERE }, { "updates", WORD_THERE },
    { "edit", WORD_THERE }, { "edits", WORD_THERE }, { "change", WORD_THERE }, { "changes", WORD_THERE },
    { "extend", WORD_THERE }, { "refactor", WORD_THERE }, { "delete", WORD_THERE }, { "deletes", WORD_THERE },
    { "remove", WORD_THERE }, { "removes", WORD_THERE }, { "drop", WORD_THERE }, { "fix", WORD_THERE },
    { "open", WORD_THERE }, { "read", WORD_THERE }, { "see", WORD_THERE }, { "review", WORD_THERE },
    { "replace", WORD_THERE }, { "patch", WORD_THERE }, { "existing", WORD_THERE }, { "wire", WORD_THERE },
    { "follow", WORD_THERE }, { "like", WORD_THERE }, { "modified", WORD_THERE }, { "updated", WORD_THERE },
    { "changed", WORD_THERE }, { "deleted", WORD_THERE }, { "removed", WORD_THERE }, { "current", WORD_THERE },
    { "reuse", WORD_THERE }, { "inspect", WORD_THERE }, { "adjust", WORD_THERE }, { "register", WORD_THERE },
    { "rename", WORD_MOVE }, { "move", WORD_MOVE }, { "split", WORD_MOVE }, { "copy", WORD_MOVE },
    { "to", WORD_TO }, { "into", WORD_TO }, { "as", WORD_TO }, { "=>", WORD_TO }, { "->", WORD_TO },
    { "\xe2\x86\x92", WORD_TO },
    { "in", WORD_IN }, { "inside", WORD_IN }, { "within", WORD_IN }, { "at", WORD_IN }, { "under", WORD_IN },
    { "from", WORD_THERE }, { "of", WORD_THERE }, { "for", WORD_THERE }, { "by", WORD_THERE }, { "with", WORD_IN },
    { "via", WORD_THERE }, { "using", WORD_THERE }, { "on", WORD_THERE }, { "per", WORD_THERE },
    { "beside", WORD_THERE }, { "between", WORD_THERE }, { "after", WORD_THERE }, { "before", WORD_THERE },
    { "against", WORD_THERE }, { "named", WORD_NAMED }, { "called", WORD_NAMED },
};

static enum word_kind kind_of(const char *p, size_t n)
{
    for (size_t i = 0; i < countof(words_known); i++)
        if (strlen(words_known[i].word) == n && strncasecmp(words_known[i].word, p, n) == 0) return words_known[i].kind;
    return WORD_OTHER;
}

static bool blank_or_mark(char ch)
{
    return (unsigned char)ch <= ' ' || strchr("`*()[]{}\"',|~", ch) != NULL;
}

/* The word that ends at *at, moving *at before it; 0: none, or the sentence begins here. */
static size_t word_before(const char *line, size_t *at, const char **ret)
{
    size_t end = *at, start;
    while (end > 0 && blank_or_mark(line[end - 1])) end--;
    if (!end || strchr(".;!?", line[end - 1])) return 0;
    if (line[end - 1] == ':') end--;
    for (start = end; start > 0 && !blank_or_mark(line[start - 1]) && line[start - 1] != ':';) start--;
    *at = start;
    *ret = line + start;
    return end - start;
}

/* --- behind the path and around it -------------------------------------------------------------------------------- */
static const struct { const char *mark; enum intent is; } marks[] = {
    { "(new", INTENT_NEW }, { "[new", INTENT_NEW }, { "(create", INTENT_NEW }, { "[create", INTENT_NEW },
    { "(to be created", INTENT_NEW }, { "(add", INTENT_NEW }, { "[add", INTENT_NEW }, { "action=\"create", INTENT_NEW },
    { "action: create", INTENT_NEW }, { "# new", INTENT_NEW }, { "// new", INTENT_NEW }, { "(does not exist", INTENT_NEW },
    { "(modif", INTENT_THERE }, { "[modif", INTENT_THERE }, { "(update", INTENT_THERE }, { "[update", INTENT_THERE },
    { "(edit", INTENT_THERE }, { "(exist", INTENT_THERE }, { "[exist", INTENT_THERE }, { "(delete", INTENT_THERE },
    { "[delete", INTENT_THERE }, { "(remove", INTENT_THERE }, { "(change", INTENT_THERE },
    { "action=\"modify", INTENT_THERE }, { "action=\"delete", INTENT_THERE }, { "action: modify", INTENT_THERE },
};
/* Right behind the path. */
static const char *const passive[] = { "is added", "is created", "is new", "will be added", "will be created", "gets created",
                                       "gets added", "to be created", "are added", "are created" };
static const struct { const char *cell; enum intent is; } cells[] = {
    { "new", INTENT_NEW }, { "create", INTENT_NEW }, { "created", INTENT_NEW }, { "add", INTENT_NEW },
    { "added", INTENT_NEW }, { "new file", INTENT_NEW }, { "a", INTENT_NEW }, { "+", INTENT_NEW },
    { "modify", INTENT_THERE }, { "modified", INTENT_THERE }, { "update", INTENT_THERE }, { "edit", INTENT_THERE },
    { "change", INTENT_THERE }, { "delete", INTENT_THERE }, { "deleted", INTENT_THERE }, { "remove", INTENT_THERE },
    { "m", INTENT_THERE }, { "d", INTENT_THERE }, { "~", INTENT_THERE }, { "existing", INTENT_THERE },
};

static enum intent marked(const char *line)
{
    for (size_t i = 0; i < countof(marks); i++)
        if (strcasestr(line, marks[i].mark)) return marks[i].is;
    return INTENT_NONE;
}

static bool passively_new(const char *behind)
{
    behind += strspn(behind, "`*_ ");
    for (size_t i = 0; i < countof(passive); i++)
        if (strncasecmp(behind, passive[i], strlen(passive[i])) == 0) return true;
    return false;
}

static enum intent cell_says(const char *line)
{
    for (const char *p = strchr(line, '|'); p && p[1]; p = strchr(p + 1, '|')) {
        const char *in = p + 1 + strspn(p + 1, " *_`");
        size_t n = strcspn(in, "|");
        while (n && strchr(" *_`", in[n - 1])) n--;
        for (size_t i = 0; i < countof(cells); i++)
            if (strlen(cells[i].cell) == n && strncasecmp(cells[i].cell, in, n) == 0) return cells[i].is;
    }
    return INTENT_NONE;
}

/* --- before the path ---------------------------------------------------------------------------------------------- */
static enum intent before(const char *line, size_t at)
{
    bool in = false, to = false;
    for (int i = 0; i < BACK_MAX; i++) {
        const char *p;
        size_t n = word_before(line, &at, &p);
        enum word_kind kind = n ? kind_of(p, n) : WORD_OTHER;
        if (!n) break;
        if (kind == WORD_NEW) return in || to ? INTENT_PLACE : INTENT_NEW;
        if (kind == WORD_SOFT) return in || to ? INTENT_PLACE : INTENT_SOFT;
        if (kind == WORD_THERE) return INTENT_THERE;
        if (kind == WORD_MOVE) return to ? INTENT_NEW : INTENT_THERE;
        in = in || kind == WORD_IN;
        to = to || kind == WORD_TO;
    }
    return INTENT_NONE;
}

enum intent intent_at(const char *line, size_t at, size_t end)
{
    enum intent is = line[strspn(line, " ")] == '|' ? cell_says(line) : INTENT_NONE;
    if (is == INTENT_NONE && passively_new(line + end)) return INTENT_SOFT;
    if (is == INTENT_NONE) is = before(line, at);
    if (is == INTENT_NEW || is == INTENT_SOFT || is == INTENT_THERE) {
        enum intent behind = marked(line + end);
        return behind == INTENT_NONE ? is : behind;
    }
    return marked(line) != INTENT_NONE ? marked(line) : is;
}

/* "Files to create", "New files:", "Modified". */
enum intent intent_of_title(const char *p, size_t n)
{
    enum intent is = INTENT_NONE;
    bool files = false;
    for (size_t i = 0; i < n;) {
        size_t start;
        while (i < n && !isalpha((unsigned char)p[i])) i++;
        for (start = i; i < n && isalpha((unsigned char)p[i]);) i++;
        if (i == start) break;
        enum word_kind kind = kind_of(p + start, i - start);
        if (kind == WORD_NEW && is == INTENT_NONE) is = INTENT_NEW;
        if (kind == WORD_SOFT && is == INTENT_NONE) is = INTENT_SOFT;
        if (kind == WORD_THERE && is == INTENT_NONE) is = INTENT_THERE;
        files = files || (i - start >= 4 && strncasecmp(p + start, "file", 4) == 0);
    }
    return files || n < 24 ? is : INTENT_NONE;
}
