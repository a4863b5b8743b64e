/* arrival.h -- How long bytes have waited in a socket before they were read. Pure.
 *
 * An overloaded server reads late, and the socket does not say since when its bytes wait. So the
 * length of the receive buffer is sampled now and then. A sample, called a mark, says "by this time
 * so many bytes had arrived, read or unread". Bytes that end before a mark had arrived by its time;
 * bytes behind the mark before it had not arrived by that one's. Marks lie MARK_EVERY_NS apart, or
 * a thirty-second of the longest wait, so that a few of them reach far back.
 *
 * After a pause the buffer was empty and a thread waited for it, so new bytes are read at once:
 * they arrived just now. If the thread was busy with other sockets before, or the whole process
 * stood still, as when it was stopped, they may have arrived when that began. */
#ifndef RPC_LISTEN_ARRIVAL_H
#define RPC_LISTEN_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARRIVAL_MARKS_MAX = 64, ARRIVAL_MARK_EVERY_NS = 2 * 1000 * 1000 };

struct arrival_mark {
    uint64_t bytes; /* had come in since the connection was made */
    int64_t at_ns;
};

/** Of one connection. A zeroed one is of a connection that is made now. */
struct arrival {
    uint64_t bytes_read;
    struct arrival_mark passed; /* the last one that was read beyond */
    struct arrival_mark marks[ARRIVAL_MARKS_MAX];
    size_t marks_count;
};

/** Whether it is time to look at the buffer, after it was read. */
bool arrival_wants_mark(const struct arrival *arrival, int64_t now_ns);

/** A moment at which the process did not stand still. */
#define ARRIVAL_NOT_STALLED INT64_MAX

/** @param bytes_unread  In the buffer now.
 * @param stalled_since_ns  When the process, or who reads, began to have no time for it, if it had
 * none until just now. */
void arrival_mark(struct arrival *arrival, uint64_t bytes_unread, int64_t now_ns,
                  int64_t stalled_since_ns);

/** When the byte that is read next came in: at the earliest, give or take the distance of the
 * marks. */
int64_t arrival_of_next_ns(const struct arrival *arrival, int64_t now_ns, int64_t stalled_since_ns);

/** Whether more than was read is known to have come in. */
bool arrival_has_more(const struct arrival *arrival);

/** So many bytes were read. */
void arrival_read(struct arrival *arrival, uint64_t bytes);

#endif
