/* An HTTP server of one thread: GET /health, POST /count, which answers with statistics of the body, and POST /count/NAME,
 * which answers with what the plugin of that name counts in it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "plugin.h"
#include "wordstat.h"

#define REQUEST_MAX 65536

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
    (void)signal_number;
    stopping = 1;
}

static void answer(int client, const char *status, const char *body) {
    dprintf(client,
            "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
            status, strlen(body), body);
}

static size_t content_length(const char *head) {
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "content-length:", 15) == 0) return strtoul(line + 17, NULL, 10);
    }
    return 0;
}

/* Reads head and body. Returns the number of bytes, or -1 when the request is broken or too long. */
static ssize_t read_request(int client, char *buffer, char **body, size_t *body_length) {
    size_t have = 0;
    for (;;) {
        ssize_t got = read(client, buffer + have, REQUEST_MAX - 1 - have);
        if (got <= 0) return -1;
        have += (size_t)got;
        buffer[have] = '\0';
        char *end = strstr(buffer, "\r\n\r\n");
        if (end != NULL) {
            *end = '\0';
            size_t head = (size_t)(end - buffer) + 4;
            *body_length = content_length(buffer);
            *end = '\r';
            if (*body_length > REQUEST_MAX - 1 - head) return -1;
            *body = buffer + head;
            if (have >= head + *body_length) return (ssize_t)have;
        }
        if (have == REQUEST_MAX - 1) return -1;
    }
}

/* POST /count/NAME */
static void answer_plugin(int client, const char *path, const char *body, size_t length) {
    char name[32] = "";
    size_t count = 0;
    char text[96];
    sscanf(path, "%31[a-z0-9]", name);
    if (plugin_count(name, body, length, &count) != 0) {
        answer(client, "404 Not Found", "{\"error\":\"no such plugin\"}\n");
        return;
    }
    snprintf(text, sizeof text, "{\"%s\":%zu}\n", name, count);
    answer(client, "200 OK", text);
}

static void serve(int client) {
    static char buffer[REQUEST_MAX];
    char *body = NULL;
    size_t length = 0;
    if (read_request(client, buffer, &body, &length) < 0) {
        answer(client, "400 Bad Request", "{\"error\":\"bad request\"}\n");
    } else if (strncmp(buffer, "GET /health ", 12) == 0) {
        answer(client, "200 OK", "{\"status\":\"ok\"}\n");
    } else if (strncmp(buffer, "POST /count ", 12) == 0) {
        struct wordstat stat = wordstat_count(body, length);
        char text[160];
        snprintf(text, sizeof text, "{\"lines\":%zu,\"words\":%zu,\"bytes\":%zu,\"longest\":%zu}\n", stat.lines,
                 stat.words, stat.bytes, stat.longest);
        answer(client, "200 OK", text);
    } else if (strncmp(buffer, "POST /count/", 12) == 0) {
        answer_plugin(client, buffer + 12, body, length);
    } else {
        answer(client, "404 Not Found", "{\"error\":\"not found\"}\n");
    }
}

static int listen_on(unsigned short port) {
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int yes = 1;
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if (server < 0 || setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 16) != 0) {
        perror("wordstatd");
        exit(1);
    }
    return server;
}

int main(void) {
    const char *text = getenv("PORT");
    unsigned short port = (unsigned short)(text == NULL ? 8080 : atoi(text));
    struct sigaction action = {0};
    action.sa_handler = stop;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    int server = listen_on(port);
    fprintf(stderr, "wordstatd listens on port %u\n", (unsigned)port);
    while (!stopping) {
        int client = accept(server, NULL, NULL);
        if (client < 0) continue;
        struct timeval limit = {5, 0};
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        serve(client);
        close(client);
    }
    close(server);
    return 0;
}
