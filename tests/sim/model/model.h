/* model.h -- The reference: what the answers must be, in the most obvious way.
 *
 * Written from the contract (the comments of the .proto files), apart from the server: arrays,
 * linear scans, no records, no timers. Expiry is always a comparison with `now_ms`. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"
#include "onsale/v1/admin.pb-c.h"
#include "onsale/v1/catalog.pb-c.h"
#include "onsale/v1/payment.pb-c.h"
#include "onsale/v1/queue.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"

enum {
    MODEL_USERS_MAX = 64,
    MODEL_CONCERTS_MAX = 8,
    MODEL_PERFORMANCES_MAX = 16,
    MODEL_SEATS_MAX = 400,
    MODEL_ENTRIES_MAX = 16 * 1024,
    MODEL_RESERVATIONS_MAX = 16 * 1024,
    MODEL_LEDGER_MAX = 16 * 1024,
    MODEL_PAGES_MAX = 256,
    MODEL_TOKEN_BYTES = 28,
    MODEL_PAGE_TOKEN_BYTES = 128,
    MODEL_BACKUPS_MAX = 16,
    MODEL_BACKUP_NAME_BYTES = 32,
};

struct model_entry {
    uint64_t number;
    uint64_t user_id;
    uint8_t token[MODEL_TOKEN_BYTES]; /* learned from the first answer that shows it */
    bool token_known;
    Onsale__V1__QueueEntryStatus status; /* as of the last batch: ask model_entry_status */
    unix_ms entered_at_ms;
    unix_ms expires_at_ms; /* of WAITING during a pause: as if it had not begun */
    unix_ms ended_at_ms;   /* of EXPIRED and LEFT */
    bool purged;           /* the server was seen to have forgotten it */
};

struct model_concert {
    Onsale__V1__Concert *concert;
    Onsale__V1__QueuePolicy policy;
    int64_t credit_milli; /* thousandths of an admission */
    unix_ms credit_at_ms;
    unix_ms paused_at_ms; /* while policy.admission_paused */
    bool holding_stopped;
    bool paying_stopped;
    size_t entries_count;
    struct model_entry entries[MODEL_ENTRIES_MAX]; /* entry number n is at n - 1 */
};

struct model_reservation {
    uint8_t id[ID_BYTES];
    uint64_t user_id;
    uint32_t concert_id;
    uint32_t performance_id;
    Onsale__V1__ReservationStatus
        status; /* HELD, PAID or CANCELLED: ask model_reservation_status */
    size_t seats_count;
    uint32_t seats[SEATS_PER_HOLD_MAX];
    int64_t total_price;
    unix_ms held_at_ms;
    unix_ms expires_at_ms;
    uint8_t payment_id[ID_BYTES];
};

struct model_seat {
    bool blocked;
    const struct model_reservation *newest; /* that took it; NULL if none did */
};

struct model_performance {
    Onsale__V1__Performance *performance;
    Onsale__V1__SeatLayout *layout;
    uint32_t seats_count;
    struct model_seat seats[MODEL_SEATS_MAX];
    bool holding_stopped;
    bool paying_stopped;
};

/** A change of a balance; the tickets of a payment are numbered from first_ticket on. */
struct model_change {
    uint64_t user_id;
    uint8_t id[ID_BYTES];
    int64_t amount;
    int64_t balance_after;
    unix_ms created_at_ms;
    const struct model_reservation *reservation; /* of a payment */
    uint64_t first_ticket;
};

/** A page token that the server gave out, and the key of the last thing on the page before. */
struct model_page {
    char token[MODEL_PAGE_TOKEN_BYTES];
    uint8_t after[ID_BYTES];
};

