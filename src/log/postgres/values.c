#include "log/postgres/values.h"

#include "base/require.h"

static void add(struct values *values, uint64_t value, int size)
{
    REQUIRE(values->count < PARAMETERS_MAX);
    uint8_t *room = values->room[values->count];
    for (int i = 0; i < size; i++)
        room[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    values->parameters.values[values->count] = (const char *)room;
    values->parameters.lengths[values->count++] = size;
}

void values_add_int8(struct values *values, uint64_t value)
{
    add(values, value, 8);
}

void values_add_int4(struct values *values, uint32_t value)
{
    add(values, value, 4);
}

void values_add_int2(struct values *values, uint16_t value)
{
    add(values, value, 2);
}

void values_add_bytes(struct values *values, const void *bytes, size_t size)
{
    REQUIRE(values->count < PARAMETERS_MAX);
    REQUIRE(size <= INT32_MAX);
    values->parameters.values[values->count] = bytes;
    values->parameters.lengths[values->count++] = (int)size;
}

void values_add_row(struct values *values, uint32_t shard, const struct log_row *row)
{
    values_add_int4(values, shard);
    values_add_int8(values, row->head.index);
    values_add_int4(values, row->head.count);
    values_add_int8(values, row->head.epoch);
    values_add_bytes(values, row->head.batch, LOG_BATCH_BYTES);
    values_add_int8(values, row->head.durable);
    values_add_int8(values, (uint64_t)row->head.time_ms);
    values_add_int2(values, row->head.format);
    values_add_int8(values, row->head.checksum);
    values_add_bytes(values, row->body, row->head.body_size);
}

uint64_t value_number(const PGresult *result, int row, int column)
{
    const uint8_t *bytes = (const uint8_t *)PQgetvalue(result, row, column);
    int size = PQgetlength(result, row, column);
    uint64_t value = 0;
    if (PQgetisnull(result, row, column) || (size != 2 && size != 4 && size != 8)) return 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}
