/* All settings of the daemon: this table is the only place where one is named. */
#include "config/settings.h"

#include <string.h>

#include "pland/base/distance.h"

#define AT(field) offsetof(struct config, field)
#define KIB ((int64_t)1 << 10)
#define MIB ((int64_t)1 << 20)
#define GIB ((int64_t)1 << 30)

static const char *const apis[] = { "openai", "anthropic", NULL };
static const char *const structured[] = { "auto", "json_schema", "tool", "json_object", "none", NULL };
static const char *const caches[] = { "off", "5m", "1h", NULL };
static const char *const fields[] = { "max_tokens", "max_completion_tokens", NULL };
static const char *const levels[] = { "debug", "info", "warn", "error", NULL };
static const char *const formats[] = { "auto", "json", "text", NULL };

#define IN_INSTANCE .section = "Instance"
#define IN_HTTP .section = "HTTP"
#define IN_STORE .section = "Store"
#define IN_WORK .section = "Work"
#define IN_MODELS .section = "Models"
#define IN_NETWORK .section = "Network"
#define IN_LOG .section = "Log"
#define IN_LIMITS .section = "Limits of a codebase"

static const struct setting rows[] = {
    { IN_INSTANCE, .name = "data-dir", .type = SETTING_PATH, .at = AT(data_dir), .preset = "./var", .min = 1,
      .help = "Folder of this instance: database, codebases, keys. Created with mode 0700." },
    { IN_INSTANCE, .name = "listen", .type = SETTING_ADDRESS, .at = AT(listen), .preset = "127.0.0.1:7526",
      .help = "Address to serve on; port 0 takes a free one, which the ready line names." },
    { IN_INSTANCE, .name = "roots", .type = SETTING_STRING, .at = AT(roots), .preset = "",
      .help = "Folders, separated by ':', below which codebases may be registered by path. Empty: none, "
              "only uploads." },
    { IN_INSTANCE, .name = "public-url", .type = SETTING_URL, .at = AT(public_url), .preset = "",
      .help = "How people reach this instance, for links in answers and tickets. Empty: taken from the listen "
              "address." },
    { IN_INSTANCE, .name = "store", .type = SETTING_STRING, .at = AT(store), .preset = "",
      .help = "Empty: SQLite in the data directory. Or a PostgreSQL database, as postgresql://user@host/database; what the "
              "address does not say comes from PG* variables, the service file and .pgpass." },

    { IN_HTTP, .name = "http-threads", .type = SETTING_INT, .at = AT(http_threads), .preset = "2", .min = 1, .max = 64,
      .help = "Threads that handle connections. Each serves thousands of clients." },
    { IN_HTTP, .name = "max-connections", .type = SETTING_INT, .at = AT(max_connections), .preset = "4096", .min = 1,
      .max = 1000000,
      .help = "Connections at once; more wait to be accepted." },
    { IN_HTTP, .name = "max-connections-per-ip", .type = SETTING_INT, .at = AT(max_connections_per_ip), .preset = "0",
      .min = 0, .max = 1000000,
      .help = "Connections at once from one address; 0 sets no limit." },
    { IN_HTTP, .name = "max-body", .type = SETTING_BYTES, .at = AT(max_body), .preset = "4MiB", .min = KIB, .max = GIB,
      .help = "Largest request body, uploads of codebases excepted." },
    { IN_HTTP, .name = "max-upload", .type = SETTING_BYTES, .at = AT(max_upload), .preset = "512MiB", .min = KIB,
      .max = 64 * GIB,
      .help = "Largest upload of a codebase, as it comes in." },
    { IN_HTTP, .name = "request-timeout", .type = SETTING_SECONDS, .at = AT(request_timeout), .preset = "30", .min = 1,
      .max = 3600,
      .help = "Time for a request to arrive completely." },
    { IN_HTTP, .name = "idle-timeout", .type = SETTING_SECONDS, .at = AT(idle_timeout), .preset = "60", .min = 1,
      .max = 3600,
      .help = "Time after which a silent connection is closed." },
    { IN_HTTP, .name = "rate", .type = SETTING_INT, .at = AT(rate), .preset = "6000", .min = 0, .max = 100000000,
      .help = "Requests a minute for each token; 0 sets no limit." },
    { IN_HTTP, .name = "wait-max", .type = SETTING_SECONDS, .at = AT(wait_max), .preset = "50", .min = 0, .max = 3600,
      .help = "Longest wait a client may ask for (Prefer: wait)." },
    { IN_HTTP, .name = "max-streams", .type = SETTING_INT, .at = AT(max_streams), .preset = "3000", .min = 0,
      .max = 1000000,
      .help = "Event streams at once; each is one of max-connections. More are answered 503." },
    { IN_HTTP, .name = "max-streams-per-token", .type = SETTING_INT, .at = AT(max_streams_per_token), .preset = "100",
      .min = 0, .max = 1000000,
      .help = "Event streams at once with one token. More are answered 429." },
    { IN_HTTP, .name = "stream-heartbeat", .type = SETTING_SECONDS, .at = AT(stream_heartbeat), .preset = "15",
      .min = 1, .max = 300,
      .help = "Time after which a silent event stream shows a sign of life, and a client that has gone is noticed." },
    { IN_HTTP, .name = "tls-cert", .type = SETTING_PATH, .at = AT(tls_cert), .preset = "",
      .help = "Certificate chain in PEM; with tls-key pland serves HTTPS." },
    { IN_HTTP, .name = "tls-key", .type = SETTING_PATH, .at = AT(tls_key), .preset = "",
      .help = "Private key in PEM for tls-cert." },
    { IN_HTTP, .name = "trusted-proxies", .type = SETTING_STRING, .at = AT(trusted_proxies), .preset = "",
      .help = "Networks, separated by ',', whose X-Forwarded-For is believed." },

    { IN_STORE, .name = "readers", .type = SETTING_INT, .at = AT(readers), .preset = "4", .min = 1, .max = 64,
      .help = "Connections to the database that read." },
    { IN_STORE, .name = "write-queue", .type = SETTING_INT, .at = AT(write_queue), .preset = "4096", .min = 16,
      .max = 1000000,
      .help = "Writes that may wait; more are answered 503." },
    { IN_STORE, .name = "keep-days", .type = SETTING_INT, .at = AT(keep_days), .preset = "30", .min = 0, .max = 36500,
      .help = "Days that events, deliveries and idempotency keys are kept; 0 keeps them for ever." },

    { IN_WORK, .name = "workers", .type = SETTING_INT, .at = AT(workers), .preset = "2", .min = 0, .max = 256,
      .help = "Threads that plan: surveys, drafting, checks. 0: nothing is planned, requests are only taken." },
    { IN_WORK, .name = "steps", .type = SETTING_INT, .at = AT(steps), .preset = "64", .min = 1, .max = 10000,
      .help = "Steps that may wait for a model at once." },
    { IN_WORK, .name = "lease", .type = SETTING_SECONDS, .at = AT(lease), .preset = "60", .min = 5, .max = 86400,
      .help = "Time after which work of a worker that fell silent is taken by another." },
    { IN_WORK, .name = "attempts", .type = SETTING_INT, .at = AT(attempts), .preset = "5", .min = 1, .max = 100,
      .help = "Tries of a step before its plan fails." },
    { IN_WORK, .name = "retry-base", .type = SETTING_MILLIS, .at = AT(retry_base), .preset = "500ms", .min = 1,
      .max = 600000,
      .help = "Pause before the second try; it doubles with each further one." },
    { IN_WORK, .name = "git-program", .type = SETTING_PATH, .at = AT(git_program), .preset = "git", .min = 1,
      .help = "The git that fetches codebases from remotes." },
    { IN_WORK, .name = "git-protocols", .type = SETTING_STRING, .at = AT(git_protocols), .preset = "https,ssh",
      .help = "Protocols of remotes, separated by ',': https, ssh, http." },
    { IN_WORK, .name = "git-timeout", .type = SETTING_SECONDS, .at = AT(git_timeout), .preset = "30m", .min = 1,
      .max = 86400,
      .help = "Time for one fetch of a codebase." },
    { IN_WORK, .name = "git-max-bytes", .type = SETTING_BYTES, .at = AT(git_max_bytes), .preset = "8GiB", .min = MIB,
      .max = 1024 * GIB,
      .help = "Size of a codebase's history as it is fetched." },
    { IN_WORK, .name = "git-sync", .type = SETTING_SECONDS, .at = AT(git_sync), .preset = "1h", .min = 0,
      .max = 31536000,
      .help = "How often codebases are fetched again that do not say so themselves; 0: only when asked." },
    { IN_WORK, .name = "git-known-hosts", .type = SETTING_PATH, .at = AT(git_known_hosts), .preset = "",
      .help = "Keys of the ssh hosts that codebases are fetched from, as ssh keeps them. Empty: known_hosts in the data "
              "directory." },

    { IN_MODELS, .name = "provider", .type = SETTING_STRING, .at = AT(provider), .preset = "offline", .min = 1,
      .help = "Who drafts: offline, the built-in planner without a model; openai or anthropic, the one model of the "
              "settings below; or the name of a model, when there are several." },
    { IN_MODELS, .name = "llm-routes", .type = SETTING_STRING, .at = AT(routes), .preset = "",
      .help = "Steps that another model than the provider does: understand=cheap phase=strong." },
    { IN_MODELS, .name = "llm-api", .type = SETTING_CHOICE, .at = AT(llm.api), .preset = "openai", .choices = apis,
      .help = "The interface of the server: chat completions, which most servers have, or messages." },
    { IN_MODELS, .name = "llm-url", .type = SETTING_URL, .at = AT(llm.url), .preset = "",
      .help = "Base URL of the model server; behind a host alone, /v1 is put. Empty: the vendor's own, for anthropic." },
    { IN_MODELS, .name = "llm-model", .type = SETTING_STRING, .at = AT(llm.model), .preset = "",
      .help = "Name of the model." },
    { IN_MODELS, .name = "llm-key-file", .type = SETTING_PATH, .at = AT(llm.key_file), .preset = "",
      .help = "File that holds the key for the model server; read again when it changes." },
    { IN_MODELS, .name = "llm-key-env", .type = SETTING_STRING, .at = AT(llm.key_env), .preset = "PLAND_LLM_KEY",
      .help = "Environment variable that holds the key, when there is no file." },
    { IN_MODELS, .name = "llm-key-header", .type = SETTING_STRING, .at = AT(llm.key_header), .preset = "",
      .help = "Header that carries the bare key, for servers that want it elsewhere (api-key). Empty: the "
              "interface's own." },
    { IN_MODELS, .name = "llm-api-version", .type = SETTING_STRING, .at = AT(llm.api_version), .preset = "2026-10-21",
      .min = 1, .help = "Version of the messages interface (anthropic-version)." },
    { IN_MODELS, .name = "llm-structured", .type = SETTING_CHOICE, .at = AT(llm.structured), .preset = "auto",
      .choices = structured,
      .help = "How the server is asked for JSON; replies are checked in any case. auto: json_schema for openai, tool "
              "for anthropic, where it keeps the prompt cache; what a server refuses or ignores is asked the next way." },
    { IN_MODELS, .name = "llm-cache", .type = SETTING_CHOICE, .at = AT(llm.cache), .preset = "5m", .choices = caches,
      .help = "How long anthropic keeps what the calls of a plan share." },
    { IN_MODELS, .name = "llm-fallback", .type = SETTING_STRING, .at = AT(llm.fallback), .preset = "",
      .help = "Model that is asked while this one is out of order. Empty: none, its plans wait." },
    { IN_MODELS, .name = "llm-record", .type = SETTING_PATH, .at = AT(llm.record), .preset = "",
      .help = "File to which every answer of the model is appended as it came, with the request's hash: a tape." },
    { IN_MODELS, .name = "llm-replay", .type = SETTING_PATH, .at = AT(llm.replay), .preset = "",
      .help = "Tape that answers instead of the model: nothing is sent, and a request that is not on it fails." },
    { IN_MODELS, .name = "llm-concurrency", .type = SETTING_INT, .at = AT(llm.concurrency), .preset = "8", .min = 1,
      .max = 1000,
      .help = "Calls to the model server at once; fewer while it says that it is too much." },
    { IN_MODELS, .name = "look-rounds", .type = SETTING_INT, .at = AT(looks), .preset = "3", .min = 0, .max = 10,
      .help = "How often a step may ask to read files or search the pinned code before it answers. 0: never." },
    { IN_MODELS, .name = "pack-tokens", .type = SETTING_INT, .at = AT(pack_tokens), .preset = "60000", .min = 1000,
      .max = 2000000,
      .help = "Tokens of files that every call of a plan is shown, whole or as outlines; smaller for a model with a small "
              "context, which needs room for about 30000 more." },
    { IN_MODELS, .name = "llm-timeout", .type = SETTING_SECONDS, .at = AT(llm.timeout), .preset = "600", .min = 1,
      .max = 86400,
      .help = "Time for one call as a whole." },
    { IN_MODELS, .name = "llm-idle", .type = SETTING_SECONDS, .at = AT(llm.idle), .preset = "60", .min = 1,
      .max = 86400,
      .help = "Time without a byte after which a call is given up." },
    { IN_MODELS, .name = "llm-max-tokens", .type = SETTING_INT, .at = AT(llm.max_tokens), .preset = "16000",
      .min = 256, .max = 1000000,
      .help = "Longest reply asked for, in tokens." },
    { IN_MODELS, .name = "llm-max-tokens-field", .type = SETTING_CHOICE, .at = AT(llm.max_tokens_field),
      .preset = "max_tokens", .choices = fields,
      .help = "What openai's interface calls that limit; a server that wants the other name gets it." },
    { IN_MODELS, .name = "llm-price-input", .type = SETTING_MONEY, .at = AT(llm.price_input), .preset = "",
      .help = "Price of a million tokens sent. Without prices there are no budgets in dollars." },
    { IN_MODELS, .name = "llm-price-output", .type = SETTING_MONEY, .at = AT(llm.price_output), .preset = "",
      .help = "Price of a million tokens received." },
    { IN_MODELS, .name = "llm-price-cached", .type = SETTING_MONEY, .at = AT(llm.price_cached), .preset = "",
      .help = "Price of a million tokens read from the server's cache. Empty: as sent." },
    { IN_MODELS, .name = "llm-price-written", .type = SETTING_MONEY, .at = AT(llm.price_written), .preset = "",
      .help = "Price of a million tokens written into the server's cache. Empty: as sent." },
    { IN_MODELS, .name = "plan-tokens", .type = SETTING_INT, .at = AT(plan_tokens), .preset = "2000000", .min = 0,
      .max = INT64_MAX,
      .help = "Tokens a plan may use unless it or its project says otherwise; 0 sets no limit." },
    { IN_MODELS, .name = "plan-usd", .type = SETTING_MONEY, .at = AT(plan_usd), .preset = "10",
      .help = "Dollars a plan may cost unless it or its project says otherwise, where its models have prices; 0 sets no "
              "limit." },
    { IN_MODELS, .name = "day-tokens", .type = SETTING_INT, .at = AT(day_tokens), .preset = "50000000", .min = 0,
      .max = INT64_MAX,
      .help = "Tokens a project may use on one day (UTC) unless it says otherwise; 0 sets no limit." },
    { IN_MODELS, .name = "day-usd", .type = SETTING_MONEY, .at = AT(day_usd), .preset = "100",
      .help = "Dollars a project may cost on one day (UTC) unless it says otherwise; 0 sets no limit." },

    { IN_NETWORK, .name = "allow-networks", .type = SETTING_STRING, .at = AT(allow_networks), .preset = "",
      .help = "Private networks, separated by ',', that webhooks and links may reach. Empty: none." },
    { IN_NETWORK, .name = "ca-file", .type = SETTING_PATH, .at = AT(ca_file), .preset = "",
      .help = "Certificate authorities to trust, in PEM. Empty: the system's." },
    { IN_NETWORK, .name = "egress-proxy", .type = SETTING_URL, .at = AT(egress_proxy), .preset = "",
      .help = "Proxy for everything that goes out. The environment's proxies are never used." },

    { IN_LOG, .name = "log-level", .type = SETTING_CHOICE, .at = AT(log_level), .preset = "info", .choices = levels,
      .help = "The least important lines to write." },
    { IN_LOG, .name = "log-format", .type = SETTING_CHOICE, .at = AT(log_format), .preset = "auto", .choices = formats,
      .help = "JSON lines or text; auto means text on a terminal." },

    { IN_LIMITS, .name = "max-files", .type = SETTING_INT, .at = AT(max_files), .preset = "1000000", .min = 1,
      .max = 100000000,
      .help = "Files in one codebase." },
    { IN_LIMITS, .name = "max-file-bytes", .type = SETTING_BYTES, .at = AT(max_file_bytes), .preset = "2MiB",
      .min = KIB, .max = GIB,
      .help = "Files larger than this are known by name only." },
    { IN_LIMITS, .name = "max-tree-bytes", .type = SETTING_BYTES, .at = AT(max_tree_bytes), .preset = "2GiB",
      .min = KIB, .max = 1024 * GIB,
      .help = "Size of one uploaded or copied codebase; a commit with more text is read in place." },
};

