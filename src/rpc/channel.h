/* channel.h -- A caller's connection to an onsale server (installed as <onsale/channel.h>).
 *
 * A channel is opened once and shared: calls made while a frame is in flight share the next frame,
 * so many threads or many asynchronous calls on one channel are fast. A frame is answered when its
 * last call is, so reads and writes have frames and connections of their own, which are made when
 * they are first needed. It reconnects by itself.
 *
 * Retries. Calls that the server refused as UNAVAILABLE, or whose connection broke, are repeated
 * with jittered backoff, unchanged and so with the same ids, until they are answered or their time
 * is up. A server that does not answer within attempt_timeout_ms loses its connection, and its
 * calls are repeated on a new one. Nothing else is repeated: see onsale_status_may_retry.
 *
 * Several servers. Writes go to the one that leads, as do reads unless the channel reads from the
 * nearest. Who refuses a call as NOT_LEADER names the leader, which may be one that the options do
 * not; else the others are asked, at once and then every tenth of a second. A server that can't be
 * reached, is silent or is stopping is left for another. The channel remembers how far the replies
 * were that it got, and wants to see as much of every server (FOLLOWER_BEHIND, which the leader
 * then answers): so it reads what it wrote, and nothing older than what it has read. A reply of a
 * server that led once and does not know yet that it does not any more is dropped, and its calls
 * are repeated. A call that was sent on to another server has more attempts than attempts_max
 * allows.
 *
 * Outcomes. A write that ended with DEADLINE_EXCEEDED, CANCELLED, SERVER_UNREACHABLE,
 * CHANNEL_CLOSED, NOT_LEADER or STORAGE_FAILED, and onsale_error.attempts above 0, may or may not
 * have taken effect, or may do so later: the server does not learn that its caller gave up. Repeat
 * it with the same id: the answer is that of the first time. With attempts 0 it never left this
 * process.
 *
 * Threads. Every function is safe from any thread. Callbacks run on threads of the library, several
 * at a time: they must not block, and must not call what waits (onsale_channel_call,
 * onsale_channel_call_bytes, onsale_channel_close, and the typed functions that return a status).
 * Signals are left to the program's own threads.
 *
 * Ownership. What is passed in is borrowed until the function returns, and copied if it is needed
 * for longer; `context` is never looked at. What is named ret_x is the caller's, and is set only
 * when its comment says so. The library never logs and never ends the process for an error of the
 * server or the network.
 *
 * fork(): a process forked after its parent has opened a channel, even if it is closed by then,
 * can't use this library: every function returns ONSALE_CHANNEL_FORKED or does nothing. It may
 * exec, as after posix_spawn. The parent goes on undisturbed. To have channels in both processes,
 * fork before opening one.
 *
 *     struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
 *     struct onsale_channel *channel;
 *     struct onsale_error error;
 *     options.url = "ipc:///run/onsale/onsale.sock";
 *     if (onsale_channel_open(&options, &channel, &error) != ONSALE_OK)
 *         fprintf(stderr, "%s: %s\n", error.reason, error.message);
 *
 * Whole programs: examples/buy_ticket.c with typed calls, examples/forward_call.c with bytes. */
#ifndef ONSALE_CHANNEL_H
#define ONSALE_CHANNEL_H

#include <onsale/rpc/v1/rpc.pb-c.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- How a call ends ---------------------------------------------------------------------------
 */

/** How a call ended: the server's reasons and the library's own; statuses.def lists them with their
 * texts. The only error type of the library. Numbers are never reused; later versions add some, so
 * a switch needs a default. */
enum onsale_status {
#define STATUS(name, number, code, retry, english, korean) ONSALE_##name = (number),
#define STATUSES_OF_CALLS
#ifdef ONSALE_BUILDING
#include "base/statuses.def"
#else
#include <onsale/statuses.def>
#endif
#undef STATUSES_OF_CALLS
#undef STATUS
};

