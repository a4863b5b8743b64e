#include "bench/shop/log_group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/process.h"

enum { WORDS_MAX = 4 };

/* Of script/cluster. @return Its exit code. */
static int run_script(const struct log_group *group, const char *const words[WORDS_MAX],
                      char *ret_line, size_t size)
{
    const char *arguments[3 + WORDS_MAX + 1] = {group->options->cluster, "--folder", group->folder};
    for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        arguments[3 + i] = words[i];
    return process_ask(arguments, group->log, ret_line, size);
}

bool log_group_do(const struct log_group *group, const char *what, const char *node)
{
    char line[LOG_GROUP_URL_BYTES];
    return run_script(group, (const char *const[WORDS_MAX]){what, node}, line, sizeof line) == 0;
}

static bool make_log(struct log_group *group)
{
    char line[LOG_GROUP_URL_BYTES];
    const char *const init[] = {group->options->server, "--log-init", group->url, NULL};
    if (run_script(group, (const char *const[WORDS_MAX]){"url"}, group->url, sizeof group->url) !=
        0)
        return false;
    group->url[strcspn(group->url, "\n")] = '\0';
    return process_ask(init, group->log, line, sizeof line) == 0;
}

enum outcome log_group_open(const struct options *options, const struct log_group_plan *plan,
                            struct log_group *ret_group)
{
    struct log_group group = {.options = options};
    char line[LOG_GROUP_URL_BYTES];
    const char *const up[WORDS_MAX] = {"up", "--servers", "0",
                                       plan->promotes ? NULL : "--no-watchdog"};
    if (options->cluster == NULL) return OUTCOME_NOT_INSTALLED;
    snprintf(group.folder, sizeof group.folder, "%s/log.XXXXXX", options->folder);
    REQUIRE(mkdtemp(group.folder) != NULL);
    snprintf(group.log, sizeof group.log, "%s.log", group.folder);
    if (run_script(&group, up, line, sizeof line) == 0 && make_log(&group)) {
        *ret_group = group;
        return OUTCOME_READY;
    }
    fprintf(stderr, "no log in PostgreSQL; see %s\n", group.log);
    log_group_close(&group);
    return OUTCOME_FAILED;
}

void log_group_close(struct log_group *group)
{
    if (group->options != NULL) log_group_do(group, "down", NULL);
}
