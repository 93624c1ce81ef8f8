/* Turns a request into a configured curl handle: guard hooks, proxy, TLS, headers, body. */
#include "net/easy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "pland/base/clock.h"

enum { UPLOAD_BUFFER = 16 << 10 /* the least that libcurl takes */ };

static bool dup_opt(char **ret, const char *s)
{
    if (!s || !*s) return true;
    *ret = strdup(s);
    return *ret != NULL;
}

enum err_kind setup_init(struct setup *s, const struct http_config *c, struct err *e)
{
    *s = (struct setup){ .guard = c->guard };
    if (dup_opt(&s->ca_file, c->ca_file) && dup_opt(&s->proxy, c->proxy) && dup_opt(&s->no_proxy, c->no_proxy) &&
        dup_opt(&s->user_agent, c->user_agent ? c->user_agent : "pland/" PLAND_VERSION)) {
        return ERR_OK;
    }
    setup_release(s);
    return err_nomem(e);
}

void setup_release(struct setup *s)
{
    free(s->ca_file);
    free(s->proxy);
    free(s->no_proxy);
    free(s->user_agent);
    *s = (struct setup){ 0 };
}

/* The address that curl is about to connect to: the guard's second look. Every socket is close-on-exec, since the
 * daemon starts children. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct easy *x = arg;
    (void)purpose;
    if (x->checked && guard_address(x->guard, &a->addr, x->url.host, &x->refusal) != ERR_OK) {
        x->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* A connection that is used again was perhaps opened for an operator's address: look at where it leads. */
static int before_request(void *arg, char *ip, char *local_ip, int port, int local_port)
{
    struct easy *x = arg;
    (void)local_ip, (void)port, (void)local_port;
    if (!x->checked || guard_host(x->guard, ip, &x->refusal) == ERR_OK) return CURL_PREREQFUNC_OK;
    x->refused = true;
    return CURL_PREREQFUNC_ABORT;
}

static bool token_valid(const char *s)
{
    if (!*s) return false;
    for (; *s; s++) {
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", *s)) return false;
    }
    return true;
}

static bool value_valid(const char *s)
{
    for (; *s; s++) {
        if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f) return false;
    }
    return true;
}

static enum err_kind add_line(struct easy *x, const char *line, struct err *e)
{
    struct curl_slist *list = curl_slist_append(x->headers, line);
    if (!list) return err_nomem(e);
    x->headers = list;
    return ERR_OK;
}

static enum err_kind add_header(struct easy *x, const struct http_header *h, struct err *e)
{
    auto_buf line = BUF_INIT((size_t)64 << 10);
    enum err_kind k;
    if (!token_valid(h->name)) return err_set(e, ERR_INVALID, "'%.40s' is not a header name", h->name);
    if (!value_valid(h->value)) return err_set(e, ERR_INVALID, "header %.40s has a control character", h->name);
    buf_str(&line, h->name);
    buf_str(&line, h->value[0] ? ": " : ";"); /* curl's spelling of an empty value */
    buf_str(&line, h->value);
    k = buf_check(&line, e);
    return k == ERR_OK ? add_line(x, buf_cstr(&line), e) : k;
}

static enum err_kind add_headers(struct easy *x, const struct http_request *r, struct err *e)
{
    enum err_kind k = add_line(x, "Expect:", e); /* no 100-continue round */
    bool typed = false;
    for (size_t i = 0; k == ERR_OK && i < r->n_headers; i++) {
        typed = typed || strcasecmp(r->headers[i].name, "content-type") == 0;
        k = add_header(x, &r->headers[i], e);
    }
    if (k == ERR_OK && !typed) k = add_line(x, "Content-Type:", e); /* not curl's form type */
    return k;
}

/* Options whose failure is worth a look; only memory can fail here. */
#define SET(option, value) (code = code == CURLE_OK ? curl_easy_setopt(x->curl, option, value) : code)

static CURLcode set_common(struct easy *x, const struct setup *s, const struct http_request *r)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_CURLU, x->url.u);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_ACCEPT_ENCODING, "identity"); /* asked for as it is; what comes compressed all the same is understood */
    SET(CURLOPT_QUICK_EXIT, 1L); /* ending a transfer never waits for its name lookup */
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(CURLOPT_USERAGENT, s->user_agent);
    SET(CURLOPT_ERRORBUFFER, x->error);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(r->connect_ms > 0 ? r->connect_ms : 10000));
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, x);
    SET(CURLOPT_PREREQFUNCTION, before_request);
    SET(CURLOPT_PREREQDATA, x);
    SET(CURLOPT_HTTPHEADER, x->headers);
    SET(CURLOPT_NOPROXY, ""); /* decided in choose_proxy(); the environment is never read */
    if (s->ca_file) SET(CURLOPT_CAINFO, s->ca_file);
    return code;
}

