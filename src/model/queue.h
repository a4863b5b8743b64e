/* queue.h -- The waiting room of a concert: its policy, its counters and its entries. Invariant:
 * entries become ACTIVE strictly in the order of their numbers, never more than policy.active_max
 * are ACTIVE, and none becomes ACTIVE before the opening or during a pause.
 *
 * Each queue has a waiting clock. It stands before the opening and while admission is paused, and
 * otherwise runs with the server's time; so neither shortens anybody's wait. A waiting entry is
 * stored with the reading of this clock at which its wait is over. */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"
#include "model/holdings.h"

/** The numbers are those of onsale.v1.QueueEntryStatus and are stored. */
enum queue_entry_status {
    QUEUE_ENTRY_WAITING = 1,
    QUEUE_ENTRY_ACTIVE = 2,
    QUEUE_ENTRY_EXPIRED = 3,
    QUEUE_ENTRY_LEFT = 4,
};

struct queue_policy {
    uint32_t active_max;
    uint32_t admissions_per_second;
    int64_t waiting_lifetime_ms;
    bool waiting_from_last_poll;
    int64_t active_lifetime_ms;
    int64_t hold_lifetime_ms;
    uint32_t purchase_limit;
    bool admission_paused;
    int64_t admission_lead_ms; /* admission begins so long before the first sale opens */
};

/** 300 active, 50 a second, five minutes each, 4 seats. */
struct queue_policy queue_policy_default(void);

/** @return NULL if every field is in its range; else the name of one that is not, a constant. */
const char *queue_policy_bad_field(const struct queue_policy *policy);

struct queue {
    uint32_t concert_id;
    struct queue_policy policy;
    uint64_t last_number;     /* of the newest entry; 0 if there is none */
    uint32_t waiting;         /* entries stored as WAITING */
    uint32_t active;          /* entries stored as ACTIVE */
    int64_t credit_milli;     /* thousandths of admissions that may be given now */
    unix_ms credit_at_ms;     /* when credit_milli was right */
    unix_ms admission_due_ms; /* when an admission timer will fire; 0 if none is set */
    bool holding_stopped;     /* of every performance of the concert */
    bool paying_stopped;
    unix_ms sale_opens_at_ms; /* of the performance that opens first, 0..OPENING_MS_MAX */
    unix_ms paused_at_ms;     /* since when admission is paused; 0 if it is not */
    int64_t clock_behind_ms;  /* what the waiting clock lacks when it runs: ask queue_clock_ms */
    unix_ms line_due_ms;      /* no wait ends before, on the waiting clock; NEVER if nobody waits */
    unix_ms waiting_due_ms;   /* when a timer for that will fire; 0 if none is set */
};

/** Openings are clamped to 1970..9999-12-31: a performance may name any time. */
#define OPENING_MS_MAX INT64_C(253402300799999)

enum { QUEUE_SECRET_BYTES = 16, QUEUE_TOKEN_BYTES = 4 + 8 + QUEUE_SECRET_BYTES };

struct queue_entry {
    uint32_t concert_id;
    uint64_t number;
    uint64_t user_id;
    uint8_t secret[QUEUE_SECRET_BYTES];
    enum queue_entry_status status; /* as stored: ask queue_entry_status_at */
    unix_ms entered_at_ms;
    unix_ms expires_at_ms;                  /* of WAITING, as stored: on the waiting clock */
    struct reservation_id last_reservation; /* newest of this user and concert; zero if none */
    struct holdings holdings;
};

/** A new queue: nobody waits, credit for one second.
 * @param sale_opens_at_ms  Any time. */
struct queue queue_make(uint32_t concert_id, struct queue_policy policy, unix_ms sale_opens_at_ms,
                        unix_ms now_ms);

/** When admission begins: policy.admission_lead_ms before the first sale opens. */
unix_ms queue_opens_at_ms(const struct queue *queue);

/** Replaces the policy, or the opening. The remaining waits of waiting entries stay the same.
 * @param sale_opens_at_ms  Any time. */
void queue_set_policy(struct queue *queue, const struct queue_policy *policy, unix_ms now_ms);
void queue_set_opening(struct queue *queue, unix_ms sale_opens_at_ms, unix_ms now_ms);

/** What the waiting clock shows. It never runs backwards. */
unix_ms queue_clock_ms(const struct queue *queue, unix_ms now_ms);

/** When the waiting clock shows `clock_ms`: later than now_ms if and only if it does not yet. While
 * admission is paused: as if the pause ended now. */
unix_ms queue_clock_reaches(const struct queue *queue, unix_ms clock_ms, unix_ms now_ms);

/** Earns credit for the time passed; never more than one second's worth is kept. */
void queue_refill(struct queue *queue, unix_ms now_ms);

/** Whether the next entry may be admitted. Refill first. */
bool queue_may_admit(const struct queue *queue, unix_ms now_ms);

/** Spends the credit and counts the entry from WAITING to ACTIVE. Only if queue_may_admit. */
void queue_count_admission(struct queue *queue);

/** When the next entry may be admitted, if only credit or the opening is missing.
 * @return That moment; UNIX_MS_NEVER if nobody waits, no place is free, or admission is paused. */
unix_ms queue_admission_due(const struct queue *queue, unix_ms now_ms);

/** When the timer for the line has to fire: the first wait may end then.
 * @return UNIX_MS_NEVER if nobody waits or admission is paused. */
unix_ms queue_line_due(const struct queue *queue, unix_ms now_ms);

/** A number that changes whenever the status, or the position in line, of an entry that was there
 * before may have changed. A new entry changes nothing for earlier ones. */
uint64_t queue_version(const struct queue *queue);

/** Time until an entry with so many ahead is ACTIVE, if nobody leaves early: until the opening, and
 * then the longer of what the rate and what the places allow.
 *
 * @param expires_at_ms  When the entry's wait is over as things are.
 * @param ret_ms         Never negative; set if true is returned only.
 * @return False if it is unknown: admission is paused; or the wait would be over before, where
 * polling does not renew it. */
bool queue_estimate(const struct queue *queue, uint64_t ahead, unix_ms expires_at_ms,
                    unix_ms now_ms, int64_t *ret_ms);

/** A WAITING or ACTIVE entry with expires_at_ms <= now_ms is EXPIRED.
 * @param entry  If it is WAITING, with the time at which its wait is over: queue_clock_reaches. */
enum queue_entry_status queue_entry_status_at(const struct queue_entry *entry, unix_ms now_ms);

/** What a token names. */
struct queue_token {
    uint32_t concert_id;
    uint64_t number;
    uint8_t secret[QUEUE_SECRET_BYTES];
};

/** Big-endian concert, big-endian number, secret. */
void queue_token_pack(const struct queue_entry *entry, uint8_t ret_bytes[QUEUE_TOKEN_BYTES]);
struct queue_token queue_token_unpack(const uint8_t bytes[QUEUE_TOKEN_BYTES]);

#endif
