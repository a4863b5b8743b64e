/* crowd_link.h -- A connection of a crowd: SP frames over a plain socket that never blocks, many to
 * a write and many to a read, so that callers cost little beside the server that is measured. */
#ifndef BENCH_LOAD_CROWD_LINK_H
#define BENCH_LOAD_CROWD_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crowd_link {
    int fd;
    bool over_ipc; /* messages then begin with a byte more */
    uint8_t *out;  /* written, not yet sent */
    size_t out_size, out_room;
    uint8_t *in;
    size_t in_size, in_room;
};

/** Connects and greets. @param url  "ipc://PATH" or "tcp://127.0.0.1:PORT".
 * @return False if the server can't be reached: said why on stderr. */
bool crowd_link_open(struct crowd_link *link, const char *url);

void crowd_link_close(struct crowd_link *link);

/** Adds a request to what is to be sent. @param id  0..2^31-1. */
void crowd_link_put(struct crowd_link *link, uint32_t id, const uint8_t *frame, size_t size);

/** Sends as much as the socket takes. @return False if the server hung up. */
bool crowd_link_flush(struct crowd_link *link);

/** Reads what is there and tells each reply.
 * @return False if the server hung up. */
bool crowd_link_read(struct crowd_link *link,
                     void (*told)(void *context, uint32_t id, const uint8_t *reply, size_t size),
                     void *context);

#endif
