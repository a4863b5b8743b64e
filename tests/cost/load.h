/* load.h -- Calls in frames of 64, from the requests to the responses, in steps whose costs can
 * be told apart. Every call must succeed; a refusal ends the process. */
#ifndef COST_LOAD_H
#define COST_LOAD_H

#include <nng/nng.h>
#include <stddef.h>

#include "tests/cost/calls.h"
#include "tests/lib/memory_transport.h"

enum { LOAD_CALLS_PER_FRAME = 64 };

struct load {
    struct shop *shop;
    struct arena arena; /* the responses are in it */
    const struct call_kind *kind;
    struct load *between; /* packed already: a frame of it is served before each; may be NULL */
    size_t calls_count;
    size_t frames_count;
    const ProtobufCMessage **requests;
    nng_msg **frames;                  /* set by load_pack */
    struct memory_exchange *exchanges; /* a frame each; set by load_serve */
    ProtobufCMessage **responses;      /* a call each; set by load_unpack */
};

/** Makes the requests of the calls first..first+count-1 of a kind. */
void load_init(struct load *load, struct shop *shop, const struct call_kind *kind, size_t first,
               size_t count);

void load_deinit(struct load *load);

/** What the client does with requests. */
void load_pack(struct load *load);

/** What the server does with frames: each is answered before the next comes. */
void load_serve(struct load *load);

/** What the client does with replies. */
void load_unpack(struct load *load);

/** What the server does when all holds have ended at one instant: it reaps until nothing is due.
 */
void load_expire(struct load *load);

/** The first three. */
void load_run(struct load *load);

#endif
