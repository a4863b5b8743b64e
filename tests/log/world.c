#include "tests/log/world.h"

#include <stdio.h>
#include <string.h>

#include "base/require.h"

enum { TRIES = 20 };

struct log *world_log(struct world *world, size_t replica)
{
    REQUIRE(replica < REPLICAS_MAX);
    if (world->logs[replica] == NULL)
        world->logs[replica] = world->methods->open(world, world->shop);
    REQUIRE(world->logs[replica] != NULL);
    return world->logs[replica];
}

void world_close(struct world *world, size_t replica)
{
    log_close(world->logs[replica]);
    world->logs[replica] = NULL;
}

static enum status take(void *context, const struct log_entry *entry)
{
    struct copy *copy = context;
    REQUIRE(copy->count < sizeof copy->entries / sizeof copy->entries[0]);
    REQUIRE(entry->index == copy->place.index + 1);
    copy->place = (struct log_place){entry->epoch, entry->index};
    copy->entries[copy->count].kind = entry->kind;
    copy->entries[copy->count].index = entry->index;
    copy->entries[copy->count].epoch = entry->epoch;
    const uint8_t *text = entry->redo_size > 0 ? entry->redo : entry->note;
    size_t size = entry->redo_size > 0 ? entry->redo_size : entry->note_size;
    snprintf(copy->entries[copy->count].text, 32, "%.*s", size > 31 ? 31 : (int)size, text);
    copy->count++;
    return STATUS_OK;
}

/* A machine with much to do may be slower than a deadline. */
enum status world_follow(struct world *world, size_t replica, struct copy *copy, bool to_end)
{
    enum status err = STATUS_LOG_AWAY;
    for (int i = 0; i < TRIES && err == STATUS_LOG_AWAY; i++)
        err =
            log_follow(world_log(world, replica), copy->place, to_end, take, copy, world->problem);
    return err;
}

static enum status lead_patiently(struct log *log, uint64_t *ret_epoch)
{
    enum status err = STATUS_LOG_AWAY;
    for (int i = 0; i < TRIES && err == STATUS_LOG_AWAY; i++)
        err = log_lead(log, "a test", ret_epoch);
    return err;
}

void world_catch_up(struct world *world, size_t replica, struct copy *copy, uint64_t seen)
{
    struct log *log = world_log(world, replica);
    enum status err = STATUS_OK;
    for (int i = 0; i < 20000 && (err == STATUS_LOG_AWAY || log_seen(log) < seen || i == 0); i++)
        err = world_follow(world, replica, copy, false);
    assert_int_equal(err, STATUS_OK);
    assert_int_equal(log_seen(log), seen);
}

uint64_t world_claim(struct world *world, size_t replica, struct copy *copy)
{
    uint64_t epoch = 0;
    struct log *log = world_log(world, replica);
    assert_int_equal(lead_patiently(log, &epoch), STATUS_OK);
    assert_int_equal(world_follow(world, replica, copy, true), STATUS_OK);
    struct log_entry start = {
        .kind = LOG_START,
        .index = copy->place.index + 1,
        .epoch = epoch,
        .time_ms = WORLD_TIME_MS,
        .note = (const uint8_t *)"start",
        .note_size = 5,
    };
    assert_int_equal(log_stage(log, &start), STATUS_OK);
    assert_int_equal(take(copy, &start), STATUS_OK);
    return epoch;
}

uint64_t world_lead(struct world *world, size_t replica, struct copy *copy)
{
    uint64_t epoch = world_claim(world, replica, copy);
    assert_int_equal(world_flush(world, replica), STATUS_OK);
    return epoch;
}

void world_stage(struct world *world, size_t replica, struct copy *copy, const char *text)
{
    struct log_entry entry = {
        .kind = LOG_BATCH,
        .index = copy->place.index + 1,
        .epoch = copy->place.epoch,
        .time_ms = WORLD_TIME_MS,
        .redo = (const uint8_t *)text,
        .redo_size = strlen(text),
    };
    assert_int_equal(log_stage(world_log(world, replica), &entry), STATUS_OK);
    assert_int_equal(take(copy, &entry), STATUS_OK);
}

enum status world_flush(struct world *world, size_t replica)
{
    enum status err = STATUS_NOT_YET;
    for (int i = 0; i < 20000 && err == STATUS_NOT_YET; i++) {
        err = log_flush(world_log(world, replica), i == 0 ? 0 : world->patience_ms);
        world->methods->pass(world);
    }
    return err;
}

void world_append(struct world *world, size_t replica, struct copy *copy, const char *text)
{
    world_stage(world, replica, copy, text);
    assert_int_equal(world_flush(world, replica), STATUS_OK);
}

struct log_row world_row(uint64_t index, uint64_t epoch, const char *text)
{
    static struct log_bytes body;
    static uint8_t number;
    struct log_bytes entries = {0};
    struct log_entry entry = {
        .kind = LOG_BATCH, .redo = (const uint8_t *)text, .redo_size = strlen(text)};
    struct log_row row = {.head = {.index = index,
                                   .count = 1,
                                   .epoch = epoch,
                                   .batch = {0xff, ++number},
                                   .durable = index - 1,
                                   .format = LOG_ROW_FORMAT}};
    REQUIRE(log_row_add(&entries, &entry));
    struct log_packer packer = {0};
    REQUIRE(log_row_close(&row, entries.bytes, entries.size, &packer, &body) == STATUS_OK);
    log_packer_free(&packer);
    log_bytes_free(&entries);
    return row;
}

void assert_texts(const struct copy *copy, const char *texts)
{
    char all[1024] = "";
    size_t size = 0;
    for (size_t i = 0; i < copy->count; i++)
        if (copy->entries[i].kind == LOG_BATCH)
            size += (size_t)snprintf(all + size, sizeof all - size, "%s%s", size > 0 ? " " : "",
                                     copy->entries[i].text);
    assert_string_equal(all, texts);
}
