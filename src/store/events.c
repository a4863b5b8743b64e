#include "store/events.h"

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

enum { LENGTH_BYTES = 2 }; /* stands before each event */

_Static_assert(PENDING_EVENTS_BYTES >= EVENTS_BYTES_MAX, "a record fits");
_Static_assert(PENDING_EVENTS_BYTES <= UINT16_MAX, "a length fits its bytes");

_Static_assert(EVENTS_BYTES_MAX < 2036, "LMDB has so many bytes in half a page of 4 KiB");
_Static_assert(LENGTH_BYTES == sizeof(uint16_t), "as the bound of a length says");
_Static_assert(sizeof(uint64_t) <= KEY_BYTES_MAX, "a number is a key");

static struct key event_key(uint64_t number)
{
    struct key key = {0};
    key_add_u64(&key, number);
    return key;
}

/* --- writing ---------------------------------------------------------------------------------- */

void event_batch_clear(struct pending_events *events)
{
    events->count = 0;
}

void event_batch_put(struct store_txn *txn)
{
    REQUIRE(store_txn_may_write(txn));
    struct pending_events *events = store_txn_memo(txn, MEMO_EVENT_BATCH);
    if (events->count == 0) return;
    struct key key = event_key(events->first_number);
    struct writer value = record_writer(txn, events->bytes, sizeof events->bytes);
    REQUIRE(events->size <= sizeof events->bytes);
    value.at = value.start + events->size;
    events->count = 0;
    bool is_beyond = record_is_beyond(txn, TREE_EVENTS, &key);
    REQUIRE(is_beyond || store_txn_failure(txn) != STATUS_OK);
    record_put(txn, TREE_EVENTS, &key, &value);
}

static bool is_next(const struct pending_events *events, const struct event *event)
{
    return events->count > 0 && event->number == events->first_number + events->count &&
           events->size + LENGTH_BYTES + EVENT_BYTES(event->seats_count) <= EVENTS_BYTES_MAX;
}

static void begin(const struct store_txn *txn, struct pending_events *events,
                  const struct event *first)
{
    REQUIRE(first->number != 0);
    struct writer value = record_writer(txn, events->bytes, sizeof events->bytes);
    event_batch_pack(&value, &(struct event_batch){first->occurred_at_ms});
    events->first_number = first->number;
    events->near_ms = first->occurred_at_ms;
    events->size = writer_size(&value);
}

void event_append(struct store_txn *txn, const struct event *event)
{
    REQUIRE(event->number != 0);
    struct pending_events *events = store_txn_memo(txn, MEMO_EVENT_BATCH);
    REQUIRE(store_txn_may_write(txn));
    REQUIRE(event->seats_count <= SEATS_PER_BLOCK_CALL_MAX);
    if (!is_next(events, event)) {
        event_batch_put(txn);
        begin(txn, events, event);
    }
    uint8_t *start = events->bytes + events->size;
    struct writer length = writer_make(start, LENGTH_BYTES);
    struct writer value = writer_make(start + LENGTH_BYTES, EVENT_BYTES(event->seats_count));
    value.format = record_format(txn);
    stored_event_pack(&value, &(struct stored_event){(struct event *)event, events->near_ms});
    writer_little(&length, writer_size(&value), LENGTH_BYTES);
    events->size += LENGTH_BYTES + writer_size(&value);
    events->count++;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Takes the bytes of the event at a place, and goes on to the next one. */
static struct reader take(struct event_place *place)
{
    struct reader event = place->rest;
    size_t length = reader_little(&place->rest, LENGTH_BYTES);
    event.at = place->rest.at;
    event.is_damaged = place->rest.is_damaged || length > (size_t)(event.end - event.at);
    event.end = event.is_damaged ? event.at : event.at + length;
    place->rest.at = event.end;
    place->number++;
    return event;
}

static bool is_empty(const struct event_place *place)
{
    REQUIRE(place->rest.at <= place->rest.end);
    return place->rest.at == place->rest.end;
}

static bool open_place(struct store_txn *txn, const struct key *key, struct reader value,
                       struct event_place *ret)
{
    struct reader number = key_reader(key);
    ret->number = reader_big(&number, sizeof ret->number);
    struct event_batch batch;
    event_batch_unpack(&value, &batch);
    ret->near_ms = batch.near_ms;
    ret->rest = value;
    if (value.is_damaged || is_empty(ret)) store_txn_fail(txn, STATUS_STORE_DAMAGED);
    return record_check(txn, &number) && store_txn_failure(txn) == STATUS_OK;
}

static bool skip_to(struct store_txn *txn, uint64_t number, struct event_place *place)
{
    while (place->number < number && !is_empty(place)) {
        if (!take(place).is_damaged) continue;
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return false;
    }
    return true;
}

/* The first event with this number or a greater one. */
static bool find(struct store_txn *txn, uint64_t number, struct event_place *ret)
{
    struct key key = event_key(number);
    struct reader value;
    if (record_at_or_before(txn, TREE_EVENTS, &key, 0, &value)) {
        if (!open_place(txn, &key, value, ret)) return false;
        if (!skip_to(txn, number, ret)) return false;
        if (!is_empty(ret)) return true;
    }
    if (!record_next(txn, TREE_EVENTS, &key, 0, &value)) return false;
    if (!open_place(txn, &key, value, ret)) return false;
    if (ret->number >= number) return true;
    store_txn_fail(txn, STATUS_STORE_DAMAGED); /* a key out of order: it would go on for ever */
    return false;
}

/* Whoever lists events asks for one after the other: then a read has the place at hand. */
static bool find_or_go_on(struct store_txn *txn, uint64_t number, struct event_place *ret)
{
    if (store_txn_may_write(txn)) {
        event_batch_put(txn);
        return find(txn, number, ret);
    }
    const struct event_place *place = store_txn_memo(txn, MEMO_EVENT_PLACE);
    if (number == 0 || place->number != number) return find(txn, number, ret);
    *ret = *place;
    return true;
}

/* What a write finds may move with the next put. */
static void remember(const struct store_txn *txn, const struct event_place *place)
{
    if (store_txn_may_write(txn)) return;
    struct event_place *next = store_txn_memo(txn, MEMO_EVENT_PLACE);
    *next = is_empty(place) ? (struct event_place){0} : *place;
}

static bool unpack(struct store_txn *txn, struct event_place *place, struct event *ret)
{
    REQUIRE(!is_empty(place));
    ret->number = place->number;
    struct reader event = take(place);
    stored_event_unpack(&event, &(struct stored_event){ret, place->near_ms});
    if (!record_check(txn, &event)) return false;
    remember(txn, place);
    return true;
}

bool event_get(struct store_txn *txn, uint64_t number, struct event *ret)
{
    struct event_place place;
    return find_or_go_on(txn, number, &place) && place.number == number && unpack(txn, &place, ret);
}

bool event_next(struct store_txn *txn, uint64_t after_number, struct event *ret)
{
    struct event_place place;
    if (after_number == UINT64_MAX) return false;
    if (!find_or_go_on(txn, after_number + 1, &place) || !unpack(txn, &place, ret)) return false;
    REQUIRE(ret->number > after_number);
    return true;
}
