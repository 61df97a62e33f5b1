/* A plugin: counts the vowels of a text. */
#include <string.h>

#include "../src/plugin.h"

size_t wordstat_plugin(const char *text, size_t length) {
    size_t count = 0;
    for (size_t at = 0; at < length; at += 1) {
        if (text[at] != '\0' && strchr("aeiouAEIOU", text[at]) != NULL) count += 1;
    }
    return count;
}
