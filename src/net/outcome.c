/* How requests end: curl's results as our ends, the kind and the words of each, and Retry-After. */
#include "net/easy.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum err_kind kind;
    const char *words;
} ends[HTTP_END_N_] = {
    [HTTP_END_ANSWERED] = { "answered", ERR_OK, "" },
    [HTTP_END_CANCELLED] = { "cancelled", ERR_CONFLICT, "the request was cancelled" },
    [HTTP_END_STOPPED] = { "stopped", ERR_BUSY, "the server is shutting down" },
    [HTTP_END_ABORTED] = { "aborted", ERR_UPSTREAM, "the rest of the answer was not wanted" },
    [HTTP_END_REFUSED] = { "refused", ERR_FORBIDDEN, "the address is not allowed" },
    [HTTP_END_UNREACHED] = { "unreached", ERR_UPSTREAM, "no connection" },
    [HTTP_END_CERT] = { "certificate", ERR_UPSTREAM, "the server's certificate is not trusted" },
    [HTTP_END_NO_HEAD] = { "no-head", ERR_UPSTREAM, "no answer began within the time limit" },
    [HTTP_END_IDLE] = { "idle", ERR_UPSTREAM, "the answer stopped in the middle and nothing more came" },
    [HTTP_END_TOO_LATE] = { "too-late", ERR_UPSTREAM, "the answer was not complete within the time limit" },
    [HTTP_END_TOO_LARGE] = { "too-large", ERR_UPSTREAM, "the answer is larger than allowed" },
    [HTTP_END_BROKEN] = { "broken", ERR_UPSTREAM, "the connection broke" },
    [HTTP_END_NOMEM] = { "nomem", ERR_NOMEM, "out of memory" },
};

static const struct {
    CURLcode code;
    enum http_end end;
} codes[] = {
    { CURLE_OK, HTTP_END_ANSWERED },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_END_UNREACHED },
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_END_UNREACHED },
    { CURLE_COULDNT_CONNECT, HTTP_END_UNREACHED },
    { CURLE_SSL_CONNECT_ERROR, HTTP_END_UNREACHED },
    { CURLE_PROXY, HTTP_END_UNREACHED },
    { CURLE_OPERATION_TIMEDOUT, HTTP_END_UNREACHED }, /* the only limit that curl itself watches is the connecting */
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_END_CERT },
    { CURLE_SSL_CACERT_BADFILE, HTTP_END_CERT },
    { CURLE_SSL_ISSUER_ERROR, HTTP_END_CERT },
    { CURLE_SSL_INVALIDCERTSTATUS, HTTP_END_CERT },
    { CURLE_OUT_OF_MEMORY, HTTP_END_NOMEM },
};

const char *http_end_name(enum http_end end)
{
    return (unsigned)end < HTTP_END_N_ ? ends[end].name : "unknown";
}

enum err_kind end_kind(enum http_end end)
{
    return ends[end].kind;
}

const char *end_words(enum http_end end)
{
    return ends[end].words;
}

enum http_end easy_end(const struct easy *x, CURLcode code)
{
    if (code != CURLE_OK && x->refused) return HTTP_END_REFUSED;
    for (size_t i = 0; i < countof(codes); i++) {
        if (codes[i].code == code) return codes[i].end;
    }
    return HTTP_END_BROKEN;
}

const char *easy_words(struct easy *x, CURLcode code)
{
    enum http_end end = easy_end(x, code);
    if (end == HTTP_END_CERT) {
        (void)err_set(&x->refusal, ERR_UPSTREAM, "%.200s (the setting ca-file adds trusted authorities)", x->error);
        return x->refusal.msg;
    }
    if (end == HTTP_END_REFUSED) return x->refusal.msg;
    if (end == HTTP_END_ANSWERED || end == HTTP_END_NOMEM) return ends[end].words;
    return x->error[0] ? x->error : curl_easy_strerror(code);
}

int64_t http_retry_after(const char *value, int64_t now_unix_ms)
{
    static const int64_t day = (int64_t)24 * 3600 * 1000;
    int64_t ms;
    size_t digits;
    value += strspn(value, " \t");
    digits = strspn(value, "0123456789");
    if (digits && value[digits + strspn(value + digits, " \t")] == '\0') {
        ms = digits > 6 ? day : (int64_t)strtol(value, NULL, 10) * 1000;
    } else {
        time_t at = curl_getdate(value, NULL);
        if (digits || at == (time_t)-1) return -1;
        ms = (int64_t)at * 1000 - now_unix_ms;
    }
    return ms < 0 ? 0 : ms > day ? day : ms;
}
