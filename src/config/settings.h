/* The table of settings, for the room's own files: one row each, and what can be done with a row. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "pland/config/config.h"

enum setting_type {
    SETTING_STRING,
    SETTING_PATH,
    SETTING_URL,     /* http:// or https://, or empty */
    SETTING_ADDRESS, /* ADDR:PORT or [ADDR]:PORT */
    SETTING_CHOICE,  /* one of choices; kept as text */
    SETTING_INT,
    SETTING_BYTES,   /* KiB, MiB, GiB may follow */
    SETTING_SECONDS, /* s, m, h, d may follow; the field holds seconds */
    SETTING_MILLIS,  /* ms, s, m may follow; the field holds milliseconds */
    SETTING_MONEY,   /* dollars; the field holds millionths, -1: not said */
    SETTING_TYPE_N_
};

struct setting {
    const char *name; /* with dashes */
    enum setting_type type;
    size_t at;          /* offset in struct config: int64_t for numbers, const char * for the rest */
    const char *preset; /* the default, written as a person would */
    int64_t min, max;   /* numbers */
    const char *const *choices; /* NULL-terminated */
    const char *section, *help;
};

struct settings { const struct setting *v; size_t n; };
struct settings settings_all(void);

/* By its name; of a model's settings also with a model's name behind it: "llm-url.strong". NULL: no such setting. */
const struct setting *setting_find(const char *name, size_t n);
const char *setting_closest(const char *name, size_t n);        /* for "did you mean"; NULL: nothing is close */

/* Checks text and writes it into c, for the model that name ends with if it names one; origin ("--listen", "PLAND_LISTEN", "pland.conf:12") is for the message only. */
_must_check_ enum err_kind setting_set(const struct setting *s, const char *name, size_t n, const char *text,
                                       const char *origin, struct arena *a, struct config *c, struct err *e);
void setting_takes(const struct setting *s, struct buf *b);                           /* "a number from 1 to 64" */
void setting_value(const struct setting *s, const void *base, struct buf *b);         /* at s->at; reads back as the same */
_must_check_ enum err_kind setting_read(const struct setting *s, const char *text, const char *origin, struct arena *a,
                                        void *at, struct err *e);

/* models.c: the settings of one model. */
bool model_setting(const struct setting *s);
/* Its value in m, for setting_value(): the base from which s->at leads there. */
const void *model_base(const struct model_config *m);
bool model_given(const struct model_config *m, const struct setting *s);
size_t model_name_at(const char *name, size_t n); /* where the model's name begins; n: there is none */
_must_check_ enum err_kind model_set(const struct setting *s, const char *name, size_t n, const char *text, const char *origin,
                                     struct arena *a, struct config *c, struct err *e);
/* Gives every model what it has not of its own, makes the one that provider names by its interface, checks them all. */
_must_check_ enum err_kind models_complete(struct config *c, struct arena *a, struct err *e);
const char *setting_placeholder(const struct setting *s);                             /* "ADDR:PORT" */
void setting_env(const struct setting *s, struct buf *b);                             /* "PLAND_MAX_BODY" */

/* Applies a file of "name = value" lines. */
_must_check_ enum err_kind config_read_file(const char *path, struct arena *a, struct config *c, struct err *e);
_must_check_ enum err_kind config_read_text(const char *text, size_t n, const char *name, struct arena *a,
                                            struct config *c, struct err *e);

/* What pland does besides serving, for the help text and the man page. */
struct command { const char *usage, *help; };
extern const struct command config_commands[];
extern const size_t config_n_commands;

#endif
