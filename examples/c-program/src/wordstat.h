#ifndef WORDSTAT_H
#define WORDSTAT_H

#include <stddef.h>

/* What a text consists of. Words are runs of bytes that are not white space. */
struct wordstat {
    size_t lines;
    size_t words;
    size_t bytes;
    size_t longest;
};

/* Counts `length` bytes at `text`. */
struct wordstat wordstat_count(const char *text, size_t length);

#endif
