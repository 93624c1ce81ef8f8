#pragma once

#include "lamp.h"

int idle_level(int idle_seconds, int limit);
int idle_loop(struct lamp *lamp, int limit);
