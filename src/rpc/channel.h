/* channel.h -- A caller's connection to an onsale server (installed as <onsale/channel.h>).
 *
 * A channel is safe from any thread. Calls made while a frame is in flight share the next frame, so
 * many threads or many asynchronous calls on one channel are fast. A frame is answered when its
 * last call is, so reads and writes have frames of their own, on connections of their own, which
 * are made when they are first needed. It reconnects by itself. Calls that the server refused as
 * UNAVAILABLE, or whose connection broke, are repeated with jittered backoff, unchanged and so with
 * the same ids, until they are answered or their time is up. A server that does not answer within
 * attempt_timeout_ms loses its connection, and its calls are repeated on a new one.
 *
 * fork(): a process forked after its parent has opened a channel, be it closed by then, can't use
 * this library: every function returns ONSALE_CHANNEL_FORKED or does nothing. It may exec, as after
 * posix_spawn. The parent goes on undisturbed. Who wants channels in both forks before opening one.
 */
#ifndef ONSALE_CHANNEL_H
#define ONSALE_CHANNEL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a call ended: the server's reasons and the channel's own (statuses.def lists them all). */
enum onsale_status {
#define STATUS(name, number, code, retry, english, korean) ONSALE_##name = (number),
#ifdef ONSALE_BUILDING
#include "base/statuses.def"
#else
#include <onsale/statuses.def>
#endif
#undef STATUS
};

/** Name of a status, for example "SEAT_TAKEN". @return A constant. */
const char *onsale_status_name(enum onsale_status status);

/** English text of a status. @return A constant. */
const char *onsale_status_text(enum onsale_status status);

enum {
    ONSALE_DETAILS_MAX = 4,
    ONSALE_DETAIL_BYTES_MAX = 2048,
    ONSALE_TIMEOUT_MS_DEFAULT = 5000,
    ONSALE_TIMEOUT_MS_MAX = 600000,
};

/** A typed fact about a refusal: unpack it with protobuf-c by its type. */
struct onsale_detail {
    char type[64]; /* full message name, for example "onsale.v1.SeatsTaken" */
    size_t offset; /* into onsale_error.detail_bytes */
    size_t size;   /* of the packed message */
};

/** Why a call failed. A plain value: nothing to free. */
struct onsale_error {
    enum onsale_status status;
    int code;                /* gRPC status code, 1..16 */
    char reason[64];         /* as the server named it; also if this library does not know it */
    char message[256];       /* for people; cut if longer */
    uint32_t retry_after_ms; /* 0: no advice */
    size_t details_count;    /* details that would not fit are left out */
    struct onsale_detail details[ONSALE_DETAILS_MAX];
    uint8_t detail_bytes[ONSALE_DETAIL_BYTES_MAX];
};

/** Which of the server's sockets a method is called on. */
enum onsale_route { ONSALE_ROUTE_MAIN, ONSALE_ROUTE_WATCH, ONSALE_ROUTE_ADMIN };

/** How messages of one type are packed and unpacked; the generated code has one for each. */
struct onsale_packer;

/** What the channel knows of a method; the generated code has one for each. */
struct onsale_method {
    const char *name; /* "onsale.v1.ReservationService/HoldSeats" */
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
    enum onsale_route route;
    bool is_read; /* the .proto says NO_SIDE_EFFECTS: its frames carry no writes */
    const struct onsale_packer *request_packer; /* of the library's own; NULL: protobuf-c packs */
    const struct onsale_packer *response_packer;
};

/** How to reach the server. Zero is the default of everything but `url`. Strings are copied. Every
 * frame in flight takes a connection of its own; of long polls 32 share one. */
struct onsale_channel_options {
    const char *url;           /* main socket: "ipc:///run/onsale/onsale.sock", "tcp://host:port" */
    const char *watch_url;     /* long polls; NULL: WATCH calls fail with SERVER_UNREACHABLE */
    const char *admin_url;     /* administration; NULL: ADMIN calls fail likewise */
    uint32_t timeout_ms;       /* of calls that name none; 0: ONSALE_TIMEOUT_MS_DEFAULT */
    uint32_t frames_in_flight; /* of reads, of writes, and on the admin socket each, 1..64; 0: 2,
                                  and 4 while the calls of a full frame wait */
    uint32_t calls_per_frame;  /* 1..512; 0: 256 */
    uint32_t watches_in_flight; /* long polls at once, 1..256; 0: 64; more wait their turn */
    uint32_t attempts_max;      /* of one call, 1..100; 0: as many as its time allows */
    bool korean;                /* ask for Korean messages */
    bool fail_fast; /* calls end with the reason while there is no connection; else they wait within
                       their time for a server that may come back, but not when it is
                       SOCKET_FORBIDDEN or PEER_REFUSED, which end a call at once in any case */
    uint32_t attempt_timeout_ms; /* 1..600000; 0: 1500. After so long without a reply (a long poll's
                                    wait_ms comes on top) a connection is closed and its calls are
                                    repeated on a new one: as often as there are connections, and
                                    then once for ten answers. Not on the admin socket, whose
                                    methods may take long */
};

/** How to make one call. NULL or zero is the default of everything. */
struct onsale_call_options {
    uint32_t timeout_ms; /* 1..600000; 0: the channel's */
};

struct onsale_channel;

/** Opens a channel. It connects in the background: a server that is down shows in the calls.
 * @param ret_channel  Set on ONSALE_OK only; close it with onsale_channel_close.
 * @param ret_error    Set on failure; may be NULL.
 * @return ONSALE_OK; ONSALE_ARGUMENT_INVALID naming the option; ONSALE_OUT_OF_MEMORY;
 * ONSALE_CHANNEL_FORKED. */
enum onsale_status onsale_channel_open(const struct onsale_channel_options *options,
                                       struct onsale_channel **ret_channel,
                                       struct onsale_error *ret_error);

/** Ends every call under way with ONSALE_CHANNEL_CLOSED, waits until their callbacks have returned,
 * and frees the channel. Not from a callback. NULL is fine. In a forked process it does nothing. */
void onsale_channel_close(struct onsale_channel *channel);

/** Makes a call and waits for its answer. The generated functions are typed fronts of this.
 *
 * @param request       Borrowed for the duration of the call.
 * @param options       May be NULL.
 * @param ret_response  Set on ONSALE_OK only: free it with protobuf_c_message_free_unpacked(m,
 * NULL).
 * @param ret_error     Set on failure; may be NULL.
 * @return ONSALE_OK, or what the server or the channel refused it with. Not from a callback. */
enum onsale_status
onsale_channel_call(struct onsale_channel *channel, const struct onsale_method *method,
                    const ProtobufCMessage *request, const struct onsale_call_options *options,
                    ProtobufCMessage **ret_response, struct onsale_error *ret_error);

/** Told how an asynchronous call ended, once, on a thread of the library: don't block in it. More
 * asynchronous calls may be made from it.
 * @param error     NULL on success; valid during the callback.
 * @param response  NULL on failure; valid during the callback. */
typedef void onsale_done(void *context, const struct onsale_error *error,
                         const ProtobufCMessage *response);

/** Makes a call and returns at once. `request` is packed before it returns.
 * @param done  Always called, also on failure; possibly before this returns. */
void onsale_channel_call_async(struct onsale_channel *channel, const struct onsale_method *method,
                               const ProtobufCMessage *request,
                               const struct onsale_call_options *options, onsale_done *done,
                               void *context);

#ifdef __cplusplus
}
#endif

#endif
