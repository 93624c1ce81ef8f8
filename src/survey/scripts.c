/* Executable scripts, in the places where they usually are. */
#include "survey/inner.h"

#include <string.h>

struct script_place {
    const char *pattern;
    bool executable;
};
static const struct script_place places[] = {
    {"scripts/*", false},  {"*scripts/*", true}, {"script/*", true}, {"bin/*", true},
    {"tools/*.sh", false}, {"hack/*.sh", false}, {"ci/*.sh", false}, {"dev/*.sh", false},
    {"tools/*", true},     {"hack/*", true},     {"ci/*", true},     {"dev/*", true},
    {"*.sh", true},        {"manage.py", false}, {"*", true},
};
#define MAX_SCRIPTS 80
#define SCRIPT_MAX ((size_t)256 << 10)

/* Wrappers of tools that are known by their own commands. */
static bool is_wrapper(const char *base)
{
    static const char *const names[] = {"gradlew",   "mvnw",   "rails",     "rake",        "bundle",
                                        "configure", "spring", "importmap", "__init__.py", "README.md",
                                        "kamal",     "thrust", "brakeman",  "rubocop",     "console",
                                        "artisan"};
    for (size_t i = 0; i < countof(names); i++)
        if (is(base, names[i])) return true;
    return ends(base, ".md") || ends(base, ".txt") || ends(base, ".json") || ends(base, ".yml") || ends(base, ".bat") ||
           ends(base, ".cmd");
}

/* What no ending calls a script begins with "#!". */
static bool has_shebang(struct scan *c, const struct scan_file *f)
{
    static const char *const languages[] = {"Shell", "Python", "Perl", "Ruby", "JavaScript", "TypeScript", "PHP"};
    auto_buf text = BUF_INIT(SCRIPT_MAX + 1);
    for (size_t i = 0; f->language && i < countof(languages); i++)
        if (is(f->language->name, languages[i])) return true;
    return scan_read(c, f->f, SCRIPT_MAX, false, &text) && starts(buf_cstr(&text), "#!");
}

static bool is_script(struct scan *c, const struct scan_file *f)
{
    const char *path = f->f->path;
    if (f->foreign || f->fixture || f->f->mode == TREE_MODE_SUBMODULE || f->f->mode == TREE_MODE_LINK) return false;
    if (path_depth(path) > 2 || is_wrapper(f->base)) return false;
    if (f->test && (!ends(path, ".sh") || path_depth(path) > 1)) return false;
    for (size_t p = 0; p < countof(places); p++) {
        bool any = is(places[p].pattern, "*"); /* at the top, without an ending */
        if (any ? strpbrk(path, "/.") != NULL : !path_like(places[p].pattern, path)) continue;
        if (!places[p].executable && path_depth(path) > 1) continue;
        if (f->f->mode == TREE_MODE_EXEC ? has_shebang(c, f) : !places[p].executable && f->language) return true;
    }
    return false;
}

void detect_scripts(struct scan *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->files.n && n < MAX_SCRIPTS; i++) {
        const struct scan_file *f = &c->files.v[i];
        struct command_at d = {.path = f->f->path, .dir = "", .line = 1};
        if (!is_script(c, f)) continue;
        d.kind = (int)command_kind_guess(f->base);
        if (is(f->base, "manage.py")) d.dir = path_dir(c->a, f->f->path); /* Django's own runs beside its settings */
        if (d.dir) scan_command_named(c, &d, "./%s", d.dir[0] ? f->base : f->f->path);
        n++;
    }
}