struct model {
    unix_ms now_ms;
    int64_t jumped_ms;       /* the system clock jumped ahead by so much and is not confirmed */
    int64_t behind_ms;       /* it is so far behind now_ms */
    int64_t batch_jumped_ms; /* it had so far when the batch began, which refuses writes */
    struct arena kept;       /* the catalogue */
    size_t users_count;
    uint64_t users[MODEL_USERS_MAX];
    bool users_blocked[MODEL_USERS_MAX];
    size_t concerts_count;
    struct model_concert concerts[MODEL_CONCERTS_MAX];
    size_t performances_count;
    struct model_performance performances[MODEL_PERFORMANCES_MAX];
    size_t reservations_count;
    struct model_reservation reservations[MODEL_RESERVATIONS_MAX];
    size_t changes_count;
    struct model_change changes[MODEL_LEDGER_MAX];
    uint64_t last_ticket;
    size_t pages_count; /* ever learned: the newest MODEL_PAGES_MAX are kept */
    struct model_page pages[MODEL_PAGES_MAX];
    const char *backups_folder; /* where backups are made: it is there, and was empty */
    size_t backups_count;
    char backups[MODEL_BACKUPS_MAX][MODEL_BACKUP_NAME_BYTES]; /* in that folder */
};

/** What the server must answer. */
struct answer {
    struct arena *arena;
    bool is_trusted; /* asked on the admin socket */
    enum status status;
    enum status or_status;         /* as good, where the contract leaves a choice */
    ProtobufCMessage *response;    /* unless refused */
    bool response_is_free;         /* the contract does not say what is in it */
    uint8_t page_after[ID_BYTES];  /* what next_page_token, if there is one, stands for */
    Onsale__V1__SeatsTaken *taken; /* the detail of SEAT_TAKEN */
    struct model_entry *purgeable; /* may be forgotten: TOKEN_UNKNOWN is as good */
    struct model_entry *shown;     /* whose token the answer tells */
    Onsale__V1__GetStatsResponse
        *copied;          /* what a server that is started on the backup must say, */
    unix_ms copied_at_ms; /* at this moment */
};

/** Executes a request at model->now_ms.
 * @return STATUS_OK, or the refusal; `or_status` is set by the caller to the same. */
typedef enum status model_handler(struct model *model, const void *request, void *response,
                                  struct answer *answer);

struct model *model_open(unix_ms now_ms);
void model_close(struct model *model);

/** Begins a batch: what is over ends, and who may be admitted is. */
void model_begin_batch(struct model *model, unix_ms now_ms);

/** The server started again: polls are forgotten, every entry that waits counts as polled now. */
void model_restart(struct model *model, unix_ms now_ms);

/** When a batch would change something by itself; UNIX_MS_NEVER if nothing is in sight. */
unix_ms model_next_change(const struct model *model);

/* --- users.c ---------------------------------------------------------------------------------- */

bool model_user_id_is_valid(uint64_t user_id);
bool model_id_is_valid(ProtobufCBinaryData id);
bool model_user_is_known(const struct model *model, uint64_t user_id);
/** Of a user that is known. */
bool *model_user_block(struct model *model, uint64_t user_id);
int64_t model_balance(const struct model *model, uint64_t user_id);
/** Whoever's it is. */
const struct model_change *model_find_change(const struct model *model, ProtobufCBinaryData id);
struct model_change *model_add_change(struct model *model, uint64_t user_id, ProtobufCBinaryData id,
                                      int64_t amount);

/* --- pages.c ---------------------------------------------------------------------------------- */

/** Remembers a page token that the server gave out. */
void model_learn_page(struct model *model, const char *token, const uint8_t after[ID_BYTES]);

/** Where a page begins.
 * @param ret_after  Key of the last thing of the page before; zeros for the first page.
 * @return STATUS_OK; STATUS_PAGE_TOKEN_INVALID. */
enum status model_open_page(const struct model *model, const char *token,
                            uint8_t ret_after[ID_BYTES]);

/** 50 for 0, 100 for more. */
size_t model_page_size(uint32_t page_size);

/** A number as the key of a page. */
void model_put_page_number(uint8_t after[ID_BYTES], uint64_t number);
uint64_t model_page_number(const uint8_t after[ID_BYTES]);

