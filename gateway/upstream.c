#include "gateway/upstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "base/traceparent.h"
#include "gateway/call_log.h"
#include "gateway/loop.h"

enum { SMALL_BYTES = 512, SPARE_MAX = 1024, PEER_BYTES = 64 };

struct upstream_account {
    size_t calls;
    size_t calls_max;
    bool is_released;
    char peer[PEER_BYTES];
};

struct upstream {
    struct loop *loop;
    struct onsale_channel *channel;
    struct loop_task release; /* of the calls that were made in this round */
    struct upstream_call *spare;
    size_t spare_count;
};

struct upstream_call {
    struct loop_task ended; /* the first member */
    struct upstream *upstream;
    struct upstream_account *account;
    upstream_done *done;
    void *context;
    struct onsale_call_id id;
    bool is_cancelled;
    bool is_quiet;
    bool is_timed; /* it matters how long it took */
    struct upstream_call *next_spare;
    const struct onsale_method *method;
    int64_t began_ms;
    const char
        *peer; /* of who is told of in the log: the account's, or `origin_peer`; NULL: nobody */
    uint8_t *request; /* of a read, which may be made again: `small` or allocated; else NULL */
    size_t request_size;

    /* Written by a thread of the library before it posts `ended`. */
    struct onsale_error *error; /* allocated; NULL: it succeeded */
    uint8_t *response;          /* `small` or allocated */
    size_t response_size;
    int64_t answered_ms; /* of a quiet call that is timed: it may be told later */

    /* From here on nothing is cleared for a new call: thousands of them are in no cache. */
    char trace_id[TRACE_ID_TEXT_BYTES]; /* "": it has none */
    uint8_t small[SMALL_BYTES];         /* for the request, and then for the response */
    char origin_peer[PEER_BYTES];
    struct onsale_call_options options;
    char traceparent[TRACEPARENT_TEXT_BYTES]; /* of a quiet call */
    struct onsale_metadata metadata[UPSTREAM_METADATA_MAX];
};

static struct onsale_error no_memory = {
    .status = ONSALE_OUT_OF_MEMORY,
    .code = ONSALE__RPC__V1__CODE__CODE_RESOURCE_EXHAUSTED,
    .reason = "OUT_OF_MEMORY",
    .message = "the gateway is out of memory",
};

/* --- Accounts ----------------------------------------------------------------------------------
 */

struct upstream_account *upstream_account_open(size_t calls_max, const char *peer)
{
    struct upstream_account *account = calloc(1, sizeof *account);
    REQUIRE(calls_max > 0);
    if (account == NULL) return NULL;
    account->calls_max = calls_max;
    snprintf(account->peer, sizeof account->peer, "%s", peer);
    return account;
}

static void free_if_unused(struct upstream_account *account)
{
    if (account->is_released && account->calls == 0) free(account);
}

void upstream_account_release(struct upstream_account *account)
{
    if (account == NULL) return;
    account->is_released = true;
    free_if_unused(account);
}

static bool account_charge(struct upstream_account *account)
{
    if (account == NULL) return true;
    if (account->calls == account->calls_max) return false;
    account->calls++;
    return true;
}

static void account_settle(struct upstream_account *account)
{
    if (account == NULL) return;
    account->calls--;
    free_if_unused(account);
}

/* --- How a call ends ---------------------------------------------------------------------------
 */

static void call_free(struct upstream_call *call)
{
    struct upstream *upstream = call->upstream;
    if (call->error != &no_memory) free(call->error);
    if (call->request != call->small) free(call->request);
    if (call->response != call->small) free(call->response);
    if (upstream->spare_count == SPARE_MAX) {
        free(call);
        return;
    }
    call->next_spare = upstream->spare;
    upstream->spare = call;
    upstream->spare_count++;
}

static void log_ended(const struct upstream_call *call)
{
    int64_t ended_ms =
        call->answered_ms != 0 ? call->answered_ms : loop_now_ms(call->upstream->loop);
    call_log_ended(&(struct ended_call){
        .method = call->method,
        .peer = call->peer,
        .took_ms = ended_ms - call->began_ms,
        .trace_id = call->trace_id,
        .error = call->error,
    });
}

/* Not the server: or one that can't be told from it by its status. */
static bool is_of_the_library(const struct onsale_error *error)
{
    enum status status = (enum status)error->status;
    return (!status_is_sent(status) && status != STATUS_UNKNOWN_REASON) ||
           status == STATUS_DEADLINE_EXCEEDED;
}

