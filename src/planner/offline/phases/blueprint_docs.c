/* The pages of requirements that ask for documents: those they name, a new one where they ask for a page, else the one
 * closest to the ticket. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>

const char *document_in(const struct scene *s, const char *path)
{
    struct tree *t = scene_tree(s, 0);
    const struct tree_file *f = t ? tree_find(t, path) : NULL;
    return f ? f->path : NULL;
}

/* "docs/architecture.md" and the like, in the order of the text. */
static void named_pages(const struct scene *s, const struct need *n, text_list *ret)
{
    static const char *const ends[] = {".md", ".rst", ".adoc"};
    for (size_t i = 0; i < countof(ends); i++)
        for (const char *end = n->r.text; (end = strstr(end, ends[i])) != NULL; end++) {
            const char *from = end, *page;
            if (prose_is_word_char(end[strlen(ends[i])])) continue;
            while (from > n->r.text && (prose_is_word_char(from[-1]) || strchr("/-.", from[-1]))) from--;
            if (end - from < 2 || *from == '/' || memmem(from, (size_t)(end - from), "..", 2)) continue;
            page = arena_dup_n(s->a, from, (size_t)(end - from) + strlen(ends[i]));
            if (page && !prose_list_has(ret->v, ret->n, page)) prose_list_add(s->a, ret, page);
        }
}

/* "doc/fd.1": the manual page of the tree. */
static const char *man_page(const struct scene *s)
{
    struct tree *t = scene_tree(s, 0);
    struct tree_files files = t ? tree_files(t) : (struct tree_files){0};
    for (size_t i = 0; i < files.n; i++) {
        const char *ext = file_ext(files.v[i].path);
        if (ext[0] >= '1' && ext[0] <= '8' && ext[1] == '\0') return files.v[i].path;
    }
    return NULL;
}

/* Documents that a requirement calls by what they are. */
static void called_pages(const struct scene *s, const struct need *n, text_list *ret)
{
    static const struct {
        const char *word, *pages[4];
    } rows[] = {{"readme", {"README.md", "README.rst", "README"}},
                {"changelog*", {"CHANGELOG.md", "CHANGES.md", "CHANGES.rst", "NEWS.md"}}};
    const char *manual =
        prose_has_any(n->r.text, (const char *const[]){"man page*", "manual page*", NULL}) ? man_page(s) : NULL;
    for (size_t i = 0; i < countof(rows); i++) {
        const char *found = NULL;
        if (!prose_has_word(n->r.text, rows[i].word)) continue;
        for (size_t j = 0; j < countof(rows[i].pages) && rows[i].pages[j] && !found; j++)
            found = document_in(s, rows[i].pages[j]);
        found = found ? found : rows[i].pages[0];
        if (!prose_list_has(ret->v, ret->n, found)) prose_list_add(s->a, ret, found);
    }
    if (manual) prose_list_add(s->a, ret, manual);
}

/* "Write a page about it under docs/": beside the pages that are there. */
static const char *new_page(const struct scene *s, const struct need *n)
{
    static const char *const words[] = {"a page",          "a chapter", "a guide", "a tutorial",
                                        "a section under", "new page",  NULL};
    struct tree *t = scene_tree(s, 0);
    struct tree_files below = t ? tree_below(t, "docs") : (struct tree_files){0};
    if (!prose_has_any(n->r.text, words)) return NULL;
    for (size_t i = 0; i < below.n; i++) {
        const char *ext = file_ext(below.v[i].path);
        const struct place *p =
            strcmp(ext, "md") == 0 || strcmp(ext, "rst") == 0 ? place_of_file(s, 0, below.v[i].path) : NULL;
        struct span dir = p ? file_dir(p->path) : (struct span){"", 0};
        if (p) return arena_fmt(s->a, "%.*s/%s.%s", (int)dir.n, dir.p, name_styled(s->a, s->topic, NAME_KEBAB), ext);
    }
    return arena_fmt(s->a, "docs/%s.md", name_styled(s->a, s->topic, NAME_KEBAB));
}

void docs_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        const struct place *p = n->place ? n->place : scene_place(s, LAYER_DOCS);
        const char *fresh = new_page(s, n);
        text_list pages = {0};
        named_pages(s, n, &pages);
        called_pages(s, n, &pages);
        if (pages.n == 0 && fresh) prose_list_add(s->a, &pages, fresh);
        if (pages.n == 0 && (!p || p->layer != LAYER_DOCS))
            prose_list_add(s->a, &pages, document_in(s, "README.md") ? "README.md" : "docs/README.md");
        for (size_t j = 0; j < pages.n; j++) draft_for(bp, draft_work(bp, d, WORK_DOC, 0, pages.v[j]), n);
        if (pages.n == 0) draft_for(bp, draft_work(bp, d, WORK_DOC, p->codebase, p->path), n);
    }
}
