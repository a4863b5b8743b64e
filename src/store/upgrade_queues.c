/* upgrade_queues.c -- From format 1 to 2: what waiting clocks need. The records that only grew are
 * read in both forms and written in the new one when they change. */
#include "base/require.h"
#include "store/record.h"
#include "store/records.h"
#include "store/upgrade.h"

/* Takes the runs of one concert, that of the first, out of a list. */
static void split_line(struct timer_list *list, struct timer_list *ret_line)
{
    REQUIRE(list->count >= 1);
    REQUIRE(list->kind == TIMER_WAITING);
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
void upgrade_waiting_timer(struct store_txn *txn, enum tree tree, const struct key *key,
                           struct reader value)
{
    struct timer_list list;
    struct timer_list line;
    REQUIRE(tree == TREE_TIMERS);
    if (key->bytes[0] != TIMER_WAITING) return;
    if (!timer_list_open(txn, key_reader(key), value, &list)) return;
    timer_list_delete(txn, &list);
    while (list.count > 0) {
        split_line(&list, &line);
        REQUIRE(line.count >= 1);
        timer_list_put(txn, &line);
    }
}

/* Lists of this kind have moved to their lines before, so the last batch has none of its own. */
static void arm_line(struct store_txn *txn, const struct store_meta *meta, struct queue *queue)
{
    struct timer_list line;
    if (timer_line_first(txn, queue->concert_id, &line)) queue->line_due_ms = line.due_ms;
    unix_ms due_ms = queue_line_due(queue, meta->now_ms);
    if (due_ms == UNIX_MS_NEVER) return;
    queue->waiting_due_ms = due_ms;
    REQUIRE(due_ms >= 0);
    timer_list_put(txn, &(struct timer_list){.kind = TIMER_WAITING,
                                             .due_ms = due_ms,
                                             .batch = meta->last_batch,
                                             .serial = queue->concert_id,
                                             .count = 1,
                                             .items = {{.run = {queue->concert_id, 1, 0}}}});
}

void upgrade_queue(struct store_txn *txn, enum tree tree, const struct key *key,
                   struct reader value)
{
    struct store_meta meta = meta_get(txn);
    struct reader ids = key_reader(key);
    struct queue queue;
    REQUIRE(tree == TREE_QUEUES);
    (void)value;
    uint32_t concert_id = (uint32_t)reader_big(&ids, sizeof concert_id);
    if (!record_check(txn, &ids) || !queue_get(txn, concert_id, &queue)) return;
    if (queue.policy.admission_paused) queue.paused_at_ms = meta.now_ms;
    queue_set_opening(&queue, concert_sale_opens_at_ms(txn, concert_id), meta.now_ms);
    arm_line(txn, &meta, &queue);
    queue_put(txn, &queue);
}
