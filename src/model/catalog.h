/* catalog.h -- Concerts, performances and the rows of a hall, as imported. They never change. */
#ifndef MODEL_CATALOG_H
#define MODEL_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"

struct concert {
    uint32_t id;
    char title[LONG_NAME_BYTES_MAX + 1];
    char artist[LONG_NAME_BYTES_MAX + 1];
    char venue[LONG_NAME_BYTES_MAX + 1];
};

struct price_tier {
    char name[NAME_BYTES_MAX + 1];
    int64_t price;  /* of one seat, 0..SEAT_PRICE_MAX */
    uint32_t seats; /* in all */
};

enum { CURRENCY_BYTES = 3 }; /* a code of ISO 4217 */

/** Of performances that name none, and of all before there were others. */
#define CURRENCY_DEFAULT "KRW"

struct performance {
    uint32_t id;
    uint32_t concert_id;
    uint32_t layout_id;
    uint32_t seat_count; /* 1..SEATS_PER_PERFORMANCE_MAX */
    unix_ms starts_at_ms;
    unix_ms sale_opens_at_ms;
    unix_ms sale_closes_at_ms;
    uint32_t tiers_count; /* 1..TIERS_PER_PERFORMANCE_MAX */
    struct price_tier tiers[TIERS_PER_PERFORMANCE_MAX];
    char currency[CURRENCY_BYTES + 1]; /* of its prices */
};

/** What changes of a performance while it is sold. */
struct performance_state {
    uint32_t performance_id;
    uint64_t version; /* number of the event that changed a seat last */
    uint32_t remaining[TIERS_PER_PERFORMANCE_MAX]; /* seats AVAILABLE in the records, per tier */
    bool holding_stopped;                          /* beside a stop of the whole concert */
    bool paying_stopped;
};

/** A row of a hall. The rows of a layout are stored in the order of their first seats. */
struct layout_row {
    uint32_t layout_id;
    uint32_t first_seat_index;
    uint32_t seat_count;
    uint32_t first_number; /* printed on the first seat */
    uint8_t tier;
    uint32_t section_index; /* 0, 1, 2 ...: rows of one section are neighbours */
    char section[NAME_BYTES_MAX + 1];
    char row[ROW_NAME_BYTES_MAX + 1];
    uint32_t
        first_wheelchair_number; /* printed on the first place for a wheelchair; 0: see below */
    uint32_t wheelchair_count;   /* such places, which follow one another; 0 if there are none */
};

/** Whether a seat of a row is a place for a wheelchair. */
static inline bool layout_row_has_wheelchair(const struct layout_row *row, uint32_t seat_index)
{
    uint32_t number = row->first_number + (seat_index - row->first_seat_index);
    return number >= row->first_wheelchair_number &&
           number - row->first_wheelchair_number < row->wheelchair_count;
}

/** Whether seats can be held now.
 * @return STATUS_OK; STATUS_SALE_NOT_OPEN; STATUS_SALE_CLOSED. Pure. */
enum status performance_check_on_sale(const struct performance *performance, unix_ms now_ms);

#endif
