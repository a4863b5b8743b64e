/* postgres_group.h -- Servers of PostgreSQL that script/cluster starts in a folder of the test. */
#ifndef TESTS_LOG_POSTGRES_GROUP_H
#define TESTS_LOG_POSTGRES_GROUP_H

#include <stdbool.h>
#include <stddef.h>

enum { GROUP_URL_BYTES = 1024, GROUP_VALUE_BYTES = 256 };

/** @param script  The path of script/cluster. @return False: PostgreSQL is not installed. */
bool group_start(const char *script);

void group_stop(void);

/** Runs a command of script/cluster, with a word if it is not NULL. @return Whether it succeeded.
 */
bool group_command(const char *command, const char *word);

/** The node that takes writes. */
const char *group_primary(void);

/** A node that is not the primary: the first or second of them. */
const char *group_standby(size_t which);

/** For log_postgres_open: all nodes, or the named ones, separated by commas. */
void group_url(const char *nodes, char ret_url[GROUP_URL_BYTES]);

/** Runs statements on a node, which must succeed. */
void group_sql(const char *node, const char *sql);

/** The first value that a statement answers; empty if none. */
void group_value(const char *node, const char *sql, char ret_value[GROUP_VALUE_BYTES]);

/** Waits until a statement answers "t". */
void group_wait(const char *node, const char *sql);

#endif