static void keep_error(struct upstream_call *call, const struct onsale_error *error)
{
    call->error = malloc(sizeof *call->error);
    if (call->error == NULL) {
        call->error = &no_memory;
        return;
    }
    *call->error = *error;
    if (is_of_the_library(error))
        snprintf(call->error->message, sizeof call->error->message, "%s",
                 onsale_status_text(error->status));
}

static void keep_response(struct upstream_call *call, const uint8_t *response, size_t size)
{
    call->response = size <= sizeof call->small ? call->small : malloc(size);
    if (call->response == NULL) {
        call->error = &no_memory;
        return;
    }
    if (size > 0) memcpy(call->response, response, size);
    call->response_size = size;
}

/* On a thread of the library. */
static void answered(void *context, const struct onsale_error *error, const uint8_t *response,
                     size_t response_size)
{
    struct upstream_call *call = context;
    if (error != NULL)
        keep_error(call, error);
    else
        keep_response(call, response, response_size);
    if (call->is_timed) call->answered_ms = onsale_now_ms();
    if (call->is_quiet)
        loop_post_quietly(call->upstream->loop, &call->ended);
    else
        loop_post(call->upstream->loop, &call->ended);
}

/* --- Sending -----------------------------------------------------------------------------------
 */

static void release(struct loop_task *task)
{
    struct upstream *upstream =
        (struct upstream *)((char *)task - offsetof(struct upstream, release));
    if (upstream->channel != NULL) onsale_channel_release(upstream->channel);
}

/* Calls of a round share frames. */
static void send_call(struct upstream_call *call, const uint8_t *request, size_t size)
{
    struct upstream *upstream = call->upstream;
    if (!upstream->release.is_waiting) {
        onsale_channel_hold(upstream->channel);
        loop_defer(upstream->loop, &upstream->release);
    }
    call->id = onsale_channel_call_bytes_async(upstream->channel, call->method, request, size,
                                               &call->options, answered, call);
}

/* Reads share frames, and a frame answers so many records and no more. Each time some are answered.
 */
static bool found_its_frame_full(const struct upstream_call *call)
{
    return call->error != NULL && call->error->status == ONSALE_FRAME_TOO_MANY_RECORDS;
}

static void send_again(struct upstream_call *call)
{
    free(call->error);
    call->error = NULL;
    send_call(call, call->request, call->request_size);
}

static void call_ended(struct loop_task *task)
{
    struct upstream_call *call = (struct upstream_call *)task;
    if (!call->is_cancelled && call->request != NULL && found_its_frame_full(call)) {
        send_again(call);
        return;
    }
    if (call->peer != NULL) log_ended(call);
    account_settle(call->account);
    if (!call->is_cancelled)
        call->done(call->context, call->error, call->response, call->response_size);
    call_free(call);
}

/* --- Calls -------------------------------------------------------------------------------------
 */

static struct upstream_call *take_spare(struct upstream *upstream)
{
    struct upstream_call *call = upstream->spare;
    if (call == NULL) return malloc(sizeof *call);
    upstream->spare = call->next_spare;
    upstream->spare_count--;
    return call;
}

/* Its time runs on when it is made again, and its strings are the caller's. */
static void keep_options(struct upstream_call *call, const struct onsale_call_options *options)
{
    REQUIRE(options->metadata_count <= UPSTREAM_METADATA_MAX);
    call->options = *options;
    call->options.metadata = call->metadata;
    for (uint32_t i = 0; i < options->metadata_count; i++)
        call->metadata[i] = options->metadata[i];
    if (options->deadline_ms == 0 && options->timeout_ms != 0)
        call->options.deadline_ms = onsale_now_ms() + options->timeout_ms;
}

static bool keep_request(struct upstream_call *call, const uint8_t *request, size_t size)
{
    call->request = size <= sizeof call->small ? call->small : malloc(size);
    if (call->request == NULL) return false;
    if (size > 0) memcpy(call->request, request, size);
    call->request_size = size;
    return true;
}

static struct upstream_call *call_open(struct upstream *upstream,
                                       const struct onsale_method *method, const uint8_t *request,
                                       size_t request_size,
                                       const struct onsale_call_options *options,
                                       upstream_done *done, void *context)
{
    struct upstream_call *call = take_spare(upstream);
    if (call == NULL) return NULL;
    memset(call, 0, offsetof(struct upstream_call, trace_id));
    call->trace_id[0] = '\0';
    call->ended.run = call_ended;
    call->upstream = upstream;
    call->method = method;
    call->done = done;
    call->context = context;
    keep_options(call, options);
    if (!method->is_read || keep_request(call, request, request_size)) return call;
    call_free(call);
    return NULL;
}

