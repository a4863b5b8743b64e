#include "store/inspect.h"

#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "store/catalog_key.h"
#include "store/environment.h"
#include "store/key.h"
#include "store/meta.h"
#include "store/rank_nodes.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"
#include "store/transaction_inside.h"
#include "store/user_key.h"

enum { FINDINGS_PER_TREE_MAX = 8 };

_Static_assert(FINDINGS_PER_TREE_MAX >= 1, "something is told of each tree");

_Static_assert(STORE_FINDING_KEY_BYTES > 2 * KEY_BYTES_MAX, "a key fits in hexadecimal");
_Static_assert((int)STORE_TREES == (int)TREES, "every tree is looked through");

/* What is wrong with a record. */
static const char unknown[] = "record-unknown";
static const char damaged[] = "record-damaged";
static const char newer[] = "record-of-newer-format";
static const char ownerless[] = "record-without-owner";
static const char unreadable[] = "tree-unreadable";

struct inspection {
    struct store_txn *txn;
    enum tree tree;
    unsigned findings; /* in this tree */
    bool is_readable;
    bool is_over; /* LMDB does not read on in a snapshot in which it met a page that is wrong */
    void (*found)(void *context, const struct store_finding *finding);
    void *context;
};

/* --- Keys ------------------------------------------------------------------------------------- */

static uint32_t read_u32(struct reader *key)
{
    return (uint32_t)reader_big(key, sizeof(uint32_t));
}

static uint64_t read_u64(struct reader *key)
{
    return reader_big(key, sizeof(uint64_t));
}

/* A damaged owner is reported in its own tree. */
static const char *owned_by(struct store_txn *txn, bool is_there)
{
    REQUIRE(!store_txn_may_write(txn));
    return store_txn_pass_damage(txn) || is_there ? NULL : ownerless;
}

/* --- The records of each tree: NULL if nothing is wrong with one ------------------------------ */

typedef const char *inspect_record(struct store_txn *txn, struct reader key, struct reader value);

static const char *inspect_meta(struct store_txn *txn, struct reader key, struct reader value)
{
    uint32_t version;
    char needs[STORE_VERSION_BYTES];
    struct store_shop shop;
    size_t size = (size_t)(key.end - key.at);
    (void)value;
    if (size == strlen("format") && memcmp(key.at, "format", size) == 0)
        return meta_format_get(txn, &version) && version == STORE_FORMAT_VERSION ? NULL : damaged;
    if (size == strlen("needs") && memcmp(key.at, "needs", size) == 0)
        return meta_needs_get(txn, needs) ? NULL : damaged;
    if (size == strlen("shop") && memcmp(key.at, "shop", size) == 0)
        return meta_shop_get(txn, &shop) ? NULL : damaged;
    if (size != strlen("counters") || memcmp(key.at, "counters", size) != 0) return unknown;
    meta_get(txn);
    return NULL;
}

static const char *inspect_index(struct store_txn *txn, struct reader key, struct reader value)
{
    struct performance performance;
    uint32_t concert_id = read_u32(&key);
    uint32_t performance_id = read_u32(&key);
    if (!reader_is_whole(&key)) return unknown;
    if (value.at != value.end) return damaged;
    return owned_by(txn, performance_get(txn, performance_id, &performance) &&
                             performance.concert_id == concert_id);
}

static const char *inspect_row(struct store_txn *txn, struct reader key)
{
    struct layout_row row;
    uint32_t layout_id = read_u32(&key);
    uint32_t first_seat = read_u32(&key);
    if (!reader_is_whole(&key)) return unknown;
    return layout_row_from(txn, layout_id, first_seat, &row) && row.first_seat_index == first_seat
               ? NULL
               : damaged;
}

static const char *inspect_performance(struct store_txn *txn, uint32_t performance_id)
{
    struct performance performance;
    struct concert concert;
    if (!performance_get(txn, performance_id, &performance)) return damaged;
    return owned_by(txn, concert_get(txn, performance.concert_id, &concert));
}

