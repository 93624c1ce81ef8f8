/* Messages in every state: nothing but the exact form approves, and what is understood refers to the plan alone. */
#include <string.h>
#include <strings.h>

#include "pland/plan/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct question questions[] = { { .id = "Q1", .text = "Which?", .preset = "this" }, { .id = "Q2", .text = "When?", .preset = "now" } };
static struct option choices[] = { { .id = "A", .title = "One" }, { .id = "B", .title = "Two" } };
static struct phase phases[] = { { .id = "ph2", .title = "Store" }, { .id = "ph1", .title = "Show" } };

static bool is_approval(const char *s)
{
    s += strspn(s, " \t\r\n");
    if (strncasecmp(s, "approve", 7) != 0) return false;
    s += 7;
    s += strspn(s, " \t");
    if (*s != 'r' && *s != 'R') return false;
    s++;
    s += strspn(s, "0");
    return *s == '3' && s[1 + strspn(s + 1, " \t\r\n")] == '\0';
}

static void judge(const struct message *m, const char *text)
{
    if (m->ambiguous != (m->actions.n == 0) || m->ambiguous != (m->doubt != NULL)) __builtin_trap();
    for (size_t i = 0; i < m->actions.n; i++) {
        const struct message_action *t = &m->actions.v[i];
        if (t->kind == MESSAGE_APPROVE && (m->actions.n != 1 || !is_approval(text))) __builtin_trap();
        if (t->kind == MESSAGE_ANSWER && t->question != questions[0].id && t->question != questions[1].id) __builtin_trap();
        if (t->kind == MESSAGE_CHOOSE && t->option != choices[0].id && t->option != choices[1].id) __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct understanding understanding = { .questions = { questions, 2 } };
    static const struct options options = { .options = { choices, 2 } };
    static const struct document head = { .phases = { phases, 2 } };
    auto_arena a = arena_new(0);
    const char *text;
    if (n < 1 || n > 4096 || !(text = arena_dup_n(a, data + 1, n - 1)) || strlen(text) != n - 1) return -1;
    struct message_plan p = { .state = (enum plan_state)(data[0] % PLAN_STATE_N_), .revision = 3,
                              .understanding = &understanding, .options = &options, .head = &head };
    struct message m;
    struct err e;
    enum err_kind k = message_parse(text, &p, a, &m, &e);
    if (k == ERR_OK) judge(&m, text);
    else if (k != ERR_INVALID && k != ERR_STATE) __builtin_trap();
    return 0;
}
