/* store_promises_test.c -- Who breaks a promise of the store is stopped before anything is written.
 */
#include "tests/store/fixture.h"

#include <pthread.h>
#include <string.h>

#include "base/require.h"
#include "store/cache.h"
#include "store/inside.h"
#include "store/queues.h"
#include "store/record.h"
#include "store/transaction.h"
#include "store/upgrade.h"
#include "tests/lib/broken_promise.h"

enum { CONCERT = 3, PERFORMANCE = 11 };

/* A store in which one write is pending. Each promise is broken in a fork, on a copy of this. */
static struct fixture *fixture;

static struct store *store_of_test(void)
{
    return fixture->store;
}

static void write_with(void (*body)(struct store_txn *txn));

/* --- Transactions ----------------------------------------------------------------------------- */

static void put_a_queue(struct store_txn *txn)
{
    queue_put(txn, &(struct queue){.concert_id = CONCERT});
}

static void put_in_a_read(void)
{
    struct store_txn txn = {.trees = store_of_test()->environment.trees};
    struct read_caches caches;
    caches_lend_read(&caches, &store_of_test()->layouts, &txn);
    put_a_queue(&txn);
}

static void *commit_here(void *context)
{
    store_commit(context);
    return NULL;
}

static void commit_by_another_thread(void)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, commit_here, store_of_test()) == 0);
    pthread_join(thread, NULL);
}

static void write_without_the_lock(void)
{
    store_of_test()->lock_fd = -1;
    write_with(put_a_queue);
}

static void read_before_it_is_open(void)
{
    store_of_test()->is_open = false;
    store_read(store_of_test(), NULL, NULL);
}

static void fail_for_no_reason(struct store_txn *txn)
{
    store_txn_fail(txn, STATUS_OK);
}

static void fail_with_ok(void)
{
    write_with(fail_for_no_reason);
}

static void begin_twice(struct store_txn *txn)
{
    (void)txn;
    write_with(put_a_queue);
}

static void write_in_a_write(void)
{
    write_with(begin_twice);
}

/* --- Order ------------------------------------------------------------------------------------ */

static void flush_more_than_was_executed(void)
{
    store_of_test()->flushed = store_executed(store_of_test()) + 1;
    store_flush(store_of_test());
}

static void commit_less_than_before(void)
{
    store_of_test()->committed = store_executed(store_of_test()) + 1;
    store_commit(store_of_test());
}

static void put_the_past(struct store_txn *txn)
{
    struct store_meta meta = meta_get(txn);
    meta.now_ms--;
    meta_put(txn, &meta);
}

static void go_back_in_time(void)
{
    write_with(put_the_past);
}

static void append_an_old_event(struct store_txn *txn)
{
    event_append(txn, &(struct event){.number = 1, .kind = EVENT_USER_CREATED});
}

static void number_an_event_twice(void)
{
    write_with(append_an_old_event);
}

/* --- Records ---------------------------------------------------------------------------------- */

static void put_a_long_key(struct store_txn *txn)
{
    struct key key = {0};
    (void)txn;
    while (true)
        key_add_u64(&key, 1);
}

static void make_a_key_too_long(void)
{
    write_with(put_a_long_key);
}

static void put_without_room(struct store_txn *txn)
{
    uint8_t bytes[RECORD_HEAD_BYTES - 1];
    record_writer(txn, bytes, sizeof bytes);
}

static void leave_no_room_for_a_head(void)
{
    write_with(put_without_room);
}

static void fill_twice(struct store_txn *txn)
{
    struct queue queue = {.concert_id = CONCERT};
    cache_fill(txn, CACHE_QUEUES, (struct cache_key){0, CONCERT, CONCERT}, &queue);
}

static void cache_what_is_cached(void)
{
    write_with(fill_twice);
}

static void put_line_of_nobody(struct store_txn *txn)
{
    timer_list_put(txn, &(struct timer_list){.kind = TIMER_LINE, .count = 1});
}

static void put_a_line_without_a_concert(void)
{
    write_with(put_line_of_nobody);
}

static void put_no_timers(struct store_txn *txn)
{
    timer_list_put(txn, &(struct timer_list){.kind = TIMER_HOLD});
}

static void put_an_empty_list(void)
{
    write_with(put_no_timers);
}

static void put_gaps(struct store_txn *txn)
{
    struct ticket tickets[] = {{.id = 1, .user_id = 1}, {.id = 3, .user_id = 1}};
    tickets_put(txn, tickets, 2);
}

