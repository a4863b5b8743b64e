/* postgres_world.h -- A log in a group of three PostgreSQL servers. */
#ifndef TESTS_LOG_POSTGRES_WORLD_H
#define TESTS_LOG_POSTGRES_WORLD_H

#include "log/postgres/postgres.h"
#include "tests/log/postgres_group.h"
#include "tests/log/world.h"

/** For cmocka. The group runs; its tables are made anew. */
int postgres_world_set_up(void **state);
int postgres_world_tear_down(void **state);

/** A replica's log of its own, at some nodes only. */
struct log *postgres_world_open(const struct world *world, const char *nodes);

#endif