static CURLcode set_method(struct easy *x, const struct http_request *r)
{
    CURLcode code = CURLE_OK;
    const char *method = r->method ? r->method : "GET";
    if (r->upload) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_READDATA, r->upload);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->n_body);
    } else if (x->body || strcmp(method, "POST") == 0) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER); /* it stays until the answer's end */
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->n_body);
        SET(CURLOPT_POSTFIELDS, x->body ? x->body : "");
    }
    if (strcmp(method, "HEAD") == 0) SET(CURLOPT_NOBODY, 1L);
    else SET(CURLOPT_CUSTOMREQUEST, method);
    return code;
}

static enum err_kind choose_proxy(struct easy *x, const struct setup *s, enum http_dest dest, struct err *e)
{
    bool direct = !s->proxy || url_host_listed(x->url.host, s->no_proxy);
    x->checked = dest == HTTP_API && direct;
    if (dest == HTTP_API && !direct && url_host_internal(x->url.host)) {
        return err_set(e, ERR_FORBIDDEN,
                       "%.120s is an internal name that the egress proxy would resolve; the settings no-proxy and "
                       "allow-networks together can allow it",
                       x->url.host);
    }
    if (curl_easy_setopt(x->curl, CURLOPT_PROXY, direct ? "" : s->proxy) != CURLE_OK) return err_nomem(e);
    return ERR_OK;
}

static enum err_kind keep_body(struct easy *x, const void *p, size_t n, struct err *e)
{
    void *pages;
    if (!p || !n) return ERR_OK;
    pages = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return err_nomem(e);
    x->body = memcpy(pages, p, n);
    x->n_body = n;
    return ERR_OK;
}

static void drop_body(struct easy *x)
{
    if (x->body) (void)munmap(x->body, x->n_body);
    x->body = NULL;
}

void easy_sent(struct easy *x)
{
    curl_off_t sent = 0;
    (void)curl_easy_getinfo(x->curl, CURLINFO_SIZE_UPLOAD_T, &sent);
    if (sent == (curl_off_t)x->n_body) drop_body(x);
}

static enum err_kind fill(struct easy *x, const struct setup *s, const struct http_request *r, struct err *e)
{
    enum err_kind k = url_parse(&x->url, s->guard, r->dest, r->url, e);
    if (k != ERR_OK) return k;
    if (r->method && !token_valid(r->method)) return err_set(e, ERR_INVALID, "'%.20s' is not a method", r->method);
    k = keep_body(x, r->body, r->n_body, e);
    if (k == ERR_OK) k = add_headers(x, r, e);
    if (k == ERR_OK) k = choose_proxy(x, s, r->dest, e);
    if (k == ERR_OK && (set_common(x, s, r) != CURLE_OK || set_method(x, r) != CURLE_OK)) k = err_nomem(e);
    return k;
}

enum err_kind easy_init(struct easy *x, CURL *curl, const struct setup *s, const struct http_request *r, struct err *e)
{
    *x = (struct easy){ .curl = curl, .guard = s->guard };
    return curl ? fill(x, s, r, e) : err_nomem(e);
}

void easy_release(struct easy *x)
{
    curl_easy_cleanup(x->curl);
    url_release(&x->url);
    curl_slist_free_all(x->headers);
    drop_body(x);
    *x = (struct easy){ 0 };
}

const char *easy_header(CURL *curl, const char *name)
{
    struct curl_header *h;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

int64_t easy_peer_now(CURL *curl)
{
    const char *date = easy_header(curl, "date");
    time_t at = date ? curl_getdate(date, NULL) : (time_t)-1;
    return at == (time_t)-1 ? clock_now(NULL) : (int64_t)at * 1000;
}

int64_t easy_retry_after(CURL *curl)
{
    const char *ms = easy_header(curl, "retry-after-ms");
    const char *s = easy_header(curl, "retry-after");
    if (ms && ms[0] >= '0' && ms[0] <= '9' && strlen(ms) <= 8) return (int64_t)strtol(ms, NULL, 10);
    return s ? http_retry_after(s, easy_peer_now(curl)) : -1;
}
