/* upstream.h -- Calls to onsaled, made from the loop and answered on the loop.
 *
 * libonsale answers on threads of its own; what it answers is copied, handed to the loop and told
 * there, so that nothing else in the gateway knows of threads. A call is by bytes: whoever makes it
 * packs and unpacks.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_UPSTREAM_H
#define GATEWAY_UPSTREAM_H

#include <onsale/onsale.h>
#include <stdbool.h>

#include "base/status.h"

struct loop;
struct upstream;
struct upstream_call;

/** Counts the calls under way of one connection, those that were cancelled included: a bound on
 * what it can make the server do, however fast it gives up. */
struct upstream_account;

/** @param calls_max  At least 1.
 * @param peer       Whose it is, for the log (call_log.h), which tells of its calls alone; copied.
 * @return NULL if there is no memory. */
struct upstream_account *upstream_account_open(size_t calls_max, const char *peer);

/** Lets go of it: it lives on until its last call has ended. NULL is fine. */
void upstream_account_release(struct upstream_account *account);

/** Told how a call ended, exactly once, on the loop, never before upstream_call has returned; not
 * if it was cancelled.
 * @param error     NULL on success; valid during the callback. What the library says by itself is
 *                  said in its status' own words, for its own name sockets and hosts.
 * @param response  The response message, packed; valid during the callback. */
typedef void upstream_done(void *context, const struct onsale_error *error, const uint8_t *response,
                           size_t response_size);

/** Opens the channel to a server.
 * @param options  As of onsale_channel_open.
 * @param ret_upstream  Set on ONSALE_OK only. */
enum onsale_status upstream_open(struct loop *loop, const struct onsale_channel_options *options,
                                 struct upstream **ret_upstream, struct onsale_error *ret_error);

/** Closes the channel. Every call must have ended or been cancelled. NULL is fine. */
void upstream_close(struct upstream *upstream);

/** Pairs of a call's metadata. */
enum { UPSTREAM_METADATA_MAX = 8 };

/** Makes a call. One that reads and finds its frame full (FRAME_TOO_MANY_RECORDS) is made again at
 * once, within its time: it shares frames with others here.
 * @param account  Who is to be charged with it; NULL: nobody. Beyond its maximum the call ends with
 *                 CONNECTION_BUSY.
 * @param request  Copied.
 * @param options  As of onsale_channel_call_bytes_async, with UPSTREAM_METADATA_MAX pairs at most.
 *                 Copied, but for the strings of the metadata, which are to live as long as the
 *                 call.
 * @return The call, until `done` is called. NULL if there is no memory: `done` is not called. */
struct upstream_call *upstream_call(struct upstream *upstream, struct upstream_account *account,
                                    const struct onsale_method *method, const uint8_t *request,
                                    size_t request_size, const struct onsale_call_options *options,
                                    upstream_done *done, void *context);

/** Who follows what is asked for time and again: the server is told the trace, and the log names
 * both. */
struct upstream_origin {
    struct upstream_account *account; /* whose peer it is, for the log. NULL: nobody's */
    const char *traceparent;          /* valid, up to TRACEPARENT_TEXT_BYTES. NULL: none */
};

/** Makes a call whose answer may be told a little later, with others, when the loop is awake
 * anyhow: for who asks for many things time and again. Somebody ticks.
 * @param origin  Who is told of if it fails, or is slow; copied, and not charged. NULL: nobody.
 * @return As above. */
struct upstream_call *upstream_call_quietly(struct upstream *upstream,
                                            const struct upstream_origin *origin,
                                            const struct onsale_method *method,
                                            const uint8_t *request, size_t request_size,
                                            const struct onsale_call_options *options,
                                            upstream_done *done, void *context);

/** Gives a call up: `done` will not be called, and the call must not be used any more. */
void upstream_cancel(struct upstream_call *call);

/** Fills an error as the server would. @param is_korean  The language of its message. */
void upstream_error(struct onsale_error *ret_error, enum status status, bool is_korean);

/** What an error says to who has called. The server speaks the language that it was asked in; what
 * is said here and by the library is English.
 * @return The error's message, or a constant. */
const char *upstream_message(const struct onsale_error *error, bool is_korean);

#endif
