/* options_file.c -- The configuration file: "name = value" a line; "#" begins a comment. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/options.h"

static bool fail_line(char *ret_problem)
{
    snprintf(ret_problem, OPTION_TEXT_BYTES, "must be NAME = VALUE");
    return false;
}

static bool read_line(struct options *options, char *line, char *ret_problem)
{
    char name[64];
    char value[512];
    char *comment = strchr(line, '#');
    if (comment != NULL) *comment = '\0';
    if (strspn(line, " \t\r\n") == strlen(line)) return true;
    if (sscanf(line, " %63[a-z-] = %511s", name, value) != 2) return fail_line(ret_problem);
    char problem[OPTION_TEXT_BYTES];
    if (options_set(options, name, value, problem)) return true;
    snprintf(ret_problem, OPTION_TEXT_BYTES, "%s %.180s", name, problem);
    return false;
}

bool options_read_file(struct options *options, const char *path)
{
    char line[1024];
    char problem[OPTION_TEXT_BYTES];
    unsigned number = 0;
    bool ok = true;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "onsaled: --config %s: %s\n", path, strerror(errno));
        return false;
    }
    while (ok && fgets(line, sizeof line, file) != NULL) {
        number++;
        ok = read_line(options, line, problem);
    }
    fclose(file);
    if (!ok) fprintf(stderr, "onsaled: %s:%u: %s\n", path, number, problem);
    return ok;
}
