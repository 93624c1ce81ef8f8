/* Starting the service: bus, caches, epoch, the first project and admin. */
#include <string.h>
#include "pland/base/id.h"
#include "service/auth.h"
#include "service/bridge.h"

enum { UNTOLD_MS = 2000 }; /* how long a change of tokens elsewhere may go unnoticed if it is not told */

struct start { struct service *service; struct arena *arena; char *secret; };

/* The epoch of event numbers: made once, replaced by a restore. */
static enum err_kind read_epoch(struct txn *tx, void *arg, struct err *e)
{
    struct start *st = arg;
    const char *epoch = NULL, *paused = NULL;
    struct id id;
    enum err_kind k = store_meta_get(tx, "epoch", st->arena, &epoch, e);
    if (k != ERR_OK || (k = store_meta_get(tx, "paused", st->arena, &paused, e)) != ERR_OK) return k;
    if (!epoch) {
        id_new(&id, "", st->service->clock);
        epoch = arena_dup(st->arena, id.s + strlen(id.s) - 8);
        if ((k = arena_check(st->arena, e)) != ERR_OK || (k = store_meta_set(tx, "epoch", epoch, e)) != ERR_OK)
            return k;
    }
    st->service->epoch = epoch;
    st->service->paused = paused && strcmp(paused, "1") == 0;
    return ERR_OK;
}

static void resumed(void *arg, const struct notice *n)
{
    struct service *s = arg;
    (void)n;
    s->paused = false;
}

enum err_kind service_open(struct service *s, struct arena *a, struct err *e)
{
    enum err_kind k = store_exec(s->store, read_epoch, &(struct start){ .service = s, .arena = a }, e);
    if (k != ERR_OK || (k = bus_new(&s->bus, e)) != ERR_OK) return k;
    if (!bus_subscribe(s->bus, NOTICE_RESUMED, 0, resumed, s)) return err_nomem(e);
    k = auth_cache_new(s->bus, store_shared(s->store) ? UNTOLD_MS : 0, &s->auth, e);
    return k == ERR_OK ? bridge_open(s, &s->bridge, e) : k;
}

void service_leave(struct service *s)
{
    bridge_close(s->bridge);
    s->bridge = NULL;
}

void service_close(struct service *s)
{
    service_leave(s);
    auth_cache_free(s->auth, s->bus);
    s->auth = NULL;
    bus_free(s->bus);
    s->bus = NULL;
}

static enum err_kind first_rows(struct txn *tx, void *arg, struct err *e)
{
    struct start *st = arg;
    int64_t now = clock_now(st->service->clock);
    struct project_row project = { 0 };
    struct token_list tokens = { 0 };
    struct id project_id, person_id, token_id;
    enum err_kind k = store_project_get(tx, "default", st->arena, &project, e);
    st->secret[0] = '\0';
    if (k == ERR_NOT_FOUND) {
        id_new(&project_id, "prj_", st->service->clock);
        project = (struct project_row){ .id = project_id.s, .name = "default", .created_at = now };
        k = store_project_insert(tx, &project, e);
    }
    if (k != ERR_OK || (k = store_token_list(tx, 0, st->arena, &tokens, e)) != ERR_OK || tokens.n) return k;
    id_new(&person_id, "per_", st->service->clock);
    struct person_row person = { .id = person_id.s, .name = "admin", .created_at = now };
    if ((k = store_person_insert(tx, &person, e)) != ERR_OK) return k;
    id_new(&token_id, "tok_", st->service->clock);
    id_secret(st->secret, "pland_");
    struct token_row token = { .id = token_id.s, .name = "first admin",
        .hash = hash_sha256(st->secret, strlen(st->secret)),
        .role = ROLE_ADMIN, .person = person.n, .created_at = now };
    return store_token_insert(tx, &token, e);
}

enum err_kind service_bootstrap(struct service *s, char ret_secret[64], struct err *e)
{
    auto_arena arena = arena_new(0);
    if (!arena) return err_nomem(e);
    return store_exec(s->store, first_rows, &(struct start){ .service = s, .arena = arena, .secret = ret_secret }, e);
}
