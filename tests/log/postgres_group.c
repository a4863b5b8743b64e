#include "tests/log/postgres_group.h"

#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"

static const char *script;
static char *folder;
static char primary[8];
static const char *const nodes[] = {"n1", "n2", "n3"};
enum { NODES = 3 };

static bool run(char *const arguments[])
{
    int status = 0;
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        REQUIRE(freopen("/dev/null", "w", stdout) != NULL);
        execv(script, arguments);
        _exit(127);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    return status == 0;
}

bool group_command(const char *command, const char *word)
{
    char *arguments[] = {(char *)(uintptr_t)script, "--folder", folder, (char *)(uintptr_t)command,
                         (char *)(uintptr_t)word,   NULL};
    return run(arguments);
}

/* Stops the servers when this process is gone, however it ended. */
static pid_t guard;
static int guarded = -1;

static void start_guard(void)
{
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    guard = fork();
    REQUIRE(guard >= 0);
    if (guard == 0) {
        char byte;
        setsid();
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0) {
        }
        group_command("down", NULL);
        _exit(0);
    }
    close(ends[0]);
    guarded = ends[1];
}

static bool is_installed(void)
{
    glob_t found;
    bool is_there = glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0;
    globfree(&found);
    return is_there;
}

bool group_start(const char *path)
{
    if (!is_installed()) return false;
    script = path;
    folder = temp_folder_make();
    start_guard();
    REQUIRE(run((char *[]){(char *)(uintptr_t)script, "--folder", folder, "up", "--servers", "0",
                           "--no-watchdog", NULL}));
    return true;
}

void group_stop(void)
{
    int status;
    close(guarded);
    REQUIRE(waitpid(guard, &status, 0) == guard);
    temp_folder_remove(folder);
    folder = NULL;
}

const char *group_primary(void)
{
    char *path = temp_folder_join(folder, "primary");
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    REQUIRE(fscanf(file, "%7s", primary) == 1);
    fclose(file);
    free(path);
    return primary;
}

const char *group_standby(size_t which)
{
    const char *taken = group_primary();
    for (size_t i = 0; i < NODES; i++)
        if (strcmp(nodes[i], taken) != 0 && which-- == 0) return nodes[i];
    REQUIRE(false);
    return NULL;
}

void group_url(const char *names, char ret_url[GROUP_URL_BYTES])
{
    char list[64];
    size_t size = 0;
    snprintf(list, sizeof list, "%s", names == NULL ? "n1,n2,n3" : names);
    char *rest = list;
    for (const char *name; (name = strsep(&rest, ",")) != NULL;)
        size += (size_t)snprintf(ret_url + size, GROUP_URL_BYTES - size, "%s%s/%s",
                                 size == 0 ? "host=" : ",", folder, name);
    snprintf(ret_url + size, GROUP_URL_BYTES - size, " user=postgres dbname=postgres");
}

static PGresult *ask(const char *node, const char *sql, PGconn **ret_conn)
{
    char url[GROUP_URL_BYTES];
    group_url(node, url);
    *ret_conn = PQconnectdb(url);
    PGresult *result = PQexec(*ret_conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fprintf(stderr, "%s: %s: %s", node, sql, PQerrorMessage(*ret_conn));
    REQUIRE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK);
    return result;
}

void group_value(const char *node, const char *sql, char ret_value[GROUP_VALUE_BYTES])
{
    PGconn *conn;
    PGresult *result = ask(node, sql, &conn);
    bool is_there = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    snprintf(ret_value, GROUP_VALUE_BYTES, "%s", is_there ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(conn);
}

void group_sql(const char *node, const char *sql)
{
    char value[GROUP_VALUE_BYTES];
    group_value(node, sql, value);
}

struct question {
    const char *node, *sql;
};

static bool is_true(void *context)
{
    const struct question *question = context;
    char value[GROUP_VALUE_BYTES];
    group_value(question->node, question->sql, value);
    return strcmp(value, "t") == 0;
}

void group_wait(const char *node, const char *sql)
{
    struct question question = {node, sql};
    REQUIRE(wait_until(is_true, &question));
}