/* What the log may tell of it when it has ended. */
static void note_beginning(struct upstream_call *call)
{
    call->began_ms = loop_now_ms(call->upstream->loop);
    for (uint32_t i = 0; i < call->options.metadata_count; i++)
        if (strcmp(call->metadata[i].key, "traceparent") == 0)
            traceparent_read(call->metadata[i].value, call->trace_id);
}

struct upstream_call *upstream_call(struct upstream *upstream, struct upstream_account *account,
                                    const struct onsale_method *method, const uint8_t *request,
                                    size_t request_size, const struct onsale_call_options *options,
                                    upstream_done *done, void *context)
{
    struct upstream_call *call =
        call_open(upstream, method, request, request_size, options, done, context);
    if (call == NULL) return NULL;
    if (!account_charge(account)) {
        struct onsale_error error;
        upstream_error(&error, STATUS_CONNECTION_BUSY, false);
        keep_error(call, &error);
        loop_defer(upstream->loop, &call->ended);
        return call;
    }
    call->account = account;
    if (account != NULL) call->peer = account->peer;
    note_beginning(call);
    send_call(call, request, request_size);
    return call;
}

/* The origin may be gone before the call is. */
static void keep_origin(struct upstream_call *call, const struct upstream_origin *origin)
{
    REQUIRE(call->options.metadata_count == 0);
    memcpy(call->origin_peer, origin->account->peer, sizeof call->origin_peer);
    call->peer = call->origin_peer;
    call->is_timed = call_log_is_on();
    if (origin->traceparent == NULL) return;
    snprintf(call->traceparent, sizeof call->traceparent, "%s", origin->traceparent);
    call->metadata[0] = (struct onsale_metadata){"traceparent", call->traceparent};
    call->options.metadata_count = 1;
}

struct upstream_call *upstream_call_quietly(struct upstream *upstream,
                                            const struct upstream_origin *origin,
                                            const struct onsale_method *method,
                                            const uint8_t *request, size_t request_size,
                                            const struct onsale_call_options *options,
                                            upstream_done *done, void *context)
{
    struct upstream_call *call =
        call_open(upstream, method, request, request_size, options, done, context);
    if (call == NULL) return NULL;
    call->is_quiet = true;
    if (origin != NULL && origin->account != NULL) keep_origin(call, origin);
    note_beginning(call);
    send_call(call, request, request_size);
    return call;
}

void upstream_cancel(struct upstream_call *call)
{
    REQUIRE(!call->is_cancelled);
    call->is_cancelled = true;
    if (call->id.number != 0) onsale_channel_cancel(call->upstream->channel, call->id);
}

void upstream_error(struct onsale_error *ret_error, enum status status, bool is_korean)
{
    memset(ret_error, 0, sizeof *ret_error);
    ret_error->status = (enum onsale_status)status;
    ret_error->code = (Onsale__Rpc__V1__Code)status_grpc_code(status);
    snprintf(ret_error->reason, sizeof ret_error->reason, "%s", status_name(status));
    snprintf(ret_error->message, sizeof ret_error->message, "%s",
             is_korean ? status_korean(status) : status_english(status));
}

const char *upstream_message(const struct onsale_error *error, bool is_korean)
{
    enum status status = (enum status)error->status;
    bool is_own = strcmp(error->message, status_english(status)) == 0;
    return is_own && is_korean ? status_korean(status) : error->message;
}

/* --- Life --------------------------------------------------------------------------------------
 */

enum onsale_status upstream_open(struct loop *loop, const struct onsale_channel_options *options,
                                 struct upstream **ret_upstream, struct onsale_error *ret_error)
{
    struct upstream *upstream = calloc(1, sizeof *upstream);
    if (upstream == NULL) {
        *ret_error = no_memory;
        return ONSALE_OUT_OF_MEMORY;
    }
    upstream->loop = loop;
    upstream->release.run = release;
    enum onsale_status status = onsale_channel_open(options, &upstream->channel, ret_error);
    if (status != ONSALE_OK) {
        free(upstream);
        return status;
    }
    *ret_upstream = upstream;
    return ONSALE_OK;
}

void upstream_close(struct upstream *upstream)
{
    if (upstream == NULL) return;
    onsale_channel_close(upstream->channel);
    upstream->channel = NULL;
    loop_finish(upstream->loop);
    while (upstream->spare != NULL) {
        struct upstream_call *next = upstream->spare->next_spare;
        free(upstream->spare);
        upstream->spare = next;
    }
    free(upstream);
}
