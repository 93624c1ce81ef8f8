/* The tables of dependencies. */
#ifndef SURVEY_ROLES_H
#define SURVEY_ROLES_H

#include "survey/inner.h"

#define ROLE_SAME "=" /* the framework's name is the dependency's */

extern const struct role roles_script[], roles_compiled[];
extern const size_t n_roles_script, n_roles_compiled;

#endif
