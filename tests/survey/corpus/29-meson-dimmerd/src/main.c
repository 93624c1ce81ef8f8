/* dimmerd - dims the lamps when nobody types */
#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "idle.h"
#include "lamp.h"

int main(void)
{
    struct lamp *lamp = NULL;
    int r = lamp_open(&lamp, getenv("DIMMERD_DEVICE"));
    if (r < 0) {
        sd_journal_send("MESSAGE=no lamp", "PRIORITY=3", "ERRNO=%d", -r, NULL);
        return EXIT_FAILURE;
    }
    sd_notify(0, "READY=1");
    r = idle_loop(lamp, 300);
    lamp_free(lamp);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
