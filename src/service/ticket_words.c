/* Plain words in a ticket: they are a message to its plan, and what became of it is said in the ticket. Who owes an
 * answer is kept as a reply without a text, whose topic names the message. */
#include <stdlib.h>
#include <string.h>
#include "pland/plan/message.h"
#include "service/tickets.h"

#define TOPIC "message "

/* Lines of a quotation. */
static void quote(struct buf *b, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, "\n");
        buf_fmt(b, "> %.*s\n", (int)n, s);
        s += n + (s[n] == '\n');
    }
}

/* What is said of it; nothing of what is still being read, of talk among people, and of what was in an exact form. */
static enum err_kind words(const struct message_row *m, int64_t number, struct arena *a, const char **ret, struct err *e)
{
    struct message read = { .restatement = "" };
    auto_buf b = BUF_INIT(200000);
    enum err_kind k = ERR_OK;
    *ret = NULL;
    if (m->understood) k = record_parse(&message_record, m->understood, strlen(m->understood), &read, a, e);
    if (k != ERR_OK) return k;
    switch ((enum message_state)m->state) {
    case MESSAGE_STATE_READING:
    case MESSAGE_STATE_UNCLEAR: return ERR_OK;
    case MESSAGE_STATE_DONE:
        if (!m->spoken) return ERR_OK;
        buf_str(&b, "Understood, and done:\n\n");
        quote(&b, read.restatement);
        break;
    case MESSAGE_STATE_REFUSED:
        buf_str(&b, "Understood:\n\n");
        quote(&b, read.restatement);
        buf_fmt(&b, "\nThat did not work: %s.\n", m->why ? m->why : "");
        break;
    case MESSAGE_STATE_PROPOSED:
        buf_str(&b, "This is what I understand:\n\n");
        quote(&b, read.restatement);
        if (m->why) buf_fmt(&b, "\n%s\n", m->why);
        buf_fmt(&b, "\n`/plan confirm %lld` has it done; until then nothing happens.\n", (long long)number);
        break;
    }
    *ret = arena_dup(a, buf_cstr(&b));
    return b.failed ? buf_check(&b, e) : arena_check(a, e);
}

static enum err_kind answer(struct txn *tx, const struct message_row *m, const struct reply_row *owed, int64_t now,
                            struct arena *a, struct outcome *out, struct err *e)
{
    struct reply_row r = *owed;
    enum err_kind k = words(m, r.n, a, &r.body, e);
    if (k != ERR_OK || !r.body || (k = store_reply_say(tx, r.n, r.body, e)) != ERR_OK) return k;
    return ticket_wake(tx, r.ticket, now, out, e);
}

enum { WORDS_PER_HOUR = 60, HOUR_MS = 3600000 };

/* Each may cost a call to a model. */
enum err_kind ticket_words_limit(struct txn *tx, struct call *c, int64_t plan, struct err *e)
{
    struct message_list l = { 0 };
    enum err_kind k = store_message_list(tx, plan, 0, WORDS_PER_HOUR, c->arena, &l, e);
    if (k != ERR_OK || l.n < WORDS_PER_HOUR || l.v[l.n - 1].at < clock_now(c->service->clock) - HOUR_MS) return k;
    return err_set(e, ERR_RATE, "a plan reads %d messages an hour", WORDS_PER_HOUR);
}

static const char *topic_of(struct arena *a, const char *message)
{
    return arena_fmt(a, TOPIC "%s", message);
}

enum err_kind tickets_owe(struct txn *tx, struct call *c, int64_t ticket, int64_t plan, struct outcome *out,
                          struct err *e)
{
    const char *slash = strrchr(out->href, '/');
    struct message_row m = { 0 };
    struct reply_row r = { .ticket = ticket };
    enum err_kind k = store_message_get(tx, plan, slash ? slash + 1 : "", c->arena, &m, e);
    if (k != ERR_OK) return k;
    if (!(r.topic = topic_of(c->arena, m.id))) return err_nomem(e);
    if ((k = store_reply_insert(tx, &r, e)) != ERR_OK) return k;
    return answer(tx, &m, &r, clock_now(c->service->clock), c->arena, out, e);
}

enum err_kind tickets_owed(struct plan_txn *p, const char *message, bool *ret, struct err *e)
{
    struct reply_list l = { 0 };
    const char *topic = topic_of(p->arena, message);
    enum err_kind k = topic ? store_reply_about(p->tx, p->row.n, topic, p->arena, &l, e) : err_nomem(e);
    *ret = l.n > 0;
    return k;
}

enum err_kind tickets_answer(struct plan_txn *p, const struct message_row *m, struct err *e)
{
    struct reply_list l = { 0 };
    const char *topic = topic_of(p->arena, m->id);
    enum err_kind k = topic ? store_reply_about(p->tx, p->row.n, topic, p->arena, &l, e) : err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) k = answer(p->tx, m, &l.v[i], p->now, p->arena, p->out, e);
    return k;
}

enum err_kind ticket_proposal(struct txn *tx, int64_t ticket, int64_t number, struct arena *a, const char **ret,
                              struct err *e)
{
    struct reply_row r = { 0 };
    enum err_kind k = store_reply_get(tx, ticket, number, a, &r, e);
    if (k == ERR_NOT_FOUND || (k == ERR_OK && strncmp(r.topic, TOPIC, strlen(TOPIC)) != 0))
        return err_set(e, ERR_NOT_FOUND, "there is nothing to confirm that is called %lld", (long long)number);
    if (k == ERR_OK) *ret = r.topic + strlen(TOPIC);
    return k;
}
