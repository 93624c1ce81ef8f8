/* Bare libmicrohttpd serving the bytes of one file: what the library alone can do. bare FILE PORT */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct MHD_Response *answer;

static enum MHD_Result serve(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                             const char *data, size_t *n, void **state)
{
    (void)cls, (void)url, (void)method, (void)version, (void)data, (void)n;
    if (!*state) { /* an answer before the request's end would close the connection */
        *state = answer;
        return MHD_YES;
    }
    return MHD_queue_response(c, 200, answer);
}

int main(int argc, char **argv)
{
    static char bytes[1 << 20];
    FILE *f = argc == 3 ? fopen(argv[1], "rb") : NULL;
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (!n) return 2;
    answer = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_PERSISTENT);
    (void)MHD_add_response_header(answer, "Content-Type", "application/json");
    if (!MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[2]), NULL, NULL, serve, NULL, MHD_OPTION_END)) return 1;
    puts("ready");
    (void)fflush(stdout);
    for (;;) (void)pause();
}
