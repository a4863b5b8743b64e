/* calls.h -- Calls of the generated client with plain values in and out.
 *
 * All may be used by any thread: they assert nothing. `ret_` values are set on ONSALE_OK only; each
 * may be NULL, as may `ret_error`. */
#ifndef TESTS_E2E_CALLS_H
#define TESTS_E2E_CALLS_H

#include <onsale/onsale.h>

struct queue_token {
    uint8_t bytes[ONSALE_TOKEN_BYTES];
};

struct caller_id {
    uint8_t bytes[ONSALE_ID_BYTES];
};

/** A queue entry without its memory. */
struct place {
    uint64_t number;
    Onsale__V1__QueueEntryStatus status;
    uint32_t position;
};

/** A new id. */
struct caller_id id_make(void);

/** Ids and tokens as they go into a request: borrowed. */
ProtobufCBinaryData id_bytes(const struct caller_id *id);
ProtobufCBinaryData token_bytes(const struct queue_token *token);

/** The policy that tests start from: nobody waits, lifetimes of five minutes. */
Onsale__V1__QueuePolicy policy_open_doors(void);

enum onsale_status call_set_policy(struct onsale_channel *channel, uint32_t concert_id,
                                   const Onsale__V1__QueuePolicy *policy,
                                   struct onsale_error *ret_error);
enum onsale_status call_create_user(struct onsale_channel *channel, uint64_t user_id);
enum onsale_status call_charge(struct onsale_channel *channel, uint64_t user_id,
                               const struct caller_id *charge_id, int64_t amount,
                               int64_t *ret_balance_after, struct onsale_error *ret_error);
enum onsale_status call_balance(struct onsale_channel *channel, uint64_t user_id,
                                int64_t *ret_balance);
enum onsale_status call_enter(struct onsale_channel *channel, uint64_t user_id, uint32_t concert_id,
                              struct queue_token *ret_token, struct place *ret_place);
enum onsale_status call_place(struct onsale_channel *channel, const struct queue_token *token,
                              struct place *ret_place);
enum onsale_status call_leave(struct onsale_channel *channel, const struct queue_token *token,
                              struct place *ret_place);

/** @param ret_expires_at_ms  When the hold ends. */
enum onsale_status call_hold(struct onsale_channel *channel, const struct queue_token *token,
                             const struct caller_id *reservation_id, uint32_t performance_id,
                             const uint32_t *seats, size_t seats_count, int64_t *ret_expires_at_ms,
                             struct onsale_error *ret_error);
enum onsale_status call_cancel(struct onsale_channel *channel, uint64_t user_id,
                               const struct caller_id *reservation_id);
enum onsale_status call_reservation(struct onsale_channel *channel, uint64_t user_id,
                                    const struct caller_id *reservation_id,
                                    Onsale__V1__ReservationStatus *ret_status,
                                    int64_t *ret_expires_at_ms);

/** @param ret_first_ticket  Number of the first ticket. */
enum onsale_status call_pay(struct onsale_channel *channel, uint64_t user_id,
                            const struct caller_id *reservation_id,
                            const struct caller_id *payment_id, uint64_t *ret_first_ticket,
                            struct onsale_error *ret_error);

/** Blocks seats, or unblocks them. */
enum onsale_status call_block(struct onsale_channel *channel, uint32_t performance_id,
                              const uint32_t *seats, size_t seats_count, bool blocked);

/** @param ret_last  Number of the newest event. */
enum onsale_status call_last_event(struct onsale_channel *channel, uint64_t *ret_last);

#endif