static void put_tickets_with_a_gap(void)
{
    write_with(put_gaps);
}

static void put_an_empty_block(struct store_txn *txn)
{
    seat_block_put(txn, PERFORMANCE, 0, &(struct seat_block){.version = 1});
}

static void put_a_block_without_seats(void)
{
    write_with(put_an_empty_block);
}

static void put_tickets_for_two(struct store_txn *txn)
{
    struct ticket tickets[] = {{.id = 1, .user_id = 1}, {.id = 2, .user_id = 2}};
    tickets_put(txn, tickets, 2);
}

static void put_tickets_of_two_users(void)
{
    write_with(put_tickets_for_two);
}

static void put_debts(struct store_txn *txn)
{
    wallet_put(txn, &(struct wallet){.user_id = 1, .balance = -1});
}

static void let_a_user_owe(void)
{
    write_with(put_debts);
}

static void put_no_seats(struct store_txn *txn)
{
    reservation_put(txn, &(struct reservation){.id = {{1}}, .status = RESERVATION_HELD});
}

static void put_a_reservation_of_nothing(void)
{
    write_with(put_no_seats);
}

static void put_a_nameless_entry(struct store_txn *txn)
{
    queue_entry_put(txn, &(struct queue_entry){
                             .concert_id = CONCERT, .user_id = 1, .status = QUEUE_ENTRY_ACTIVE});
}

static void put_an_entry_without_a_number(void)
{
    write_with(put_a_nameless_entry);
}

static void cache_under_another_key(struct store_txn *txn)
{
    struct queue queue = {.concert_id = CONCERT};
    cache_put(txn, CACHE_QUEUES, (struct cache_key){0, CONCERT + 1, CONCERT + 1}, &queue);
}

static void log_under_another_key(void)
{
    write_with(cache_under_another_key);
}

static void put_as_an_older_server(struct store_txn *txn)
{
    uint8_t bytes[RECORD_HEAD_BYTES + 1];
    struct key key = {0};
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    key_add_u32(&key, CONCERT);
    value.format = STORE_FORMAT_OLDEST;
    record_put(txn, TREE_QUEUES, &key, &value);
}

static void write_an_older_format(void)
{
    write_with(put_as_an_older_server);
}

/* --- Upgrades and the journal ----------------------------------------------------------------- */

static void upgrade_another_tree(struct store_txn *txn)
{
    struct key key = {0};
    key_add_u32(&key, CONCERT);
    upgrade_queue(txn, TREE_EVENTS, &key, reader_make(NULL, 0));
}

static void give_a_step_another_tree(void)
{
    write_with(upgrade_another_tree);
}

static void log_no_change(struct store_txn *txn)
{
    uint8_t bytes[1];
    struct key key = {0};
    struct writer nothing = writer_make(bytes, sizeof bytes);
    key_add_u64(&key, 1);
    record_log_change(txn, TREE_SEATS, &key, &nothing);
}

static void log_a_change_of_nothing(void)
{
    write_with(log_no_change);
}

/* --- Snapshots and checkpoints ---------------------------------------------------------------- */

static void give_back_twice(void)
{
    MDB_txn *snapshot;
    REQUIRE(readers_take(&store_of_test()->readers, &snapshot) == STATUS_OK);
    readers_give_back(&store_of_test()->readers, snapshot);
    readers_give_back(&store_of_test()->readers, snapshot);
}

static void free_the_cache_of_a_read(void)
{
    struct cache cache;
    struct cache_slot slot;
    struct queue queue;
    cache_init_slot(&cache, &queues_cache, &slot, &queue);
    cache_deinit(&cache);
}

static void begin_a_checkpoint_twice(void)
{
    checkpoint_begin(&store_of_test()->checkpoints);
    checkpoint_begin(&store_of_test()->checkpoints);
}

static void close_while_a_read_goes_on(void)
{
    MDB_txn *snapshot;
    REQUIRE(readers_take(&store_of_test()->readers, &snapshot) == STATUS_OK);
    readers_deinit(&store_of_test()->readers);
}

static void pre_write_nothing(void)
{
    bool is_written;
    store_pre_write(store_of_test(), 0, &is_written);
}

