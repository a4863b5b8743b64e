#include "store/upgrade.h"

#include "store/records.h"
#include "store/transaction.h"

/* Takes the runs of one concert, that of the first, out of a list. */
static void split_line(struct timer_list *list, struct timer_list *ret_line)
{
    uint32_t others = 0;
    *ret_line = (struct timer_list){
        .kind = TIMER_LINE,
        .concert_id = list->items[0].run.concert_id,
        .due_ms = list->due_ms,
        .batch = list->batch,
        .serial = list->serial,
    };
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].run.concert_id == ret_line->concert_id)
            ret_line->items[ret_line->count++] = list->items[i];
        else
            list->items[others++] = list->items[i];
    list->count = others;
}

/* The waiting clock of every queue was the time so far: what was due then is due on it. */
static void move_waiting_timers(struct store_txn *txn)
{
    struct timer_list list;
    struct timer_list line;
    while (timer_list_first(txn, TIMER_WAITING, &list)) {
        timer_list_delete(txn, &list);
        while (list.count > 0) {
            split_line(&list, &line);
            timer_list_put(txn, &line);
        }
    }
}

static void arm_line(struct store_txn *txn, const struct store_meta *meta, struct queue *queue)
{
    struct timer_list line;
    if (timer_line_first(txn, queue->concert_id, &line)) queue->line_due_ms = line.due_ms;
    unix_ms due_ms = queue_line_due(queue, meta->now_ms);
    if (due_ms == UNIX_MS_NEVER) return;
    queue->waiting_due_ms = due_ms;
    timer_list_put(txn, &(struct timer_list){.kind = TIMER_WAITING,
                                             .due_ms = due_ms,
                                             .batch = meta->last_batch,
                                             .serial = queue->concert_id,
                                             .count = 1,
                                             .items = {{.run = {queue->concert_id, 1, 0}}}});
}

static void upgrade_queue(struct store_txn *txn, const struct store_meta *meta, uint32_t concert_id)
{
    struct queue queue;
    if (!queue_get(txn, concert_id, &queue)) return;
    if (queue.policy.admission_paused) queue.paused_at_ms = meta->now_ms;
    queue_set_opening(&queue, concert_sale_opens_at_ms(txn, concert_id), meta->now_ms);
    arm_line(txn, meta, &queue);
    queue_put(txn, &queue);
}

enum status upgrade_body(struct store_txn *txn, void *context)
{
    struct store_meta meta = meta_get(txn);
    uint32_t concert_id = 0;
    (void)context;
    move_waiting_timers(txn);
    while ((concert_id = queue_next_id(txn, concert_id)) != 0)
        upgrade_queue(txn, &meta, concert_id);
    meta.last_batch++; /* its timers have a batch of their own */
    meta_put(txn, &meta);
    meta_format_put(txn, STORE_FORMAT_VERSION);
    return STATUS_OK;
}