const struct command config_commands[] = {
    { "", "Serve until SIGTERM or SIGINT." },
    { "migrate [VERSION]",
      "Bring the database to a schema version, the newest unless said otherwise. Serving does so, too." },
    { "backup FILE [--with-key]", "Copy database and all trees plans refer to into a tar file, while running or not." },
    { "restore FILE",
      "Unpack a backup into an empty data directory. It starts paused: nothing goes out before planctl resume." },
    { "rekey [--lost]",
      "Make a new secret.key and seal every secret under it. --lost: the old key is, what it sealed has to be set again." },
    { "copy --from PLACE --to PLACE",
      "Move a whole instance to the other, empty database: sqlite:DATA-DIR, postgresql://…. No daemon may run." },
    { "token create --role ROLE [--project NAME] [--name TEXT]",
      "Make a token without a running daemon and print it, once." },
    { "routes", "List the routes of the API." },
    { "rules", "Print the page of the checks' rules." },
    { "states", "Print the table of a plan's states." },
    { "settings", "Print the table of settings as Markdown." },
};
const size_t config_n_commands = countof(config_commands);

struct settings settings_all(void)
{
    return (struct settings){ rows, countof(rows) };
}

const struct setting *setting_find(const char *name, size_t n)
{
    size_t at = model_name_at(name, n), own = at < n ? at - 1 : n;
    for (size_t i = 0; i < countof(rows); i++)
        if (strlen(rows[i].name) == own && memcmp(rows[i].name, name, own) == 0)
            return own == n || model_setting(&rows[i]) ? &rows[i] : NULL;
    return NULL;
}

const char *setting_closest(const char *name, size_t n)
{
    const char *best = NULL;
    size_t limit = 4;
    for (size_t i = 0; i < countof(rows); i++) {
        size_t d = name_distance(name, n, rows[i].name, strlen(rows[i].name), limit);
        if (d >= limit || 2 * d >= n) continue;
        limit = d;
        best = rows[i].name;
    }
    return best;
}
