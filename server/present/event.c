#include "server/present.h"
#include "server/present/parts.h"

/* An id that the kind does not name stays empty. */
static bool present_optional_id(struct arena *arena, const uint8_t id[ID_BYTES],
                                ProtobufCBinaryData *ret_bytes)
{
    return id_is_zero(id) || present_id(arena, id, ret_bytes);
}

Onsale__V1__Event *present_event(struct arena *arena, const struct event *event)
{
    Onsale__V1__Event *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__event__init(message);

    message->event_number = event->number;
    message->kind = (Onsale__V1__EventKind)event->kind;
    message->occurred_at_ms = event->occurred_at_ms;
    message->concert_id = event->concert_id;
    message->performance_id = event->performance_id;
    message->user_id = event->user_id;
    message->number = event->entry_number;
    message->amount = event->amount;
    message->until_ms = event->until_ms;
    if (!present_optional_id(arena, event->record_id, &message->record_id)) return NULL;
    if (!present_optional_id(arena, event->payment_id, &message->payment_id)) return NULL;
    message->seat_indexes =
        arena_copy(arena, event->seat_indexes, event->seats_count * sizeof *event->seat_indexes);
    if (message->seat_indexes == NULL) return NULL;
    message->n_seat_indexes = event->seats_count;
    return message;
}
