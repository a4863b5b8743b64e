#include <inttypes.h>

#include "server/check/index.h"
#include "server/check/replay.h"

static void create_user(struct checker *checker, const struct event *event)
{
    struct indexed_wallet *wallet = index_wallet(checker->index, event->user_id);
    if (wallet == NULL || wallet->replay_created)
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    else
        wallet->replay_created = true;
}

static void charge(struct checker *checker, const struct event *event)
{
    struct indexed_wallet *wallet = index_wallet(checker->index, event->user_id);
    if (wallet == NULL)
        check_found(checker, "event-of-unknown-user", "event %" PRIu64, event->number);
    else
        wallet->replayed_balance += event->amount;
}

static void turn_block(struct checker *checker, const struct event *event)
{
    struct indexed_wallet *wallet = index_wallet(checker->index, event->user_id);
    bool is_block = event->kind == EVENT_USER_BLOCKED;
    if (wallet == NULL)
        check_found(checker, "event-of-unknown-user", "event %" PRIu64, event->number);
    else if (wallet->replay_blocked == is_block)
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    else
        wallet->replay_blocked = is_block;
}

/* Who is blocked neither enters nor holds nor pays. */
static void check_block(struct checker *checker, const struct event *event)
{
    const struct indexed_wallet *wallet = index_wallet(checker->index, event->user_id);
    if (wallet != NULL && wallet->replay_blocked)
        check_found(checker, "bought-while-blocked", "event %" PRIu64, event->number);
}

static void replay(struct checker *checker, const struct event *event)
{
    switch (event->kind) {
    case EVENT_USER_CREATED:
        create_user(checker, event);
        return;
    case EVENT_BALANCE_CHARGED:
        charge(checker, event);
        return;
    case EVENT_USER_BLOCKED:
    case EVENT_USER_UNBLOCKED:
        turn_block(checker, event);
        return;
    case EVENT_CATALOGUE_IMPORTED:
    case EVENT_POLICY_SET:
    case EVENT_ADMISSION_PAUSED:
    case EVENT_ADMISSION_RESUMED:
    case EVENT_QUEUE_ENTERED:
    case EVENT_QUEUE_ADMITTED:
    case EVENT_QUEUE_EXPIRED:
    case EVENT_QUEUE_LEFT:
        replay_queue(checker, event);
        return;
    case EVENT_SEATS_HELD:
    case EVENT_RESERVATION_CANCELLED:
    case EVENT_RESERVATION_EXPIRED:
    case EVENT_RESERVATION_PAID:
    case EVENT_RESERVATION_LENGTHENED:
    case EVENT_SEATS_BLOCKED:
    case EVENT_SEATS_UNBLOCKED:
        replay_sale(checker, event);
        return;
    case EVENT_HOLDING_STOPPED:
    case EVENT_HOLDING_RESUMED:
    case EVENT_PAYING_STOPPED:
    case EVENT_PAYING_RESUMED:
        replay_stop(checker, event);
        return;
    }
    check_found(checker, "event-of-unknown-kind", "event %" PRIu64, event->number);
}

void check_events(struct checker *checker)
{
    struct event event = {0};
    uint64_t expected = 1;
    unix_ms latest_ms = 0;
    for (; event_next(checker->txn, event.number, &event); expected = event.number + 1) {
        if (event.number != expected)
            check_found(checker, "event-missing", "event %" PRIu64, expected);
        if (event.occurred_at_ms < latest_ms)
            check_found(checker, "time-ran-backwards", "event %" PRIu64, event.number);
        latest_ms = event.occurred_at_ms;
        if (event.kind == EVENT_QUEUE_ENTERED || event.kind == EVENT_SEATS_HELD ||
            event.kind == EVENT_RESERVATION_PAID)
            check_block(checker, &event);
        replay(checker, &event);
        checker->report->events_checked++;
    }
    if (latest_ms > meta_get(checker->txn).now_ms)
        check_found(checker, "time-ran-backwards", "event %" PRIu64 " is later than the last batch",
                    event.number);
    replay_compare_sale(checker);
    replay_compare_queues(checker);
    replay_compare_stops(checker);
}
