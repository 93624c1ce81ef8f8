#include "lamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct lamp {
    int fd;
    int percent;
};

int lamp_open(struct lamp **out, const char *device)
{
    struct lamp *lamp;
    int r;

    if (!device)
        return -EINVAL;
    lamp = calloc(1, sizeof *lamp);
    if (!lamp)
        return -ENOMEM;
    lamp->fd = open(device, O_WRONLY | O_CLOEXEC);
    if (lamp->fd < 0) {
        r = -errno;
        goto fail;
    }
    r = lamp_set(lamp, 100);
    if (r < 0)
        goto fail_close;
    *out = lamp;
    return 0;

fail_close:
    close(lamp->fd);
fail:
    free(lamp);
    return r;
}

int lamp_set(struct lamp *lamp, int percent)
{
    if (percent < 0 || percent > 100)
        return -ERANGE;
    if (dprintf(lamp->fd, "%d\n", percent) < 0)
        return -errno;
    lamp->percent = percent;
    return 0;
}

void lamp_free(struct lamp *lamp)
{
    if (lamp)
        close(lamp->fd);
    free(lamp);
}
