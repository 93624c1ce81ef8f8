/* The protocol of --_interactive: a request line and the bytes; then tags, one a line, up to "completed". */
#include "survey/ctags.h"

#include <string.h>

#include "pland/repo/child.h"

#define ANSWER_MAX ((size_t)16 << 20)

void ctags_ask(struct buf *request, const char *name, const char *text, size_t n)
{
    buf_str(request, "{\"command\":\"generate-tags\",\"filename\":");
    buf_json(request, name);
    buf_fmt(request, ",\"size\":%zu}\n", n);
    buf_add(request, text, n);
}

enum err_kind ctags_run(const char *program, const struct buf *request, ctags_fn *fn, void *arg, size_t *ret_done,
                        struct err *e)
{
    const char *const argv[] = {program, "--options=NONE", "--_interactive=sandbox", "--fields=+nKS", "--extras=-F", NULL};
    static const char *const envp[] = {"LC_ALL=C", NULL};
    auto_buf out = BUF_INIT(ANSWER_MAX);
    const struct child child = {.program = program,
                                .argv = argv,
                                .envp = envp,
                                .input = request->p,
                                .n_input = request->n,
                                .wall_ms = 20000,
                                .cpu_s = 20,
                                .memory = (int64_t)512 << 20,
                                .files = 16,
                                .out = &out};
    struct child_end end;
    enum err_kind k = buf_check(request, e);
    if (k == ERR_OK) k = child_run(&child, &end, e);
    *ret_done = 0;
    if (k != ERR_OK) return k;
    for (const char *line = buf_cstr(&out), *stop; (stop = strchr(line, '\n')); line = stop + 1) {
        size_t n = (size_t)(stop - line);
        if (memmem(line, n, "\"completed\"", 11)) ++*ret_done;
        else if (memmem(line, n, "\"tag\"", 5)) fn(arg, *ret_done, line, n);
    }
    return ERR_OK;
}