/** Name of a status, for example "SEAT_TAKEN". @return A constant; "INTERNAL" for a number that is
 * none. */
const char *onsale_status_name(enum onsale_status status);

/** English text of a status. @return A constant. */
const char *onsale_status_text(enum onsale_status status);

/** The gRPC code of a status, for handling statuses by kind. */
Onsale__Rpc__V1__Code onsale_status_code(enum onsale_status status);

/** Whether the same call may succeed a moment later: after onsale_error.retry_after_ms, if the
 * server gave one. Calls with code UNAVAILABLE were repeated by the channel already. */
bool onsale_status_may_retry(enum onsale_status status);

enum {
    ONSALE_DETAILS_MAX = 4,
    ONSALE_DETAIL_BYTES_MAX = 2048,
    ONSALE_TIMEOUT_MS_DEFAULT = 5000,
    ONSALE_TIMEOUT_MS_MAX = 600000,
    ONSALE_METADATA_MAX = 64,               /* pairs of a call */
    ONSALE_METADATA_KEY_BYTES_MAX = 64,     /* without the NUL */
    ONSALE_METADATA_VALUE_BYTES_MAX = 8192, /* likewise */
};

/** A typed fact about a refusal. <onsale/details.h> reads the known types; any other can be
 * unpacked with protobuf-c by its type. */
struct onsale_detail {
    char type[64]; /* full message name, for example "onsale.v1.SeatsTaken" */
    size_t offset; /* into onsale_error.detail_bytes */
    size_t size;   /* of the packed message */
};

/** Why a call failed. A plain value: nothing to free, may be copied and kept. */
struct onsale_error {
    enum onsale_status status;
    Onsale__Rpc__V1__Code code; /* of the status; the server's, if the status is UNKNOWN_REASON */
    char reason[64];            /* as the server named it; also if this library does not know it */
    char message[256];          /* for people; cut if longer */
    uint32_t retry_after_ms;    /* wait so long before a retry; 0: no advice */
    uint32_t attempts;          /* times that it was sent; 0: it never was, so nothing happened */
    size_t details_count;       /* details that would not fit are left out */
    struct onsale_detail details[ONSALE_DETAILS_MAX];
    uint8_t detail_bytes[ONSALE_DETAIL_BYTES_MAX];
};

/* --- Methods -----------------------------------------------------------------------------------
 */

/** Which of the server's sockets a method is called on. */
enum onsale_endpoint { ONSALE_ENDPOINT_MAIN, ONSALE_ENDPOINT_WATCH, ONSALE_ENDPOINT_ADMIN };

/** How messages of one type are packed and unpacked; the generated code has one for each. */
struct onsale_packer;

/** Describes a method. The generated code has one for each, a constant that lives as long as the
 * library; <onsale/method.h> finds them by name. A caller may make one for a method
 * that is newer than the library, and call it by bytes: then only the first line, `endpoint` and
 * `is_read` are needed, and the name must outlive the calls. */
struct onsale_method {
    const char *name; /* "onsale.v1.ReservationService/HoldSeats" */
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
    enum onsale_endpoint endpoint;
    bool is_read; /* the .proto says NO_SIDE_EFFECTS: its frames carry no writes */
    const struct onsale_packer *request_packer; /* of the library's own; NULL: protobuf-c packs */
    const struct onsale_packer *response_packer;
};

/* --- Channels ----------------------------------------------------------------------------------
 */

/** Who answers the calls that only read. */
enum onsale_read_from {
    ONSALE_READ_FROM_LEADER,  /* the state of the moment */
    ONSALE_READ_FROM_NEAREST, /* the servers by turns: a state that was, never before one that the
                                 channel has seen */
};

