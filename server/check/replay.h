/* replay.h -- Replays events into the index, and in the end compares it with the records. */
#ifndef SERVER_CHECK_REPLAY_H
#define SERVER_CHECK_REPLAY_H

#include "model/event.h"
#include "server/check/finding.h"

/** What an event does to seats, reservations and the buyer's balance: SEATS_HELD,
 * RESERVATION_CANCELLED, RESERVATION_EXPIRED, RESERVATION_PAID,
 * RESERVATION_LENGTHENED, SEATS_BLOCKED, SEATS_UNBLOCKED. */
void replay_sale(struct checker *checker, const struct event *event);

/** What an event does to a queue: QUEUE_ENTERED, QUEUE_ADMITTED, QUEUE_EXPIRED, QUEUE_LEFT,
 * CATALOGUE_IMPORTED, POLICY_SET, ADMISSION_PAUSED, ADMISSION_RESUMED. */
void replay_queue(struct checker *checker, const struct event *event);

/** What an event does to the sale as a whole: HOLDING_STOPPED, HOLDING_RESUMED, PAYING_STOPPED,
 * PAYING_RESUMED. */
void replay_stop(struct checker *checker, const struct event *event);

/** Notes seats that were held, or a reservation that was paid, during a stop. */
void replay_check_stops(struct checker *checker, const struct event *event);

/** Compare what was replayed with what is stored. */
void replay_compare_sale(struct checker *checker);
void replay_compare_queues(struct checker *checker);
void replay_compare_stops(struct checker *checker);

#endif
