/* Checking what is set for a source. */
#ifndef SERVICE_SOURCE_SETTINGS_H
#define SERVICE_SOURCE_SETTINGS_H

#include "pland/service/sources.h"

/* ERR_INVALID or ERR_FORBIDDEN with the pointer. credential: its API can be called. */
_must_check_ enum err_kind source_settings_check(const struct call *c, const char *kind,
                                                 const struct source_settings *s, bool credential, struct err *e);

#endif
