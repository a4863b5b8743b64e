#include "gateway/sends.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/require.h"
#include "gateway/byte_stream.h"

enum { AT_ONCE_MAX = 256 };

struct sends {
    struct loop *loop;
    struct loop_task run;
    struct io_uring ring;
    struct sending *waiting[AT_ONCE_MAX];
    size_t waiting_count;
    struct sending *sent[AT_ONCE_MAX]; /* those that are to be told */
    int outcomes[AT_ONCE_MAX];
    bool is_telling;
};

/* --- One system call ---------------------------------------------------------------------------
 */

/* Without waiting for anybody: as send does it for a non-blocking socket. */
static void prepare(struct sends *sends, size_t i)
{
    const struct sending *sending = sends->sent[i];
    struct io_uring_sqe *entry = io_uring_get_sqe(&sends->ring);
    REQUIRE(entry != NULL);
    io_uring_prep_send(entry, sending->fd, buffer_at(sending->bytes), buffer_size(sending->bytes),
                       MSG_NOSIGNAL | MSG_DONTWAIT);
    entry->user_data = i;
}

static size_t take_outcomes(struct sends *sends)
{
    size_t count = 0;
    unsigned head;
    struct io_uring_cqe *entry;
    io_uring_for_each_cqe(&sends->ring, head, entry)
    {
        sends->outcomes[entry->user_data] = entry->res;
        count++;
    }
    io_uring_cq_advance(&sends->ring, (unsigned)count);
    return count;
}

static void submit(struct sends *sends, size_t count)
{
    while (count > 0) {
        int submitted = io_uring_submit_and_wait(&sends->ring, (unsigned)count);
        REQUIRE(submitted >= 0 || submitted == -EINTR || submitted == -EAGAIN);
        count -= take_outcomes(sends);
    }
}

static ptrdiff_t count_of(int outcome)
{
    if (outcome >= 0) return outcome;
    return outcome == -EAGAIN || outcome == -EINTR ? STREAM_WAITS : STREAM_FAILED;
}

/* --- Rounds ------------------------------------------------------------------------------------
 */

/* @return How many are sent now. Some of those that waited may have been forgotten. */
static size_t take_waiting(struct sends *sends)
{
    size_t count = 0;
    for (size_t i = 0; i < sends->waiting_count; i++) {
        struct sending *sending = sends->waiting[i];
        if (sending == NULL) continue;
        sends->sent[count] = sending;
        sending->place = &sends->sent[count];
        prepare(sends, count);
        count++;
    }
    sends->waiting_count = 0;
    return count;
}

/* Who is told may have more to send, or let go of others that were sent. */
static void tell(struct sends *sends, size_t count)
{
    sends->is_telling = true;
    for (size_t i = 0; i < count; i++) {
        struct sending *sending = sends->sent[i];
        if (sending == NULL) continue;
        sending->place = NULL;
        sending->sent(sending, count_of(sends->outcomes[i]));
    }
    sends->is_telling = false;
}

static void send_all(struct sends *sends)
{
    do {
        size_t count = take_waiting(sends);
        submit(sends, count);
        tell(sends, count);
    } while (sends->waiting_count == AT_ONCE_MAX);
}

static void run(struct loop_task *task)
{
    send_all((struct sends *)((char *)task - offsetof(struct sends, run)));
}

void sends_add(struct sends *sends, struct sending *sending)
{
    if (sending->place != NULL) return;
    REQUIRE(sends->waiting_count < AT_ONCE_MAX);
    sending->place = &sends->waiting[sends->waiting_count++];
    *sending->place = sending;
    if (sends->waiting_count == AT_ONCE_MAX && !sends->is_telling)
        send_all(sends);
    else
        loop_defer(sends->loop, &sends->run);
}

void sends_forget(struct sending *sending)
{
    if (sending->place == NULL) return;
    *sending->place = NULL;
    sending->place = NULL;
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct sends *sends_open(struct loop *loop)
{
    struct sends *sends = calloc(1, sizeof *sends);
    if (sends == NULL) return NULL;
    if (io_uring_queue_init(AT_ONCE_MAX, &sends->ring, 0) != 0) {
        free(sends);
        return NULL;
    }
    sends->loop = loop;
    sends->run.run = run;
    return sends;
}

void sends_close(struct sends *sends)
{
    if (sends == NULL) return;
    for (size_t i = 0; i < sends->waiting_count; i++)
        REQUIRE(sends->waiting[i] == NULL);
    io_uring_queue_exit(&sends->ring);
    free(sends);
}