static const struct broken_promise promises[] = {
    {"a_read_puts_nothing", "txn->may_write", put_in_a_read},
    {"another_thread_than_the_writer_commits_nothing", "is_writer(store)",
     commit_by_another_thread},
    {"nothing_is_written_without_the_lock_of_the_folder", "store->lock_fd >= 0",
     write_without_the_lock},
    {"nothing_is_read_before_the_store_is_open", "store->is_open", read_before_it_is_open},
    {"a_failure_has_a_reason", "failure != STATUS_OK", fail_with_ok},
    {"a_write_does_not_begin_in_another_one", "txn->redo == NULL", write_in_a_write},
    {"no_more_is_flushed_than_was_executed", "flushed <= number", flush_more_than_was_executed},
    {"what_is_committed_does_not_go_back", "atomic_load(&store->committed) <= number",
     commit_less_than_before},
    {"the_time_of_batches_does_not_go_back", "meta->now_ms >= before.now_ms", go_back_in_time},
    {"an_event_number_is_not_used_twice", "is_beyond || store_txn_failure(txn) != STATUS_OK",
     number_an_event_twice},
    {"a_key_is_not_longer_than_its_room", "size <= KEY_BYTES_MAX - key->size", make_a_key_too_long},
    {"a_record_has_room_for_its_head", "size >= RECORD_HEAD_BYTES", leave_no_room_for_a_head},
    {"what_is_cached_is_not_cached_from_the_tree", "!is_in(cache, key)", cache_what_is_cached},
    {"a_line_has_a_concert", "(list->kind == TIMER_LINE) == (list->concert_id != 0)",
     put_a_line_without_a_concert},
    {"a_list_of_timers_is_not_empty", "list->count >= 1", put_an_empty_list},
    {"tickets_of_a_payment_have_consecutive_numbers", "tickets[i].id == tickets[0].id + i",
     put_tickets_with_a_gap},
    {"tickets_of_a_payment_are_of_one_user", "tickets[i].user_id == tickets[0].user_id",
     put_tickets_of_two_users},
    {"no_balance_is_negative", "wallet->balance >= 0", let_a_user_owe},
    {"a_reservation_has_seats", "reservation->seats_count >= 1", put_a_reservation_of_nothing},
    {"an_entry_of_a_queue_has_a_number", "entry->number != 0", put_an_entry_without_a_number},
    {"a_record_is_cached_under_its_own_key", "queue->concert_id == key.low", log_under_another_key},
    {"a_record_is_written_in_the_format_of_the_store", "value->format == format_of(txn)",
     write_an_older_format},
    {"a_step_of_an_upgrade_gets_its_tree", "tree == TREE_QUEUES", give_a_step_another_tree},
    {"a_change_that_is_logged_changes_something", "writer_size(change) > 0",
     log_a_change_of_nothing},
    {"a_snapshot_is_not_given_back_twice", "readers->idle_count < readers->made", give_back_twice},
    {"the_cache_of_a_read_is_not_freed", "cache->items == NULL || cache->slots > 1",
     free_the_cache_of_a_read},
    {"a_block_has_seats", "block->count >= 1", put_a_block_without_seats},
    {"one_checkpoint_is_pending_at_most", "!atomic_load(&checkpoints->is_pending)",
     begin_a_checkpoint_twice},
    {"snapshots_are_given_back_before_they_are_freed", "readers->idle_count == readers->made",
     close_while_a_read_goes_on},
    {"a_piece_of_the_data_file_is_not_empty", "bytes >= 1", pre_write_nothing},
};

static enum status run(struct store_txn *txn, void *context)
{
    void (**body)(struct store_txn * txn) = context;
    (*body)(txn);
    return STATUS_OK;
}

static void write_with(void (*body)(struct store_txn *txn))
{
    store_execute(store_of_test(), run, (void *)&body);
}

static void put_something(struct store_txn *txn)
{
    put_a_queue(txn);
    event_append(txn, &(struct event){.number = 1, .kind = EVENT_USER_CREATED});
    meta_put(txn, &(struct store_meta){.now_ms = 1000, .last_event = 1});
}

static int open_store(void **state)
{
    void *opened = NULL;
    int rc = fixture_set_up(&opened);
    (void)state;
    fixture = opened;
    write_with(put_something);
    return rc;
}

static int close_store(void **state)
{
    void *opened = fixture;
    (void)state;
    return fixture_tear_down(&opened);
}

int main(void)
{
    return broken_promises_run(promises, sizeof promises / sizeof promises[0], open_store,
                               close_store);
}
