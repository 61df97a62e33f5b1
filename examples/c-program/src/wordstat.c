#include "wordstat.h"

static int is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct wordstat wordstat_count(const char *text, size_t length) {
    struct wordstat result = {0, 0, length, 0};
    size_t word = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') result.lines++;
        if (is_space(text[i])) {
            word = 0;
        } else {
            if (word == 0) result.words++;
            if (++word > result.longest) result.longest = word;
        }
    }
    return result;
}
