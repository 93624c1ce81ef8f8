#pragma once

struct lamp;

int lamp_open(struct lamp **out, const char *device);
int lamp_set(struct lamp *lamp, int percent);
void lamp_free(struct lamp *lamp);
