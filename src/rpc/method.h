/* method.h -- A method as the dispatcher knows it: one row of the application's table. */
#ifndef RPC_METHOD_H
#define RPC_METHOD_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/** What a handler is given; its content is the application's own. */
struct call;

/** How messages of one type are packed and unpacked: see wire/packer.h. */
struct onsale_packer;

/** Answers a decoded request. `response` is initialised to its defaults; what it points to must
 * live until the frame is answered (the frame's arena, or constants).
 * @return STATUS_OK, or why the call is refused: `response` then is ignored. */
typedef enum status method_handler(struct call *call, const void *request, void *response);

/** How a method is executed. */
enum method_kind {
    METHOD_READ,  /* at once, on the thread that received it, from a snapshot */
    METHOD_WRITE, /* by the writer, in a batch */
    METHOD_WAIT,  /* as a read, again and again until there is something to tell */
    METHOD_SLOW,  /* as a read that takes long, on a thread of its own */
};

struct method {
    const char *name; /* "onsale.v1.ReservationService/HoldSeats" */
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
    const struct onsale_packer *request_packer; /* generated; NULL: protobuf-c does it */
    const struct onsale_packer *response_packer;
    bool is_read; /* the .proto says NO_SIDE_EFFECTS: clients count on that */
    method_handler *handler;
    enum method_kind kind;
    uint32_t policy;            /* bits whose meaning is the application's */
    uint32_t request_bytes_max; /* payloads beyond it are refused unread */
};

#endif
