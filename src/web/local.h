/* Answers of web's own: health, metrics, the API document. */
#ifndef WEB_LOCAL_H
#define WEB_LOCAL_H

#include "web/routes.h"

local_fn local_live, local_ready, local_metrics, local_openapi;

#endif
