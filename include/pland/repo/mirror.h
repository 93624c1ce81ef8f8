/* Codebases from elsewhere: a bare mirror of a git remote below the data directory (DATA/git/<id>), fetched by a child
 * git and read by nobody but the tree readers of this room.
 *
 * What comes from a remote is data. The child runs without a shell of ours, with an environment of its own, without
 * configuration of user or system, hooks, credential helpers, submodules, redirects, checkout, or other protocols than
 * those of this URL; it connects to an address that the guard has allowed, and is limited in time, memory and size. A
 * token travels in the child's environment, a key in memory that ssh reads through /proc: neither is in an argument
 * list or on a disk, and both are cut out of everything that is said about the fetch. Hosts of ssh must be in the file
 * known_hosts beforehand: an unknown or changed host key ends the fetch.
 *
 * Functions block (a fetch for as long as its time limit) and may be called on any thread; a second fetch of a mirror
 * waits for the first. */
#ifndef PLAND_REPO_MIRROR_H
#define PLAND_REPO_MIRROR_H

#include "pland/net/guard.h"
#include "pland/repo/repo.h"

struct mirror_config { /* borrowed; lives as long as it is used */
    const char *program;     /* the git to run */
    const char *protocols;   /* of "https", "ssh", "http", separated by commas */
    const char *known_hosts; /* file of ssh's */
    const char *ca_file;     /* NULL: the system's */
    const char *proxy;       /* for http and https; NULL: none */
    const struct guard *guard;
    int64_t timeout_s, max_bytes;
};

enum remote_scheme { REMOTE_HTTPS, REMOTE_HTTP, REMOTE_SSH, REMOTE_SCHEME_N_ };
extern const char *const remote_scheme_names[];
struct remote {
    enum remote_scheme scheme;
    bool scp;            /* written as user@host:path, path below the login's folder */
    char user[64];       /* of ssh; "" when none is named */
    char host[256];      /* small letters, IPv6 without brackets */
    int port;            /* 0: the scheme's own */
    char path[1024];     /* with its leading slash, unless scp */
};
/* Takes a URL apart. ERR_INVALID, at "/git/url", says what is wrong: another protocol, a local path, a password in it,
 * a name that could pass for an option. Pure. */
_must_check_ enum err_kind remote_parse(const char *url, struct remote *ret, struct err *e);
/* ERR_FORBIDDEN: the setting git-protocols does not name its scheme, or its literal address is refused. Pure. */
_must_check_ enum err_kind remote_allowed(const struct mirror_config *c, const struct remote *r, struct err *e);
/* A branch, tag or commit as it may be asked for; not "-x", nothing with ".." or "@{". Pure. */
bool remote_ref_valid(const char *ref);

struct mirror_job {
    const char *url;
    const char *username;          /* for the token; NULL: "x-access-token", which the usual forges take */
    const char *token, *key;       /* one of them or none; key: a private key of OpenSSH without passphrase */
    int64_t as_of;                 /* kept with the mirror for mirror_is_as_of(): what the caller knows of its newness */
    bool anew;                     /* what is there is of another remote or half: begin with nothing */
    /* Told what git says of its progress, and several times a second with NULL; false stops the fetch. May be NULL. */
    bool (*progress)(void *arg, const char *text);
    void *arg;
};
/* Brings the mirror up to date. ERR_UPSTREAM, ERR_TIMEOUT: may be tried again; ERR_INVALID, ERR_FORBIDDEN,
 * ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_UNAUTHENTICATED: only a person can help, and the message says how; ERR_CONFLICT:
 * stopped. */
_must_check_ enum err_kind mirror_fetch(const struct mirror_config *c, const char *data_dir, const char *id,
                                        const struct mirror_job *job, struct err *e);
/* Was it fetched with that as_of, or a later one? */
bool mirror_is_as_of(const char *data_dir, const char *id, int64_t as_of);
/* The mirror as a place that trees are opened from. What it would lead out of itself for is refused. */
_must_check_ enum err_kind mirror_locate(const char *data_dir, const char *id, struct repo_location *ret, struct err *e);
/* Removes mirrors whose id is not among the n. */
_must_check_ enum err_kind mirrors_collect(const char *data_dir, const char *const *ids, size_t n, struct err *e);

#endif
