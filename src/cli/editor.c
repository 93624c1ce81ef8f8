/* A text in the editor of the person: written to a file of its own, edited, read back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/spawn.h"
#include "cli/verbs.h"

static enum code fail(const char *what, const char *why)
{
    complain("%s: %s", what, why);
    return CODE_REFUSED;
}

static const char *environment(const char *name, const char *preset)
{
    const char *s = getenv(name);
    return s && s[strspn(s, " \t")] ? s : preset;
}

enum code draft_make(struct ctl *c, const char *name, const char *text, size_t n, struct draft *ret)
{
    char *folder = arena_fmt(c->arena, "%s/planctl-XXXXXX", environment("TMPDIR", "/tmp"));
    FILE *f;
    bool fine;
    *ret = (struct draft){ 0 };
    if (!folder) return fail("a temporary file", strerror(ENOMEM));
    if (!mkdtemp(folder)) return fail(folder, strerror(errno)); /* for its owner only */
    *ret = (struct draft){ folder, arena_fmt(c->arena, "%s/%s", folder, name) };
    f = ret->path ? fopen(ret->path, "we") : NULL;
    fine = f && fwrite(text, 1, n, f) == n;
    if (f && fclose(f) != 0) fine = false;
    if (fine) return CODE_DONE;
    (void)fail(folder, strerror(errno));
    draft_remove(ret);
    return CODE_REFUSED;
}

void draft_remove(const struct draft *d)
{
    if (d->path) (void)unlink(d->path);
    if (d->folder) (void)rmdir(d->folder); /* unless the editor has left something there */
}

enum code draft_edit(struct ctl *c, const struct draft *d, const char **ret_text)
{
    const char *command = environment("VISUAL", environment("EDITOR", "vi"));
    struct words words;
    pid_t pid;
    int code;
    if (!words_split(&words, command)) return fail("the editor", "VISUAL or EDITOR is too long");
    (void)fflush(NULL);
    if (!spawn_on_terminal(&words, d->path, &pid)) {
        complain("the editor %s: %s (VISUAL or EDITOR names another one)", words.v[0], strerror(errno));
        return CODE_REFUSED;
    }
    code = spawn_wait(pid);
    if (code != 0) {
        complain("the editor %s ended with %s", words.v[0], code < 0 ? "a signal" : "an error");
        return CODE_REFUSED;
    }
    return text_read(c, d->path, ret_text) == CODE_DONE ? CODE_DONE : CODE_REFUSED;
}
