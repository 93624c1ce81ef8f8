/* Settings: one table (settings.c) of name, type, default, range and help. A value comes from the default, the file
 * (--config, name = value lines), the environment (PLAND_ + name in capitals, - as _), the command line (--name value),
 * the later winning. A setting of models may be given for one of them, in the file and on the command line:
 * llm-url.strong. An unknown name or a value out of range is refused with the place it stands in. */
#ifndef PLAND_CONFIG_CONFIG_H
#define PLAND_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/base/err.h"

/* A model and the server it runs on: the settings that begin with llm-. config.llm holds those without a model's name,
 * which are what every model has where its own ("llm-url.strong") are not given. */
struct model_config {
    const char *name;         /* "strong"; NULL in config.llm */
    const char *api /* openai, anthropic */, *url, *model, *key_file, *key_env, *key_header, *api_version, *structured,
        *cache /* off, 5m, 1h */, *max_tokens_field, *fallback, *record, *replay;
    int64_t concurrency, timeout /* s */, idle /* s */, max_tokens;
    int64_t price_input, price_output, price_cached, price_written; /* millionths of a dollar for a million tokens; -1: not said */
    uint64_t given;           /* which of them are the model's own: bits by their order in the table */
};

struct config {
    /* instance */
    const char *data_dir, *listen /* ADDR:PORT, port 0: any */, *roots, *public_url, *store /* "" = sqlite below data-dir */;
    /* HTTP */
    int64_t http_threads, max_connections, max_connections_per_ip, max_body /* bytes */, max_upload, request_timeout /* s */,
        idle_timeout /* s */, rate /* requests a minute for each token, 0: off */, wait_max /* s, long poll */;
    int64_t max_streams, max_streams_per_token, stream_heartbeat /* s */;
    const char *tls_cert, *tls_key, *trusted_proxies;
    /* store */
    int64_t readers, write_queue, keep_days;
    /* work */
    int64_t workers, steps /* model calls at once */, lease /* s */, attempts, looks, pack_tokens, retry_base /* ms */;
    const char *git_program, *git_protocols, *git_known_hosts;
    int64_t git_timeout /* s */, git_max_bytes, git_sync /* s, 0: only when asked */;
    /* models */
    const char *provider /* "offline" or a model's name */, *routes /* "phase=strong understand=cheap" */;
    struct model_config llm;
    struct { struct model_config *v; size_t n; } models; /* complete once loaded: names differ, nothing is left to inherit */
    int64_t plan_tokens, plan_usd /* millionths */, day_tokens, day_usd; /* budgets, 0 (-1): none */
    /* network out */
    const char *allow_networks, *ca_file, *egress_proxy;
    /* log */
    const char *log_level, *log_format;
    /* tree limits */
    int64_t max_files, max_file_bytes, max_tree_bytes;
};

/* What the command line asked for besides settings. */
enum config_ask { ASK_RUN, ASK_HELP, ASK_VERSION, ASK_PRINT, ASK_MAN, ASK_CHECK_LLM };
struct config_result {
    struct config c;
    enum config_ask ask;
    const char *const *rest; /* arguments that are no options, e.g. "backup", "FILE" */
    int n_rest;
};

/* Reads all sources. Text lives in the arena. ERR_INVALID says which setting, where it came from and what it takes. */
_must_check_ enum err_kind config_load(int argc, char *const *argv, char *const *envp, struct arena *a, struct config_result *ret, struct err *e);
void config_help(struct buf *b);                            /* text for --help, generated from the table */
void config_print(const struct config *c, struct buf *b);   /* effective values as a config file; secrets are only ever files */
void config_man(struct buf *b);                             /* man page pland(8) in mdoc */
void config_markdown(struct buf *b);                        /* the README's table */

#endif
