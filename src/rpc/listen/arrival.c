#include "rpc/listen/arrival.h"

#include <string.h>

/* Of the longest wait, from one mark to the next. */
enum { MARKS_PER_WAIT = 32 };

static const struct arrival_mark *newest_mark(const struct arrival *arrival)
{
    return arrival->marks_count == 0 ? &arrival->passed : &arrival->marks[arrival->marks_count - 1];
}

bool arrival_has_more(const struct arrival *arrival)
{
    return newest_mark(arrival)->bytes > arrival->bytes_read;
}

bool arrival_wants_mark(const struct arrival *arrival, int64_t now_ns)
{
    const struct arrival_mark *newest = newest_mark(arrival);
    if (arrival->marks_count == 0 && arrival->bytes_read >= newest->bytes) return true;
    int64_t every_ns = ARRIVAL_MARK_EVERY_NS;
    if (arrival->marks_count > 0) {
        int64_t wait_ns = now_ns - arrival->marks[0].at_ns;
        if (wait_ns / MARKS_PER_WAIT > every_ns) every_ns = wait_ns / MARKS_PER_WAIT;
    }
    return now_ns - newest->at_ns >= every_ns;
}

/* Marks that can't be true are of another connection that had the same descriptor. */
static void forget_untrue(struct arrival *arrival, uint64_t bytes)
{
    if (newest_mark(arrival)->bytes <= bytes) return;
    arrival->marks_count = 0;
    arrival->passed = (struct arrival_mark){0};
}

/* Keeps every second mark, and the first. */
static void thin_out(struct arrival *arrival)
{
    arrival->marks_count /= 2;
    for (size_t i = 1; i < arrival->marks_count; i++)
        arrival->marks[i] = arrival->marks[2 * i];
}

/* Since when what is there now may have been there, if it was not before. */
static int64_t may_have_come_ns(const struct arrival *arrival, int64_t now_ns,
                                int64_t stalled_since_ns)
{
    int64_t not_there_ns = newest_mark(arrival)->at_ns;
    if (stalled_since_ns >= now_ns) return now_ns;
    return stalled_since_ns > not_there_ns ? stalled_since_ns : not_there_ns;
}

void arrival_mark(struct arrival *arrival, uint64_t bytes_unread, int64_t now_ns,
                  int64_t stalled_since_ns)
{
    uint64_t bytes = arrival->bytes_read + bytes_unread;
    forget_untrue(arrival, bytes);
    if (bytes_unread == 0) {
        arrival->marks_count = 0;
        arrival->passed = (struct arrival_mark){bytes, now_ns};
        return;
    }
    int64_t at_ns = may_have_come_ns(arrival, now_ns, stalled_since_ns);
    if (arrival->marks_count == ARRIVAL_MARKS_MAX) thin_out(arrival);
    arrival->marks[arrival->marks_count++] = (struct arrival_mark){bytes, at_ns};
}

int64_t arrival_of_next_ns(const struct arrival *arrival, int64_t now_ns, int64_t stalled_since_ns)
{
    if (arrival->marks_count == 0) return may_have_come_ns(arrival, now_ns, stalled_since_ns);
    int64_t there_ns = arrival->marks[0].at_ns;
    int64_t not_there_ns = arrival->passed.at_ns;
    int64_t early_ns = there_ns - ARRIVAL_MARK_EVERY_NS;
    if (not_there_ns > early_ns) return not_there_ns;
    /* Marks lie far apart because of a long wait, or because nothing came. */
    int64_t apart_ns = there_ns - not_there_ns;
    bool was_waiting = apart_ns <= (now_ns - there_ns) / (MARKS_PER_WAIT / 2);
    return was_waiting ? not_there_ns : there_ns;
}

void arrival_read(struct arrival *arrival, uint64_t bytes)
{
    size_t passed = 0;
    arrival->bytes_read += bytes;
    while (passed < arrival->marks_count && arrival->marks[passed].bytes <= arrival->bytes_read)
        passed++;
    if (passed == 0) return;
    arrival->passed = arrival->marks[passed - 1];
    arrival->marks_count -= passed;
    memmove(arrival->marks, arrival->marks + passed,
            arrival->marks_count * sizeof arrival->marks[0]);
}
