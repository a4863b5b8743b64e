#include <string.h>

#include "tests/sim/message.h"
#include "tests/sim/requests.h"

enum { RECENT = 24, UNKNOWN_CONCERT = 77, UNKNOWN_PERFORMANCE = 7777 };

uint64_t draw_user(struct draw *draw)
{
    unsigned percent_unknown = 2;
    uint64_t user = random_between(draw->random, 1, SIM_USERS);
    return random_chance(draw->random, percent_unknown) ? user + SIM_USERS : user;
}

struct model_concert *draw_concert(struct draw *draw)
{
    struct model *model = draw->simulation->model;
    return &model->concerts[random_below(draw->random, model->concerts_count)];
}

uint32_t draw_concert_id(struct draw *draw)
{
    if (random_chance(draw->random, 2)) return UNKNOWN_CONCERT;
    return draw_concert(draw)->concert->concert_id;
}

uint32_t draw_performance_id(struct draw *draw, uint32_t concert_id)
{
    const struct model *model = draw->simulation->model;
    if (random_chance(draw->random, 2)) return UNKNOWN_PERFORMANCE;
    bool is_any = random_chance(draw->random, 5);
    for (;;) {
        size_t i = random_below(draw->random, model->performances_count);
        const Onsale__V1__Performance *performance = model->performances[i].performance;
        if (is_any || performance->concert_id == concert_id) return performance->performance_id;
    }
}

/* One of the last few of `count` things. */
static size_t draw_recent(struct draw *draw, size_t count)
{
    size_t recent = count < RECENT || random_chance(draw->random, 5) ? count : RECENT;
    return count - 1 - random_below(draw->random, recent);
}

struct model_entry *draw_entry(struct draw *draw, struct model_concert *concert, bool active)
{
    if (concert->entries_count == 0) return NULL;
    struct model_entry *entry = NULL;
    for (int tries = 0; tries < RECENT; tries++) {
        entry = &concert->entries[draw_recent(draw, concert->entries_count)];
        if (!active || model_check_active(draw->simulation->model, concert, entry) == STATUS_OK)
            break;
    }
    return entry;
}

ProtobufCBinaryData draw_token(struct draw *draw, const struct model_entry *entry)
{
    if (entry == NULL || !entry->token_known || random_chance(draw->random, 1))
        return (ProtobufCBinaryData){0};
    ProtobufCBinaryData token = message_bytes(draw->arena, entry->token, MODEL_TOKEN_BYTES);
    if (random_chance(draw->random, 1))
        token.data[random_below(draw->random, token.len)] ^= (uint8_t)0x10;
    if (random_chance(draw->random, 1)) token.len--;
    return token;
}

const struct model_reservation *draw_reservation(struct draw *draw, bool held)
{
    struct model *model = draw->simulation->model;
    const struct model_reservation *reservation = NULL;
    if (model->reservations_count == 0) return NULL;
    for (int tries = 0; tries < RECENT; tries++) {
        reservation = &model->reservations[draw_recent(draw, model->reservations_count)];
        if (!held || model_reservation_status(model, reservation) ==
                         ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD)
            break;
    }
    return reservation;
}

const struct model_change *draw_change(struct draw *draw)
{
    const struct model *model = draw->simulation->model;
    if (model->changes_count == 0) return NULL;
    return &model->changes[draw_recent(draw, model->changes_count)];
}

ProtobufCBinaryData draw_new_id(struct draw *draw)
{
    uint8_t id[ID_BYTES];
    random_fill(draw->random, id, sizeof id);
    if (random_chance(draw->random, 70))
        id_make_v7(id, draw->simulation->model->now_ms, id + ID_BYTES - 10);
    return message_bytes(draw->arena, id, sizeof id);
}

uint32_t draw_page_size(struct draw *draw)
{
    if (random_chance(draw->random, 3))
        return PAGE_SIZE_MAX + (uint32_t)random_below(draw->random, UINT32_MAX - PAGE_SIZE_MAX);
    return (uint32_t)random_below(draw->random, 6);
}

char *draw_page_token(struct draw *draw)
{
    return random_chance(draw->random, 3) ? "not a page token" : "";
}