static const char *inspect_catalog(struct store_txn *txn, struct reader key, struct reader value)
{
    struct concert concert;
    uint8_t kind = (uint8_t)reader_big(&key, sizeof kind);
    if (kind == CATALOG_PERFORMANCE_OF_CONCERT) return inspect_index(txn, key, value);
    if (kind == CATALOG_LAYOUT_ROW) return inspect_row(txn, key);
    uint32_t id = read_u32(&key);
    if (!reader_is_whole(&key) || id == 0) return unknown;
    if (kind == CATALOG_CONCERT) return concert_get(txn, id, &concert) ? NULL : damaged;
    return kind == CATALOG_PERFORMANCE ? inspect_performance(txn, id) : unknown;
}

static const char *inspect_state(struct store_txn *txn, struct reader key, struct reader value)
{
    struct performance_state state;
    uint32_t performance_id = read_u32(&key);
    (void)value;
    if (!reader_is_whole(&key)) return unknown;
    if (!performance_state_get(txn, performance_id, &state)) return damaged;
    return owned_by(txn, performance_look(txn, performance_id) != NULL);
}

static const char *inspect_seats(struct store_txn *txn, struct reader key, struct reader value)
{
    struct seat_block block;
    uint32_t performance_id = read_u32(&key);
    uint32_t index = read_u32(&key);
    (void)value;
    if (!reader_is_whole(&key)) return unknown;
    if (!seat_block_get(txn, performance_id, index, &block)) return damaged;
    const struct performance *performance = performance_look(txn, performance_id);
    return owned_by(txn, performance != NULL && (uint64_t)index * SEATS_PER_BLOCK + block.count <=
                                                    performance->seat_count);
}

static const char *inspect_reservation(struct store_txn *txn, struct reader key,
                                       struct reader value)
{
    struct reservation_id id;
    struct reservation reservation;
    struct wallet wallet;
    (void)value;
    reader_bytes(&key, id.bytes, ID_BYTES);
    if (!reader_is_whole(&key)) return unknown;
    if (!reservation_get(txn, id, &reservation)) return damaged;
    return owned_by(txn, wallet_get(txn, reservation.user_id, &wallet));
}

static const char *inspect_queue(struct store_txn *txn, struct reader key, struct reader value)
{
    struct queue queue;
    struct concert concert;
    uint32_t concert_id = read_u32(&key);
    (void)value;
    if (!reader_is_whole(&key) || concert_id == 0) return unknown;
    if (!queue_get(txn, concert_id, &queue)) return damaged;
    return owned_by(txn, concert_get(txn, concert_id, &concert));
}

static const char *inspect_entry(struct store_txn *txn, struct reader key, struct reader value)
{
    struct queue_entry entry;
    struct queue queue;
    uint32_t concert_id = read_u32(&key);
    uint64_t number = read_u64(&key);
    (void)value;
    if (!reader_is_whole(&key)) return unknown;
    if (!queue_entry_get(txn, concert_id, number, &entry)) return damaged;
    return owned_by(txn, queue_get(txn, concert_id, &queue));
}

static const char *inspect_queue_user(struct store_txn *txn, struct reader key, struct reader value)
{
    struct queue_entry entry;
    uint64_t number;
    uint32_t concert_id = read_u32(&key);
    uint64_t user_id = read_u64(&key);
    (void)value;
    if (!reader_is_whole(&key)) return unknown;
    if (!queue_user_get(txn, concert_id, user_id, &number)) return damaged;
    return owned_by(txn,
                    queue_entry_get(txn, concert_id, number, &entry) && entry.user_id == user_id);
}

static const char *inspect_rank(struct store_txn *txn, struct reader key, struct reader value)
{
    struct queue queue;
    struct rank_place place = {.concert_id = read_u32(&key)};
    (void)value;
    place.level = (unsigned)reader_big(&key, sizeof(uint8_t));
    place.index = read_u64(&key);
    if (!reader_is_whole(&key) || place.level >= RANK_LEVELS) return unknown;
    if (rank_node_find(txn, place).count == 0) return damaged;
    return owned_by(txn, queue_get(txn, place.concert_id, &queue));
}

