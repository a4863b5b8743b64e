#include "server/check/check.h"

#include "server/check/finding.h"
#include "server/check/index.h"
#include "store/inspect.h"

static void note_finding(void *context, const struct store_finding *finding)
{
    check_found(context, finding->what, "tree %s, key %s", finding->tree, finding->key);
}

/* What can't be read fails the transaction, in which nothing is found any more. */
static enum status check_relations(struct checker *checker)
{
    enum status err = index_build(checker->txn, checker->index);
    if (err == STATUS_OK) {
        check_seats(checker);
        check_money(checker);
        check_queues(checker);
        check_timers(checker);
        check_events(checker);
        check_counters(checker); /* last: it compares with what the others counted */
    }
    index_free(checker->index);
    return err;
}

enum status check_store(struct store_txn *txn, struct arena *arena, unix_ms now_ms,
                        struct check_report *ret_report)
{
    struct check_report report = {0};
    struct index index;
    struct checker checker = {
        .txn = txn, .arena = arena, .now_ms = now_ms, .index = &index, .report = &report};

    bool is_readable = store_inspect(txn, note_finding, &checker);
    enum status err = is_readable ? check_relations(&checker) : STATUS_OK;
    if (err == STATUS_OK && checker.out_of_memory) err = STATUS_OUT_OF_MEMORY;
    if (err == STATUS_OK) *ret_report = report;
    return err;
}