/** How to reach the servers. Zero is the default of everything but `url`. Strings are copied. Every
 * frame in flight takes a connection of its own; of long polls 32 share one.
 *
 * Each of the three urls may be several, one for each server, with commas between them:
 * "tcp://a:7000,tcp://b:7000". What is in the same place belongs to one server; one without such a
 * socket has nothing there. At most 8.
 *
 * `size` is that of the struct as the caller knows it, so that a later library, which may know more
 * fields, takes those for zero. ONSALE_CHANNEL_OPTIONS_INIT sets it; 0 stands for the size that the
 * struct has in version 0.2. An older library refuses fields that it does not know, unless they are
 * zero. The same holds for struct onsale_call_options. */
struct onsale_channel_options {
    size_t size;
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
    uint32_t attempt_timeout_ms; /* 1..600000; 0: 1500, and 1000 if several servers are named. After
                                    so long without a reply (a long poll's wait_ms comes on top) a
                                    connection is closed and its calls are repeated on a new one: as
                                    often as there are connections, and then once for ten answers.
                                    Not on the admin socket, whose methods may take long */
    uint32_t read_from;          /* an onsale_read_from */
};

#define ONSALE_CHANNEL_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(struct onsale_channel_options), NULL, NULL, NULL, 0, 0, 0, 0, 0, false, false, 0, 0 \
    }

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
 * and frees the channel: no other thread may use it from then on. Waits a tenth of a second longer
 * at most for replies that are on their way. Not from a callback. NULL is fine. In a forked process
 * it does nothing. */
void onsale_channel_close(struct onsale_channel *channel);

/* --- Calls -------------------------------------------------------------------------------------
 */

/** A pair of a call's metadata, like an HTTP header, for example a trace. UTF-8. The key is
 * case-insensitive and not empty. The server reads "accept-language", at most 1024 bytes, which
 * overrides the channel's `korean`; "traceparent" (W3C Trace Context), whose trace its log names
 * with calls that are slow or fail; and ignores all others. */
struct onsale_metadata {
    const char *key;
    const char *value;
};

/** How to make one call. NULL or zero is the default of everything. For `size` see struct
 * onsale_channel_options. */
struct onsale_call_options {
    size_t size;
    uint32_t timeout_ms;     /* 1..600000; 0: until deadline_ms; without that the channel's */
    uint32_t metadata_count; /* 0..ONSALE_METADATA_MAX */
    int64_t deadline_ms;     /* on onsale_now_ms's clock; 0: none. If it has come already, the call
                                ends with DEADLINE_EXCEEDED unsent; one further away than
                                ONSALE_TIMEOUT_MS_MAX counts as that. Of a deadline and a timeout
                                the earlier one counts */
    const struct onsale_metadata *metadata; /* in this order; they share the frame's bytes */
};

#define ONSALE_CALL_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(struct onsale_call_options), 0, 0, 0, NULL                                          \
    }

/** The clock of deadlines: CLOCK_MONOTONIC. Unit: milliseconds. */
int64_t onsale_now_ms(void);

/** Makes a call and waits for its answer. The generated functions are typed wrappers of this.
 *
 * @param request       Borrowed for the duration of the call. Of the method's type.
 * @param options       May be NULL.
 * @param ret_response  Set on ONSALE_OK only: free it with protobuf_c_message_free_unpacked(m,
 *                      NULL).
 * @param ret_error     Set on failure; may be NULL.
 * @return ONSALE_OK; the server's refusal; or one of the library's own: TIMEOUT_INVALID,
 * METADATA_INVALID, ARGUMENT_INVALID (an option that this library does not know), PAYLOAD_TOO_LARGE
 * (for a frame), OUT_OF_MEMORY, all unsent; DEADLINE_EXCEEDED; SERVER_UNREACHABLE or why;
 * REPLY_MALFORMED; CHANNEL_CLOSED; CHANNEL_FORKED. Not from a callback. */
enum onsale_status
onsale_channel_call(struct onsale_channel *channel, const struct onsale_method *method,
                    const ProtobufCMessage *request, const struct onsale_call_options *options,
                    ProtobufCMessage **ret_response, struct onsale_error *ret_error);