static const char *inspect_ledger(struct store_txn *txn, uint64_t user_id, struct reader key)
{
    struct ledger_id id;
    struct ledger_entry entry;
    struct wallet wallet;
    reader_bytes(&key, id.bytes, ID_BYTES);
    if (!reader_is_whole(&key)) return unknown;
    if (!ledger_get(txn, user_id, id, &entry)) return damaged;
    return owned_by(txn, wallet_get(txn, user_id, &wallet));
}

static const char *inspect_tickets(struct store_txn *txn, uint64_t user_id, struct reader key)
{
    struct ticket ticket;
    struct reservation reservation;
    struct wallet wallet;
    uint64_t first_id = read_u64(&key);
    if (!reader_is_whole(&key)) return unknown;
    if (!ticket_get(txn, user_id, first_id, &ticket)) return damaged;
    return owned_by(txn, wallet_get(txn, user_id, &wallet) &&
                             reservation_get(txn, ticket.reservation_id, &reservation));
}

static const char *inspect_user(struct store_txn *txn, struct reader key, struct reader value)
{
    struct wallet wallet;
    uint64_t user_id = read_u64(&key);
    uint8_t kind = (uint8_t)reader_big(&key, sizeof kind);
    (void)value;
    if (kind == USER_LEDGER_ENTRY) return inspect_ledger(txn, user_id, key);
    if (kind == USER_TICKETS) return inspect_tickets(txn, user_id, key);
    if (kind != USER_WALLET || !reader_is_whole(&key)) return unknown;
    return wallet_get(txn, user_id, &wallet) ? NULL : damaged;
}

/* Its other events are read in their order: they have no keys. */
static const char *inspect_events(struct store_txn *txn, struct reader key, struct reader value)
{
    struct event event;
    uint64_t number = read_u64(&key);
    (void)value;
    if (!reader_is_whole(&key) || number == 0) return unknown;
    return event_get(txn, number, &event) ? NULL : damaged;
}

static const char *inspect_timers(struct store_txn *txn, struct reader key, struct reader value)
{
    struct timer_list list;
    if (key.at < key.end && (*key.at < TIMER_HOLD || *key.at >= TIMER_KINDS)) return unknown;
    return timer_list_open(txn, key, value, &list) ? NULL : damaged;
}

static const char *inspect_ledger_id(struct store_txn *txn, struct reader key, struct reader value)
{
    struct ledger_id id;
    struct ledger_entry entry;
    uint64_t user_id;
    (void)value;
    reader_bytes(&key, id.bytes, ID_BYTES);
    if (!reader_is_whole(&key)) return unknown;
    if (!ledger_id_get(txn, id, &user_id)) return damaged;
    return owned_by(txn, ledger_get(txn, user_id, id, &entry));
}

static inspect_record *const inspectors[TREES] = {
    [TREE_META] = inspect_meta,
    [TREE_CATALOG] = inspect_catalog,
    [TREE_PERFORMANCE_STATES] = inspect_state,
    [TREE_SEATS] = inspect_seats,
    [TREE_RESERVATIONS] = inspect_reservation,
    [TREE_QUEUES] = inspect_queue,
    [TREE_QUEUE_ENTRIES] = inspect_entry,
    [TREE_QUEUE_USERS] = inspect_queue_user,
    [TREE_QUEUE_RANKS] = inspect_rank,
    [TREE_USERS] = inspect_user,
    [TREE_EVENTS] = inspect_events,
    [TREE_TIMERS] = inspect_timers,
    [TREE_LEDGER_IDS] = inspect_ledger_id,
};

/* --- All of them ------------------------------------------------------------------------------ */

static void print_key(struct reader key, char *ret_text)
{
    REQUIRE(key.at <= key.end);
    ret_text[0] = '\0';
    for (size_t i = 0; key.at < key.end && 2 * i + 2 < STORE_FINDING_KEY_BYTES; i++, key.at++)
        snprintf(ret_text + 2 * i, 3, "%02x", *key.at);
}

static void report(struct inspection *inspection, const char *what, struct reader key)
{
    REQUIRE(what != NULL);
    REQUIRE(inspection->findings <= FINDINGS_PER_TREE_MAX);
    struct store_finding finding = {.what = what, .tree = tree_name(inspection->tree)};
    print_key(key, finding.key);
    inspection->findings++;
    inspection->found(inspection->context, &finding);
}

