#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/present.h"
#include "tests/unit/shop/shop.h"

enum { NOW_MS = 5000, FIRST = 11, WAITING = 3 };

static void in_store(void (*body)(struct store_txn *txn))
{
    struct shop shop;
    shop_open(&shop);
    shop_stock(&shop);
    shop_edit(&shop, body);
    shop_close(&shop);
}

static void look_at_places(struct store_txn *txn)
{
    struct arena arena;
    struct queue queue = queue_make(CONCERT, queue_policy_default(), 0, NOW_MS);
    struct queue_entry entry = {.concert_id = CONCERT,
                                .number = FIRST + WAITING - 1,
                                .status = QUEUE_ENTRY_WAITING,
                                .expires_at_ms = NOW_MS + 1};
    arena_init(&arena, 4096);
    for (uint64_t number = FIRST; number < FIRST + WAITING; number++)
        queue_rank_add(txn, CONCERT, number);

    Onsale__V1__QueueEntry *shown = present_queue_entry(&arena, txn, &queue, &entry, 1, NOW_MS);
    assert_int_equal(shown->ahead, WAITING - 2);
    assert_int_equal(shown->position, WAITING - 1);
    assert_int_equal(shown->remaining_ms, 1);

    shown = present_queue_entry(&arena, txn, &queue, &entry, 1, NOW_MS + 1);
    assert_int_equal(shown->status, QUEUE_ENTRY_EXPIRED);
    assert_int_equal(shown->position, 0);
    assert_int_equal(shown->remaining_ms, 0);
    arena_deinit(&arena);
}

static void those_whose_time_is_up_are_not_ahead(void **state)
{
    (void)state;
    in_store(look_at_places);
}

static void look_at_seat(struct store_txn *txn)
{
    struct performance performance;
    assert_true(performance_get(txn, SHOW, &performance));
    for (size_t quota = 0;; quota++) {
        struct arena arena;
        arena_init(&arena, quota);
        Onsale__V1__Seat *seat = present_seat(&arena, txn, &performance, SHOW_SEATS - 1);
        if (seat != NULL) {
            assert_int_equal(seat->number, 50);
            assert_int_equal(seat->tier_index, 1);
            assert_true(quota > sizeof *seat);
        }
        arena_deinit(&arena);
        if (seat != NULL) return;
    }
}

static void a_seat_is_whole_or_not_shown_at_all(void **state)
{
    (void)state;
    in_store(look_at_seat);
}

static void an_event_names_only_what_it_is_about(void **state)
{
    struct arena arena;
    struct event event = {.number = 4,
                          .kind = EVENT_SEATS_HELD,
                          .record_id = {1},
                          .seats_count = 2,
                          .seat_indexes = {8, 9}};
    (void)state;
    arena_init(&arena, 4096);
    const Onsale__V1__Event *shown = present_event(&arena, &event);
    assert_int_equal(shown->kind, ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD);
    assert_int_equal(shown->record_id.len, ID_BYTES);
    assert_int_equal(shown->payment_id.len, 0);
    assert_int_equal(shown->n_seat_indexes, 2);
    assert_int_equal(shown->seat_indexes[1], 9);
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_whose_time_is_up_are_not_ahead),
        cmocka_unit_test(a_seat_is_whole_or_not_shown_at_all),
        cmocka_unit_test(an_event_names_only_what_it_is_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
