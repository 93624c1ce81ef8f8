/* Sending a folder of this machine as a plan-private codebase: what git does not ignore, as tar.gz, after asking. */
#include <errno.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/base/hash.h"
#include "pland/repo/pack.h"

struct new_upload { const char *name, *project; bool is_private; };
static const struct field new_upload_rows[] = {
    F_STR(struct new_upload, name, FIELD_REQUIRED, 1, 100, "name"),
    F_STR(struct new_upload, project, 0, 1, 100, "project"),
    F_BOOL(struct new_upload, is_private, FIELD_ALWAYS, "an upload for one plan"),
};
static const struct record new_upload_record = RECORD("new_upload", struct new_upload, new_upload_rows);

struct folder {
    struct repo_location at;
    struct repo_info info;
    struct tree *tree;
    int64_t files, bytes;
};

static enum code fail(const struct err *e, const char *dir)
{
    complain("%s: %s", dir, e->msg);
    return CODE_REFUSED;
}

static enum code open_folder(struct ctl *c, const char *dir, struct folder *f)
{
    auto_roots roots = NULL;
    struct err e = { 0 };
    struct tree_files files;
    if (repo_roots_new("/", &roots, &e) != ERR_OK || repo_locate(roots, dir, &f->at, &e) != ERR_OK)
        return fail(&e, dir);
    if (repo_describe(&f->at, c->arena, &f->info, &e) != ERR_OK) return fail(&e, dir);
    if ((f->at.git && !f->at.bare ? tree_open_worktree : tree_open_folder)(&f->at, NULL, &f->tree, &e) != ERR_OK)
        return fail(&e, dir);
    files = tree_files(f->tree);
    for (size_t i = 0; i < files.n; i++) {
        if (!files.v[i].kept) continue;
        f->files++;
        f->bytes += files.v[i].size;
    }
    return CODE_DONE;
}

static void say_size(int64_t bytes, char ret[static 32])
{
    if (bytes < 10240) (void)snprintf(ret, 32, "%lld bytes", (long long)bytes);
    else if (bytes < 10 << 20) (void)snprintf(ret, 32, "%lld KiB", (long long)(bytes >> 10));
    else (void)snprintf(ret, 32, "%lld MiB", (long long)(bytes >> 20));
}

/* *ret_agreed false: it is planned without, which only a person who is asked can say. */
static enum code agree(struct ctl *c, const char *dir, const struct folder *f, const char *size, bool asking,
                       bool *ret_agreed)
{
    note("%s is not registered at %s.\n  Upload of %s%s: readable only by the plan made now.\n", dir, c->url, size,
         f->info.dirty ? ", uncommitted changes included" : "");
    *ret_agreed = true;
    if (opt_flag(c, "yes")) return CODE_DONE;
    if (!ask_possible(c)) {
        complain("--yes agrees to the upload; --no-repo plans without a codebase");
        return CODE_USAGE;
    }
    if (ask_yes(c, asking ? "Send it along? (no: plan without a codebase)" : "Upload?")) return CODE_DONE;
    *ret_agreed = false;
    if (asking) return CODE_DONE;
    complain("not uploaded");
    return CODE_REFUSED;
}

/* Every upload is a codebase of its own; the random part keeps names apart. */
static enum code make_repository(struct ctl *c, const char *dir, const char **ret_id)
{
    auto_response r = { 0 };
    unsigned char random[5];
    const char *base = strrchr(dir, '/');
    struct new_upload in = { .project = opt(c, "project"), .is_private = true };
    enum code code;
    hash_random(random, sizeof random);
    in.name = arena_fmt(c->arena, "%.60s-%02x%02x%02x%02x%02x", base && base[1] ? base + 1 : "folder", random[0],
                        random[1], random[2], random[3], random[4]);
    code = call_post(c, "/repositories", &new_upload_record, &in, &r);
    if (code != CODE_DONE) return code;
    *ret_id = arena_dup(c->arena, js(r.json, "id"));
    return *ret_id ? CODE_DONE : CODE_REFUSED;
}

static enum code send_archive(struct ctl *c, const struct folder *f, const char *id, FILE *archive)
{
    auto_response r = { 0 };
    auto_buf path = BUF_INIT(4096);
    long size = ftell(archive);
    buf_str(&path, path_of(c, "repositories", id, "/snapshot"));
    query_add(&path, "commit", f->info.commit);
    query_add(&path, "branch", f->info.branch);
    query_add(&path, "remote", f->info.remote);
    query_add(&path, "dirty", f->info.dirty ? "true" : NULL);
    query_add(&path, "project", opt(c, "project"));
    return call(c,
                &(struct request){ .method = "PUT",
                                   .path = buf_cstr(&path),
                                   .upload = archive,
                                   .n_upload = (size_t)size,
                                   .type = "application/gzip" },
                &r);
}

static enum code pack_and_send(struct ctl *c, const char *dir, const struct folder *f, const char **ret_id)
{
    FILE *archive = tmpfile();
    struct err e = { 0 };
    enum code code;
    if (!archive) {
        complain("a temporary file: %s", strerror(errno));
        return CODE_REFUSED;
    }
    if (repo_pack(f->tree, fileno(archive), &e) != ERR_OK) code = fail(&e, dir);
    else if (fseek(archive, 0, SEEK_END) != 0) code = CODE_REFUSED;
    else code = make_repository(c, dir, ret_id);
    if (code == CODE_DONE) code = send_archive(c, f, *ret_id, archive);
    (void)fclose(archive);
    if (code == CODE_DONE) note("uploaded as %s\n", *ret_id);
    return code;
}

static enum code offer(struct ctl *c, const char *dir, const struct folder *f, struct plan_request *r,
                       struct asking *asking)
{
    char bytes[32];
    const char *size;
    bool agreed = false;
    enum code code;
    say_size(f->bytes, bytes);
    size = arena_fmt(c->arena, "%lld file%s, %s", (long long)f->files, f->files == 1 ? "" : "s", bytes);
    if (!size) return CODE_REFUSED;
    code = agree(c, dir, f, size, asking != NULL, &agreed);
    if (agreed) size = arena_fmt(c->arena, "%s, an upload of %s", dir, size);
    if (code == CODE_DONE) code = interview_confirm(c, asking, agreed ? size : "none");
    return code == CODE_DONE && agreed ? pack_and_send(c, dir, f, &r->snapshot) : code;
}

enum code upload_folder(struct ctl *c, const char *dir, struct plan_request *r, struct asking *asking)
{
    struct folder *f = arena_alloc(c->arena, sizeof *f);
    struct err e = { 0 };
    enum code code;
    if (!f || hash_init(&e) != ERR_OK) return fail(&(struct err){ .msg = "out of memory" }, dir);
    code = open_folder(c, dir, f);
    if (code == CODE_DONE) code = offer(c, dir, f, r, asking);
    tree_unref(f->tree);
    return code;
}
