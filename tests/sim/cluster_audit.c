#include "tests/sim/cluster_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "server/engine/outage.h"
#include "store/records.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/desk.h"

/* --- What must be true ------------------------------------------------------------------------ */

static enum status read_balances(struct store_txn *txn, void *context)
{
    int64_t *balances = context;
    for (uint64_t user = 1; user <= USERS; user++) {
        struct wallet wallet;
        balances[user] = wallet_get(txn, user, &wallet) ? wallet.balance : 0;
    }
    return STATUS_OK;
}

/* What somebody holds from the beginning, and the time of the newest entry. */
struct hold {
    unix_ms now_ms;
    unix_ms until_ms;
};

static enum status read_hold(struct store_txn *txn, void *context)
{
    struct hold *hold = context;
    struct reservation reservation;
    REQUIRE(reservation_get(txn, cluster_hold_id, &reservation));
    REQUIRE(reservation.status == RESERVATION_HELD);
    *hold = (struct hold){meta_get(txn).now_ms, reservation.expires_at_ms};
    return STATUS_OK;
}

/* A store of its own that is shown one entry after the other. */
struct audit {
    struct run *run;
    struct store *store;
    uint64_t first;
    size_t count;
    int64_t (*balances)[USERS + 1]; /* after each entry */
    struct hold hold;
};

/* It lasts longer by each second and more that nobody led for. */
static void check_hold(struct audit *audit, const struct log_entry *entry)
{
    struct hold hold;
    REQUIRE(store_read(audit->store, read_hold, &hold) == STATUS_OK);
    int64_t passed_ms = hold.now_ms - audit->hold.now_ms;
    int64_t lengthened_ms = hold.until_ms - audit->hold.until_ms;
    if (lengthened_ms != (passed_ms >= OUTAGE_MS_MIN ? passed_ms : 0))
        run_complain(audit->run,
                     "at %" PRIu64 " a hold lasts %" PRId64 " ms longer, %" PRId64
                     " after the last",
                     entry->index, lengthened_ms, passed_ms);
    audit->hold = hold;
}

static enum status audit_entry(void *context, const struct log_entry *entry)
{
    struct audit *audit = context;
    enum status err = store_follow(audit->store, entry);
    if (err == STATUS_OK) err = store_commit(audit->store);
    if (err != STATUS_OK) return err;
    check_hold(audit, entry);
    audit->balances = realloc(audit->balances, (audit->count + 1) * sizeof *audit->balances);
    REQUIRE(audit->balances != NULL);
    return store_read(audit->store, read_balances, audit->balances[audit->count++]);
}

static void check_reads(const struct audit *audit)
{
    struct run *run = audit->run;
    for (size_t i = 0; i < run->reads_count; i++) {
        const struct read *read = &run->reads[i];
        uint64_t at = read->index - audit->first;
        if (read->index < audit->first) continue; /* before anything was written */
        if (at >= audit->count)
            run_complain(run, "a read of %" PRIu64 ", which is not in the log", read->index);
        else if (audit->balances[at][read->user_id] != read->balance)
            run_complain(
                run, "at %" PRIu64 " user %" PRIu64 " had %" PRId64 ", a read said %" PRId64,
                read->index, read->user_id, audit->balances[at][read->user_id], read->balance);
    }
}

/* Each charge is of 1, so the sums tell: not less than was acknowledged, nor more than was sent. */
static void check_charges(const struct audit *audit)
{
    struct run *run = audit->run;
    int64_t least[USERS + 1] = {0}, most[USERS + 1] = {0};
    for (size_t i = 0; i < run->charges_count; i++) {
        most[run->charges[i].user_id]++;
        least[run->charges[i].user_id] += run->charges[i].is_acknowledged;
    }
    const int64_t *last = audit->balances[audit->count - 1];
    for (uint64_t user = 1; user <= USERS; user++) {
        int64_t got = last[user] - DESK_BALANCE;
        if (got < least[user] || got > most[user])
            run_complain(run,
                         "user %" PRIu64 " has %" PRId64 " charges, %" PRId64 " were acknowledged "
                         "and %" PRId64 " sent",
                         user, got, least[user], most[user]);
    }
}

static void check_stores(const struct audit *audit)
{
    struct run *run = audit->run;
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        struct node *node = &run->cluster.nodes[i];
        struct log_place place = store_place(node->store);
        const struct role *role = engine_role(node->engine);
        if (role_is_stopped(role))
            run_complain(run, "%s says that it differs at %" PRIu64, node->name,
                         atomic_load(&role->hashes.differs_at));
        run->tally->hashes += hashes_own(node->engine).index > 0;
        int64_t balances[USERS + 1] = {0};
        if (place.index < audit->first + audit->count - 20)
            run_complain(run, "%s has come to %" PRIu64 " of %" PRIu64 " only", node->name,
                         place.index, audit->first + audit->count - 1);
        REQUIRE(store_read(node->store, read_balances, balances) == STATUS_OK);
        if (place.index < audit->first || place.index >= audit->first + audit->count) continue;
        if (memcmp(balances + 1, audit->balances[place.index - audit->first] + 1,
                   USERS * sizeof balances[0]) != 0)
            run_complain(run, "%s differs from the log at %" PRIu64, node->name, place.index);
    }
}

void run_audit(struct run *run, const char *folder, uint64_t index)
{
    struct audit audit = {.run = run, .first = index + 1};
    char *path = temp_folder_make_simulated();
    char problem[STORE_PROBLEM_BYTES];
    temp_folder_copy_file(folder, path, "data.mdb");
    run->tally->trimmed += memory_log_put_back(run->cluster.memory);
    struct log *log = memory_log_open(run->cluster.memory, cluster_shop.bytes);
    struct store_options options = {.path = path,
                                    .map_bytes = 64 << 20,
                                    .room_bytes = 1 << 20,
                                    .journal_bytes = 65536,
                                    .readers_max = 4,
                                    .shop = &cluster_shop,
                                    .log = log};
    REQUIRE(store_open(&options, problem, &audit.store) == STATUS_OK);
    REQUIRE(store_read(audit.store, read_hold, &audit.hold) == STATUS_OK);
    enum status err =
        log_follow(log, store_applied(audit.store), true, audit_entry, &audit, problem);
    if (err != STATUS_OK) run_complain(run, "the log: %s", status_name(err));
    if (audit.count == 0) run_complain(run, "the log is empty");
    if (audit.count > 0) {
        check_reads(&audit);
        check_charges(&audit);
        check_stores(&audit);
    }
    run->tally->entries += audit.count;
    run->tally->takeovers += store_place(audit.store).epoch;
    store_close(audit.store);
    log_close(log);
    free(audit.balances);
    temp_folder_remove(path);
}
