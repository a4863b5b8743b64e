/* by_hand.h -- A log in PostgreSQL for programs that are run by hand. */
#ifndef TESTS_LOG_BY_HAND_H
#define TESTS_LOG_BY_HAND_H

#include "log/postgres/postgres.h"

/** Makes the tables anew, on whichever host takes writes, for a new shop. */
void by_hand_make_tables(const char *url);

/** @param is_plain  Rows are not compressed. */
struct log *by_hand_open(const char *url, bool is_plain);

#endif
