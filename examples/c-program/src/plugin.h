#ifndef PLUGIN_H
#define PLUGIN_H

#include <stddef.h>

/* What a plugin, a shared object PLUGIN_DIR/NAME.so, has to define. */
size_t wordstat_plugin(const char *text, size_t length);

/* Counts by the plugin of that name. Returns 0, or -1 when there is none. */
int plugin_count(const char *name, const char *text, size_t length, size_t *count);

#endif
