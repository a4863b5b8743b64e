#include "server/check/check.h"

#include "server/check/finding.h"
#include "server/check/picture.h"

enum status check_store(struct store_txn *txn, struct arena *arena, unix_ms now_ms,
                        struct check_report *ret_report)
{
    struct check_report report = {0};
    struct picture picture;
    struct checker checker = {
        .txn = txn, .arena = arena, .now_ms = now_ms, .picture = &picture, .report = &report};

    enum status err = picture_take(txn, &picture);
    if (err == STATUS_OK) {
        check_seats(&checker);
        check_money(&checker);
        check_queues(&checker);
        check_timers(&checker);
        check_events(&checker);
        check_counters(&checker); /* last: it compares with what the others counted */
        err = checker.out_of_memory ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    }
    picture_free(&picture);
    if (err == STATUS_OK) *ret_report = report;
    return err;
}