/* --- catalogue.c, import.c -------------------------------------------------------------------- */

struct model_concert *model_find_concert(struct model *model, uint32_t concert_id);
struct model_performance *model_find_performance(struct model *model, uint32_t performance_id);
Onsale__V1__SeatState model_seat_state(const struct model *model,
                                       const struct model_performance *performance,
                                       uint32_t seat_index);
/** The seat with its labels. */
Onsale__V1__Seat *model_seat(struct arena *arena, const struct model_performance *performance,
                             uint32_t seat_index);
uint32_t model_layout_seats(const Onsale__V1__SeatLayout *layout);
int64_t model_seat_price(const struct model_performance *performance, uint32_t seat_index);

/** Checks the seats of a request.
 * @return STATUS_OK; STATUS_SEAT_OUT_OF_RANGE. */
enum status model_check_range(const struct model_performance *performance, const uint32_t *seats,
                              size_t count);
/** @return STATUS_OK; STATUS_SEAT_REPEATED. */
enum status model_check_repeats(const uint32_t *seats, size_t count);

/* --- queue.c ---------------------------------------------------------------------------------- */

Onsale__V1__QueueEntryStatus model_entry_status(const struct model *model,
                                                const struct model_concert *concert,
                                                const struct model_entry *entry);
/** The newest entry of a user. @return NULL if there is none. */
struct model_entry *model_newest_entry(struct model_concert *concert, uint64_t user_id);
uint32_t model_count_entries(const struct model_concert *concert,
                             Onsale__V1__QueueEntryStatus status);
void model_end_entry(struct model_entry *entry, Onsale__V1__QueueEntryStatus status,
                     unix_ms ended_at_ms);
/** @return STATUS_OK; STATUS_TOKEN_MISSING; STATUS_TOKEN_UNKNOWN. */
enum status model_find_token(struct model *model, ProtobufCBinaryData token, struct answer *answer,
                             struct model_concert **ret_concert, struct model_entry **ret_entry);
/** @return STATUS_OK; STATUS_TOKEN_NOT_ACTIVE; STATUS_TOKEN_EXPIRED. */
enum status model_check_active(const struct model *model, const struct model_concert *concert,
                               const struct model_entry *entry);

/* --- admission.c ------------------------------------------------------------------------------ */

/** Admits everybody who may be. */
void model_admit(struct model *model);
/** Credit that there will be at a moment, under the policy as it is. */
int64_t model_credit_at(const struct model_concert *concert, unix_ms now_ms);
/** Earns credit under the policy as it is. */
void model_earn_credit(struct model_concert *concert, unix_ms now_ms);
/** When admission begins; in the past if it has. */
unix_ms model_opens_at(const struct model *model, const struct model_concert *concert);
/** The moment from which a wait that begins now counts: the opening if that is to come; during a
 * pause as if it had not begun. */
unix_ms model_wait_begins(const struct model *model, const struct model_concert *concert);
/** After a change of the pause or the opening: leaves everybody who waits what was left.
 * @param begins_ms  model_wait_begins before the change. */
void model_shift_waits(const struct model *model, struct model_concert *concert, unix_ms begins_ms);
/** Whether the time is up; during a pause it stands. */
bool model_wait_is_over(const struct model *model, const struct model_concert *concert,
                        const struct model_entry *entry);

/* --- reservations.c --------------------------------------------------------------------------- */

Onsale__V1__ReservationStatus model_reservation_status(const struct model *model,
                                                       const struct model_reservation *reservation);
struct model_reservation *model_find_reservation(struct model *model, ProtobufCBinaryData id);
/** Of the user. @return NULL also for another user's. */
struct model_reservation *model_find_own_reservation(struct model *model, uint64_t user_id,
                                                     ProtobufCBinaryData id);
void model_present_reservation(struct arena *arena, struct model *model,
                               const struct model_reservation *reservation,
                               Onsale__V1__ReservationStatus status, Onsale__V1__Reservation *ret);

#endif
