#include "log/postgres/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { HOST, HOSTADDR, PORT, LISTS, KEYWORDS_MAX = 80 };

static const char *const list_names[LISTS] = {"host", "hostaddr", "port"};

static enum status refuse(const char *message, char problem[LOG_PROBLEM_BYTES])
{
    snprintf(problem, LOG_PROBLEM_BYTES, "the URL of the log can't be understood: %.*s",
             (int)strcspn(message, "\n"), message);
    return STATUS_LOG_UNFIT;
}

/* "a,b,c", of which any may be empty. @return False if there are too many. */
static bool take_apart(struct hosts *hosts, int list)
{
    char *rest = hosts->lists[list];
    while (rest != NULL) {
        if (hosts->parts_count[list] == HOSTS_MAX) return false;
        hosts->parts[list][hosts->parts_count[list]++] = strsep(&rest, ",");
    }
    return true;
}

static enum status read_lists(struct hosts *hosts, char problem[LOG_PROBLEM_BYTES])
{
    for (int list = 0; list < LISTS; list++) {
        for (const PQconninfoOption *option = hosts->options; option->keyword != NULL; option++) {
            if (strcmp(option->keyword, list_names[list]) != 0 || option->val == NULL) continue;
            hosts->lists[list] = strdup(option->val);
            if (hosts->lists[list] == NULL) return STATUS_OUT_OF_MEMORY;
        }
        if (!take_apart(hosts, list)) return refuse("more than 16 hosts", problem);
    }
    size_t names = hosts->parts_count[HOST], addresses = hosts->parts_count[HOSTADDR];
    hosts->count = names > addresses ? names : addresses;
    if (hosts->count == 0) hosts->count = 1;
    if (names > 0 && addresses > 0 && names != addresses)
        return refuse("as many addresses as hosts are wanted", problem);
    if (hosts->parts_count[PORT] > 1 && hosts->parts_count[PORT] != hosts->count)
        return refuse("one port is wanted, or as many as hosts", problem);
    return STATUS_OK;
}

enum status hosts_init(struct hosts *hosts, const char *url, char ret_problem[LOG_PROBLEM_BYTES])
{
    char *message = NULL;
    *hosts = (struct hosts){.options = PQconninfoParse(url, &message)};
    if (hosts->options == NULL) {
        enum status err = message == NULL ? STATUS_OUT_OF_MEMORY : refuse(message, ret_problem);
        PQfreemem(message);
        return err;
    }
    enum status err = read_lists(hosts, ret_problem);
    if (err != STATUS_OK) hosts_deinit(hosts);
    return err;
}

void hosts_deinit(struct hosts *hosts)
{
    PQconninfoFree(hosts->options);
    for (int list = 0; list < LISTS; list++)
        free(hosts->lists[list]);
    *hosts = (struct hosts){0};
}

bool hosts_is_silent(const struct hosts *hosts, size_t host)
{
    REQUIRE(host < hosts->count);
    return atomic_load(&hosts->heard_ns[host]) < atomic_load(&hosts->silent_ns[host]);
}

static const char *part(const struct hosts *hosts, int list, size_t host)
{
    if (hosts->parts_count[list] == 0) return NULL;
    return hosts->parts[list][hosts->parts_count[list] == 1 ? 0 : host];
}

static bool is_ours(const char *keyword)
{
    for (int list = 0; list < LISTS; list++)
        if (strcmp(keyword, list_names[list]) == 0) return true;
    return strcmp(keyword, "target_session_attrs") == 0 ||
           strcmp(keyword, "fallback_application_name") == 0;
}

PGconn *hosts_connect(const struct hosts *hosts, size_t host, bool wants_writes)
{
    REQUIRE(host < hosts->count);
    const char *keywords[KEYWORDS_MAX], *values[KEYWORDS_MAX];
    int count = 0;
    for (const PQconninfoOption *option = hosts->options; option->keyword != NULL; option++) {
        if (option->val == NULL || is_ours(option->keyword)) continue;
        REQUIRE(count < KEYWORDS_MAX - LISTS - 3);
        keywords[count] = option->keyword;
        values[count++] = option->val;
    }
    for (int list = 0; list < LISTS; list++) {
        const char *value = part(hosts, list, host);
        if (value == NULL || value[0] == '\0') continue;
        keywords[count] = list_names[list];
        values[count++] = value;
    }
    keywords[count] = "target_session_attrs";
    values[count++] = wants_writes ? "read-write" : "any";
    keywords[count] = "fallback_application_name";
    values[count++] = "onsaled";
    keywords[count] = values[count] = NULL;
    return PQconnectStartParams(keywords, values, 0);
}
