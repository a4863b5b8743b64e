/* access.c -- A text that is the gateway's file of rules: see gateway/access.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/require.h"
#include "gateway/access_file.h"
#include "tests/fuzz/fuzz.h"

enum { LIMIT_MAX = 1000 * 1000 };

static void require_rule(const struct access_rule *rule)
{
    REQUIRE(rule->kind <= ACCESS_KEY);
    REQUIRE(memchr(rule->name, '\0', ACCESS_NAME_BYTES) != NULL);
    REQUIRE((rule->kind == ACCESS_EVERYBODY) == (rule->name[0] == '\0'));
    REQUIRE(rule->role <= ROLE_ADMIN);
    REQUIRE(rule->limit.per_second <= LIMIT_MAX);
    REQUIRE(rule->limit.burst <= LIMIT_MAX);
    REQUIRE(rule->limit.at_once <= LIMIT_MAX);
    REQUIRE(rule->limit.burst == 0 || rule->limit.per_second > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[64], problem[ACCESS_PROBLEM_BYTES];
    struct access_list list;
    int fd = memfd_create("access", MFD_CLOEXEC);
    REQUIRE(fd >= 0);
    REQUIRE(pwrite(fd, bytes, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (access_file_read(path, &list, problem)) {
        REQUIRE(list.count <= ACCESS_RULES_MAX);
        for (size_t i = 0; i < list.count; i++)
            require_rule(&list.rules[i]);
        free(list.rules);
    } else {
        REQUIRE(memchr(problem, '\0', sizeof problem) != NULL);
        REQUIRE(problem[0] != '\0');
    }
    close(fd);
    return 0;
}
