#include "plugin.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>

#ifndef PLUGIN_DIR
/* A static program cannot load shared objects without the C library that they were linked with. */
int plugin_count(const char *name, const char *text, size_t length, size_t *count) {
    (void)name, (void)text, (void)length, (void)count;
    return -1;
}
#else
int plugin_count(const char *name, const char *text, size_t length, size_t *count) {
    for (const char *at = name; *at != '\0'; at += 1) {
        if (!isalnum((unsigned char)*at)) return -1;
    }
    char path[256];
    if (snprintf(path, sizeof path, "%s/%s.so", PLUGIN_DIR, name) >= (int)sizeof path) return -1;
    void *plugin = dlopen(path, RTLD_NOW);
    if (plugin == NULL) {
        fprintf(stderr, "wordstatd: %s\n", dlerror());
        return -1;
    }
    size_t (*counts)(const char *, size_t) = NULL;
    *(void **)&counts = dlsym(plugin, "wordstat_plugin");
    if (counts != NULL) *count = counts(text, length);
    dlclose(plugin);
    return counts == NULL ? -1 : 0;
}
#endif