/** Called exactly once with the outcome of an asynchronous call, on a thread of the library: it
 * must not block. It may make more asynchronous calls, and cancel calls.
 * @param error     NULL on success; valid during the callback.
 * @param response  NULL on failure; valid during the callback. */
typedef void onsale_done(void *context, const struct onsale_error *error,
                         const ProtobufCMessage *response);

/** The id of an asynchronous call of a channel: no other call ever has the same, not even after it
 * has ended. A plain value. Number 0 is no call's. */
struct onsale_call_id {
    uint64_t number;
    uint32_t slot; /* the library's */
};

/** Makes a call and returns at once. `request` is packed before it returns.
 * @param done  Always called, also on failure; possibly before this returns.
 * @return The id for onsale_channel_cancel. Number 0 if the call can't be cancelled: it was refused
 * unsent and ends in a moment, or there was no memory to register it. */
struct onsale_call_id onsale_channel_call_async(struct onsale_channel *channel,
                                                const struct onsale_method *method,
                                                const ProtobufCMessage *request,
                                                const struct onsale_call_options *options,
                                                onsale_done *done, void *context);

/** Gives up an asynchronous call and returns at once. The callback comes all the same, once: with
 * ONSALE_CANCELLED, on another thread, or with the real outcome if that came first. A call that was
 * not sent never will be. The server does not learn of the cancelling of one that was: a write may
 * still take effect (onsale_error.attempts), and the call's place in flight is free again when the
 * server has answered or the call's time would have been up. A call that has ended, is cancelled
 * already or was never made is left alone. From any thread, and from callbacks, also the call's
 * own; not after the channel was closed. */
void onsale_channel_cancel(struct onsale_channel *channel, struct onsale_call_id id);

/** Holds calls back, so that those made from now on share frames: a frame is sent when it is full,
 * or when onsale_channel_release has been called as often as this. For a program that makes many
 * calls in one go, such as a loop in a round; it must not wait in between. Calls of every thread
 * are held back; their time runs on. */
void onsale_channel_hold(struct onsale_channel *channel);

/** Sends what was held back. From any thread; without a hold it does nothing. */
void onsale_channel_release(struct onsale_channel *channel);

/* --- Calls by bytes ----------------------------------------------------------------------------
 * For programs that forward packed messages, such as a gateway. The library does not read the
 * messages: bytes that are not a request of the method are refused by the server, with
 * PAYLOAD_MALFORMED.
 */

/** As onsale_channel_call.
 * @param method        NULL: ONSALE_METHOD_UNKNOWN, so that a name may be looked up in the call.
 * @param request       The request message, packed: `request_size` bytes. May be NULL if that is 0.
 * @param ret_response  Set on ONSALE_OK only: the response message, packed. Free its `data`, which
 *                      may be NULL if `len` is 0, with free(). */
enum onsale_status onsale_channel_call_bytes(struct onsale_channel *channel,
                                             const struct onsale_method *method,
                                             const uint8_t *request, size_t request_size,
                                             const struct onsale_call_options *options,
                                             ProtobufCBinaryData *ret_response,
                                             struct onsale_error *ret_error);

/** As onsale_done.
 * @param error     NULL on success; valid during the callback.
 * @param response  The response message, packed: `response_size` bytes, valid during the callback.
 */
typedef void onsale_bytes_done(void *context, const struct onsale_error *error,
                               const uint8_t *response, size_t response_size);

/** As onsale_channel_call_async and onsale_channel_call_bytes. */
struct onsale_call_id onsale_channel_call_bytes_async(struct onsale_channel *channel,
                                                      const struct onsale_method *method,
                                                      const uint8_t *request, size_t request_size,
                                                      const struct onsale_call_options *options,
                                                      onsale_bytes_done *done, void *context);

#ifdef __cplusplus
}
#endif

#endif
