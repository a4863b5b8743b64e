/* options.c -- A text that is the configuration file of onsaled, and its lines are its arguments.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/require.h"
#include "server/options.h"
#include "tests/fuzz/fuzz.h"

enum { ARGUMENTS_MAX = 64 };

static void require_urls(const struct url_list *list)
{
    REQUIRE(list->count <= OPTION_LIST_MAX);
    for (size_t i = 0; i < list->count; i++) {
        REQUIRE(memchr(list->urls[i], '\0', OPTION_TEXT_BYTES) != NULL);
        REQUIRE(strstr(list->urls[i], "://") != NULL);
    }
}

static void parse(int argc, char **argv)
{
    struct options options;
    optind = 0; /* from the beginning */
    if (options_parse(argc, argv, &options) != OPTIONS_RUN) return;
    REQUIRE(memchr(options.data, '\0', OPTION_TEXT_BYTES) != NULL);
    REQUIRE(options.data[0] != '\0');
    REQUIRE(options.listen.count > 0);
    require_urls(&options.listen);
    require_urls(&options.watch);
    require_urls(&options.admin);
    REQUIRE(options.uids_count <= OPTION_LIST_MAX);
}

/* Lines that would name another file are left out. */
static int split(char *text, char **argv)
{
    int argc = 1;
    for (char *line = strtok_r(text, "\n", &text); line != NULL && argc < ARGUMENTS_MAX;
         line = strtok_r(NULL, "\n", &text))
        if (strncmp(line, "--c", 3) != 0) argv[argc++] = line;
    return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char name[] = "onsaled", config[64];
    char *argv[ARGUMENTS_MAX + 2] = {name};
    int fd = memfd_create("config", MFD_CLOEXEC);
    char *text = malloc(size + 1);
    REQUIRE(fd >= 0);
    REQUIRE(text != NULL);
    REQUIRE(pwrite(fd, bytes, size, 0) == (ssize_t)size);
    if (size > 0) memcpy(text, bytes, size);
    text[size] = '\0';
    snprintf(config, sizeof config, "--config=/proc/self/fd/%d", fd);
    parse(split(text, argv), argv); /* the lines alone */
    argv[1] = config;
    argv[2] = NULL;
    parse(2, argv);
    free(text);
    close(fd);
    return 0;
}
