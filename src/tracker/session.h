/* What is kept in memory about a source between calls to its API: who we are there, an app's token. */
#ifndef TRACKER_SESSION_H
#define TRACKER_SESSION_H

#include "tracker/api.h"
#include "tracker/fields.h"
#include "tracker/kind.h"

struct sessions;
struct sessions *sessions_new(void);    /* NULL: out of memory */
void sessions_free(struct sessions *s); /* accepts NULL */

/* The id that the source's own comments bear, asked for once. */
_must_check_ enum err_kind session_self(struct api *a, const char **ret, struct err *e);
/* GitHub Apps: a token of the installation, renewed before it ends; and the name that the app writes under. */
_must_check_ enum err_kind session_app_token(struct api *a, const char **ret, struct err *e);
_must_check_ enum err_kind session_app_self(struct api *a, const char **ret, struct err *e);
/* Forgets what is known, as when a token is refused. */
void session_forget(struct api *a);
/* The projects that settings name: in projects, else in routes. */
void session_projects(struct api *a, text_list *ret);
/* Tickets changed since of each of them. */
typedef enum err_kind changed_in_fn(struct api *a, const char *project, int64_t since, event_list *ret, struct err *e);
_must_check_ enum err_kind session_changed(struct api *a, changed_in_fn *in, int64_t since, event_list *ret,
                                           struct err *e);

/* A JSON Web Token (RS256) of a GitHub App: issued at seconds - 60, good for nine minutes. ERR_INVALID: the key is no
 * RSA key in PEM. */
_must_check_ enum err_kind jwt_make(const char *pem, int64_t app, int64_t seconds, struct arena *a, const char **ret,
                                    struct err *e);

#endif
