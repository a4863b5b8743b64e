/* shop.h -- A store in a folder of its own, and methods called on it one at a time. */
#ifndef TESTS_UNIT_SHOP_H
#define TESTS_UNIT_SHOP_H

#include "onsale/v1/admin.pb-c.h"
#include "rpc/method.h"
#include "server/check/check.h"
#include "server/engine/call.h"
#include "store/records.h"

enum { CONCERT = 7, LAYOUT = 3, SHOW = 70, USER = 1000, OTHER_USER = 1001 };
enum { SHOW_SEATS = 150, SHOW_SEATS_TIER_0 = 100, SHOW_BLOCKS = 3 };

struct shop {
    char *folder;
    struct store *store;
    struct leases *leases;
    struct seat_maps *seat_maps;
    struct arena arena;
    struct rpc_call rpc;
    struct queue_entry entry; /* of the token of the next call */
    bool wait_is_over;
    unix_ms now_ms;
};

void shop_open(struct shop *shop);
void shop_close(struct shop *shop);

/** For cmocka: a shop with the sample, and its end, which may have no violation. */
int shop_setup_stocked(void **state);
int shop_teardown(void **state);

/** For cmocka: the end of a shop whose records were spoilt. */
int shop_teardown_spoilt(void **state);

/** Runs a method in a batch of its own. @param response  Initialised here. */
enum status shop_call(struct shop *shop, const struct method *method, const void *request,
                      void *response);

/** Changes records behind the methods' back. */
void shop_edit(struct shop *shop, void (*edit)(struct store_txn *txn));

/** The field that the last refusal named. */
const char *shop_bad_field(const struct shop *shop);

/** Runs the check. The descriptions live until the next call. */
struct check_report shop_check(struct shop *shop);

/** Changes records behind the methods' back; the check must find this violation. */
void shop_expect_found(struct shop *shop, void (*plant)(struct store_txn *txn),
                       const char *invariant);

/** A small catalogue: two sections, a hundred seats of tier 0 in two rows and fifty of tier 1. */
struct sample {
    Onsale__V1__ImportCatalogueRequest request;
    Onsale__V1__Concert concert;
    Onsale__V1__SeatLayout layout, other_layout;
    Onsale__V1__SeatLayout *layouts[2];
    Onsale__V1__Section sections[2];
    Onsale__V1__Section *section_list[2];
    Onsale__V1__Row rows[3];
    Onsale__V1__Row *row_list[3];
    Onsale__V1__Performance performances[2];
    Onsale__V1__Performance *performance_list[2];
    Onsale__V1__PriceTier tiers[2];
    Onsale__V1__PriceTier *tier_list[2];
};

/** One layout, one performance. The second of each is filled in but not counted. */
void sample_init(struct sample *sample);

/** Imports the sample and creates USER and OTHER_USER. */
void shop_stock(struct shop *shop);

/** USER enters; the token of the next calls is that of the entry. */
void shop_enter(struct shop *shop);

/** USER enters, is let in and holds three seats: 0, 1 and 100. */
void shop_hold(struct shop *shop, uint8_t id);

/** USER pays what was held under this id. */
void shop_pay(struct shop *shop, uint8_t id);

/** An id of sixteen equal bytes. */
struct reservation_id shop_id(uint8_t byte);

#endif
