/* holdings.h -- How many seats of each performance of a concert a user holds or owns: for the
 * purchase limit. The holdings are part of the user's queue entry, so that a hold reads and writes
 * one record less. */
#ifndef MODEL_HOLDINGS_H
#define MODEL_HOLDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"

struct holding {
    uint32_t performance_id;
    uint32_t seats;
    unix_ms expires_at_ms; /* 0: paid for */
};

struct holdings {
    uint32_t count;
    struct holding items[HOLDINGS_PER_ENTRY_MAX];
};

/** Drops the holds that ended. */
void holdings_prune(struct holdings *holdings, unix_ms now_ms);

/** Seats of a performance held at now_ms or paid for. */
uint32_t holdings_seats(const struct holdings *holdings, uint32_t performance_id, unix_ms now_ms);

/** Whether `seats` more fit. Prune first.
 * @return STATUS_OK; STATUS_PURCHASE_LIMIT also if there is no room for another holding. Pure. */
enum status holdings_check_limit(const struct holdings *holdings, uint32_t performance_id,
                                 uint32_t seats, uint32_t purchase_limit, unix_ms now_ms);

/** Adds a hold. There must be room: see holdings_check_limit. */
void holdings_add(struct holdings *holdings, struct holding holding);

/** Removes one hold equal to this, if there is one: equal holds are interchangeable. */
void holdings_remove(struct holdings *holdings, struct holding holding);

/** Has one hold equal to this end later, if there is one. */
void holdings_lengthen(struct holdings *holdings, struct holding holding, unix_ms until_ms);

/** Turns a hold into seats paid for, which are one item per performance. */
void holdings_pay(struct holdings *holdings, struct holding holding);

/** Whether anything is paid for. */
bool holdings_has_paid(const struct holdings *holdings);

#endif
