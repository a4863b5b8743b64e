/* values.h -- Numbers and bytes as PostgreSQL's binary format has them. For src/log/postgres. */
#ifndef LOG_POSTGRES_VALUES_H
#define LOG_POSTGRES_VALUES_H

#include <libpq-fe.h>
#include <stddef.h>
#include <stdint.h>

#include "log/postgres/session.h"

/** Types, as pg_type numbers them. */
enum {
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_UUID = 2950
};

/** Parameters of a statement, in its order. Zero is none. */
struct values {
    struct parameters parameters;
    int count;
    uint8_t room[PARAMETERS_MAX][8];
};

void values_add_int8(struct values *values, uint64_t value);
void values_add_int4(struct values *values, uint32_t value);
void values_add_int2(struct values *values, uint16_t value);

/** Borrowed. */
void values_add_bytes(struct values *values, const void *bytes, size_t size);

/** All columns of onsale_log, in their order; the row is borrowed. */
void values_add_row(struct values *values, uint32_t shard, const struct log_row *row);

/** A number of 2, 4 or 8 bytes; 0 if it is none or NULL. */
uint64_t value_number(const PGresult *result, int row, int column);

#endif