/* @return Whether the transaction had failed: it can go on. */
static bool take_failure(struct inspection *inspection)
{
    struct store_txn *txn = inspection->txn;
    if (txn->failure == STATUS_OK || txn->failure == STATUS_OUT_OF_MEMORY) return false;
    inspection->is_over = txn->failure == STATUS_INTERNAL;
    inspection->is_readable = false;
    txn->failure = STATUS_OK;
    return true;
}

/* What any version can read has none. */
static bool has_no_head(enum tree tree, struct reader key)
{
    static const char *const names[] = {"format", "needs", "shop"};
    size_t size = (size_t)(key.end - key.at);
    for (size_t i = 0; tree == TREE_META && i < sizeof names / sizeof names[0]; i++)
        if (size == strlen(names[i]) && memcmp(key.at, names[i], size) == 0) return true;
    return false;
}

/* Takes it off. */
static const char *inspect_head(enum tree tree, struct reader key, struct reader *record)
{
    REQUIRE(tree < TREES);
    if (has_no_head(tree, key)) return NULL;
    switch (record_head_open((uint8_t)tree, key.at, (size_t)(key.end - key.at), record)) {
    case RECORD_HEAD_GOOD:
        return NULL;
    case RECORD_HEAD_NEWER:
        return newer;
    case RECORD_HEAD_DAMAGED:
    default:
        return damaged;
    }
}

static bool inspect_one(void *context, struct reader key, struct reader value)
{
    struct inspection *inspection = context;
    REQUIRE(inspection->txn->failure == STATUS_OK);
    REQUIRE(inspectors[inspection->tree] != NULL);
    REQUIRE(inspection->findings < FINDINGS_PER_TREE_MAX);
    const char *what = inspect_head(inspection->tree, key, &value);
    if (what == NULL) what = inspectors[inspection->tree](inspection->txn, key, value);
    if (take_failure(inspection)) what = damaged;
    if (what != NULL) report(inspection, what, key);
    /* Money without a wallet is in the way of whoever goes from wallet to wallet. */
    if (what != NULL && (what != ownerless || inspection->tree == TREE_USERS))
        inspection->is_readable = false;
    return inspection->txn->failure == STATUS_OK && !inspection->is_over &&
           inspection->findings < FINDINGS_PER_TREE_MAX;
}

static void inspect_all_events(struct inspection *inspection)
{
    REQUIRE(inspection->tree == TREE_EVENTS);
    struct event event = {0};
    while (event_next(inspection->txn, event.number, &event))
        continue;
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)event.number);
    if (take_failure(inspection) && inspection->findings == 0)
        report(inspection, "event-after-this-damaged", reader_make(text, strlen(text)));
}

bool store_inspect(struct store_txn *txn,
                   void (*found)(void *context, const struct store_finding *finding), void *context)
{
    struct inspection inspection = {
        .txn = txn, .is_readable = true, .found = found, .context = context};
    REQUIRE(!txn->may_write);
    REQUIRE(txn->failure == STATUS_OK);
    REQUIRE(found != NULL);
    for (enum tree tree = 0; tree < TREES; tree++) {
        if (txn->failure != STATUS_OK || inspection.is_over) break;
        inspection.tree = tree;
        inspection.findings = 0;
        record_visit(txn, tree, &(struct key){0}, inspect_one, &inspection);
        if (take_failure(&inspection)) report(&inspection, unreadable, reader_make("", 0));
        if (tree == TREE_EVENTS && !inspection.is_over) inspect_all_events(&inspection);
    }
    return inspection.is_readable;
}

uint64_t store_count_records(struct store_txn *txn, unsigned tree, const char **ret_name)
{
    REQUIRE(ret_name != NULL);
    MDB_stat stat = {0};
    REQUIRE(tree < STORE_TREES);
    int rc = mdb_stat(txn->mdb, txn->trees[tree], &stat);
    if (rc != MDB_SUCCESS) store_txn_fail(txn, environment_status(rc));
    *ret_name = tree_name((enum tree)tree);
    return stat.ms_entries;
}
