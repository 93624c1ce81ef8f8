/* One configured curl handle and everything it must keep alive. */
#ifndef NET_EASY_H
#define NET_EASY_H

#include <curl/curl.h>
#include <stdbool.h>
#include "net/url.h"
#include "pland/net/http.h"

/* Own copy of the configuration. */
struct setup {
    const struct guard *guard;
    char *ca_file, *proxy, *no_proxy, *user_agent;
};
_must_check_ enum err_kind setup_init(struct setup *s, const struct http_config *c, struct err *e);
void setup_release(struct setup *s);

struct easy {
    CURL *curl;
    struct url url;
    struct curl_slist *headers;
    void *body;         /* pages of its own: prompts are large, and given back as soon as they are sent */
    size_t n_body;
    const struct guard *guard;
    bool checked;       /* addresses are checked: came through the API and goes there directly */
    bool refused;       /* the guard said no to an address; refusal says why */
    struct err refusal;
    char error[CURL_ERROR_SIZE];
};

/* curl: a fresh or reset handle, taken over even on failure; easy_release() is safe afterwards. */
_must_check_ enum err_kind easy_init(struct easy *x, CURL *curl, const struct setup *s, const struct http_request *r,
                                     struct err *e);
void easy_release(struct easy *x);
/* The answer has begun: a body that has gone out whole is needed no more. */
void easy_sent(struct easy *x);
/* Header of the answer or NULL. */
const char *easy_header(CURL *curl, const char *name);
/* What a curl result means, and words for it (valid as long as x). */
enum http_end easy_end(const struct easy *x, CURLcode code);
const char *easy_words(struct easy *x, CURLcode code);
/* Unix ms by the peer's Date, else by our clock. */
int64_t easy_peer_now(CURL *curl);
/* retry-after-ms, else retry-after; -1: neither. */
int64_t easy_retry_after(CURL *curl);

enum err_kind end_kind(enum http_end end); /* the kind a caller gets */
const char *end_words(enum http_end end);

#endif
