#include <stdio.h>
#include <string.h>

#include "../src/wordstat.h"

static int failures;

static void expect(const char *text, size_t lines, size_t words, size_t longest) {
    struct wordstat got = wordstat_count(text, strlen(text));
    if (got.lines == lines && got.words == words && got.longest == longest && got.bytes == strlen(text)) return;
    fprintf(stderr, "\"%s\": got %zu lines, %zu words, longest %zu\n", text, got.lines, got.words, got.longest);
    failures++;
}

int main(void) {
    expect("", 0, 0, 0);
    expect("one", 0, 1, 3);
    expect("  two words\n", 1, 2, 5);
    expect("a\n\nbb\tccc\n", 3, 3, 3);
    printf("%s\n", failures == 0 ? "ok" : "failed");
    return failures != 0;
}
