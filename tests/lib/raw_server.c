#include "tests/lib/raw_server.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "tests/lib/raw_reply.h"

enum { WORKERS = 80, SCRIPT_MAX = 16 };

struct step {
    enum raw_reply reply;
    size_t frames_left;
};

struct worker {
    pthread_t thread;
    struct raw_server *server;
    nng_ctx ctx;
    nng_aio *aio;
};

struct raw_server {
    nng_socket socket;
    struct worker workers[WORKERS];
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool held;
    const char *held_method; /* NULL: every one */
    size_t let_go;           /* frames that may go on while held */
    size_t connections;
    size_t frames;
    size_t calls;
    struct raw_role role;
    struct step script[SCRIPT_MAX];
    size_t script_count;
    struct raw_call first_calls[RAW_FRAMES_KEPT];
};

static void text_keep(char *to, size_t capacity, const char *from)
{
    REQUIRE(strlen(from) < capacity);
    memcpy(to, from, strlen(from) + 1);
}

static void call_keep(struct raw_call *to, const Onsale__Rpc__V1__RequestFrame *frame)
{
    const Onsale__Rpc__V1__Call *from = frame->calls[0];
    to->min_index = frame->min_index;
    text_keep(to->method, sizeof to->method, from->method);
    to->timeout_ms = from->timeout_ms;
    to->metadata_count = from->n_metadata;
    if (from->n_metadata > 0) {
        text_keep(to->metadata_key, sizeof to->metadata_key, from->metadata[0]->key);
        text_keep(to->metadata_value, sizeof to->metadata_value, from->metadata[0]->value);
    }
    if (from->payload.len > RAW_PAYLOAD_BYTES_MAX) return;
    to->payload_size = from->payload.len;
    if (to->payload_size > 0) memcpy(to->payload, from->payload.data, to->payload_size);
}

static enum raw_reply script_next(struct raw_server *server)
{
    for (size_t i = 0; i < server->script_count; i++)
        if (server->script[i].frames_left > 0) {
            server->script[i].frames_left--;
            return server->script[i].reply;
        }
    return RAW_ANSWER;
}

static bool is_held(const struct raw_server *server, const Onsale__Rpc__V1__RequestFrame *frame)
{
    if (!server->held || server->held_method == NULL) return server->held;
    for (size_t i = 0; i < frame->n_calls; i++)
        if (strcmp(frame->calls[i]->method, server->held_method) == 0) return true;
    return false;
}

static enum raw_reply as_follower(const struct raw_role *role,
                                  const Onsale__Rpc__V1__RequestFrame *frame)
{
    bool is_read = strstr(frame->calls[0]->method, "/Get") != NULL;
    if (!is_read || !frame->any_server) return RAW_NOT_LEADER;
    return frame->min_index > role->index ? RAW_BEHIND : RAW_ANSWER;
}

/* Counts a frame and waits while it is held.
 * @param ret_role  As it is when the frame is answered. */
static enum raw_reply take_note(struct raw_server *server,
                                const Onsale__Rpc__V1__RequestFrame *frame,
                                struct raw_role *ret_role)
{
    pthread_mutex_lock(&server->mutex);
    if (server->frames < RAW_FRAMES_KEPT) call_keep(&server->first_calls[server->frames], frame);
    server->frames++;
    server->calls += frame->n_calls;
    enum raw_reply reply = script_next(server);
    pthread_cond_broadcast(&server->changed);
    while (is_held(server, frame) && server->let_go == 0)
        pthread_cond_wait(&server->changed, &server->mutex);
    if (is_held(server, frame)) server->let_go--;
    *ret_role = server->role;
    if (reply == RAW_ANSWER && ret_role->follows) reply = as_follower(ret_role, frame);
    pthread_mutex_unlock(&server->mutex);
    return reply;
}

static void reply_send(nng_ctx ctx, nng_aio *aio, nng_msg *reply)
{
    nng_aio_set_msg(aio, reply);
    nng_ctx_send(ctx, aio);
    nng_aio_wait(aio);
    if (nng_aio_result(aio) != 0) nng_msg_free(reply);
}

static void serve(struct raw_server *server, nng_ctx ctx, nng_aio *aio, nng_msg *message)
{
    Onsale__Rpc__V1__RequestFrame *request =
        onsale__rpc__v1__request_frame__unpack(NULL, nng_msg_len(message), nng_msg_body(message));
    REQUIRE(request != NULL);
    REQUIRE(request->n_calls > 0);
    struct raw_role role;
    enum raw_reply how = take_note(server, request, &role);
    if (how == RAW_DROP)
        nng_pipe_close(nng_msg_get_pipe(message));
    else if (how != RAW_SILENCE)
        reply_send(ctx, aio, raw_reply_make(how, &role, request));
    onsale__rpc__v1__request_frame__free_unpacked(request, NULL);
    nng_msg_free(message);
}

static bool request_receive(nng_ctx ctx, nng_aio *aio)
{
    nng_ctx_recv(ctx, aio);
    nng_aio_wait(aio);
    return nng_aio_result(aio) == 0;
}

static void *work(void *context)
{
    struct worker *worker = context;
    while (request_receive(worker->ctx, worker->aio))
        serve(worker->server, worker->ctx, worker->aio, nng_aio_get_msg(worker->aio));
    return NULL;
}

static void workers_start(struct raw_server *server)
{
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &server->workers[i];
        worker->server = server;
        REQUIRE(nng_ctx_open(&worker->ctx, server->socket) == 0);
        REQUIRE(nng_aio_alloc(&worker->aio, NULL, NULL) == 0);
    }
    for (size_t i = 0; i < WORKERS; i++)
        REQUIRE(pthread_create(&server->workers[i].thread, NULL, work, &server->workers[i]) == 0);
}

/* Told before the connection carries a frame. */
static void connection_made(nng_pipe pipe, nng_pipe_ev event, void *context)
{
    (void)pipe;
    (void)event;
    struct raw_server *server = context;
    pthread_mutex_lock(&server->mutex);
    server->connections++;
    pthread_mutex_unlock(&server->mutex);
}

struct raw_server *raw_server_open(const char *url)
{
    struct raw_server *server = calloc(1, sizeof *server);
    REQUIRE(server != NULL);
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->changed, NULL);
    REQUIRE(nng_rep0_open(&server->socket) == 0);
    REQUIRE(nng_pipe_notify(server->socket, NNG_PIPE_EV_ADD_PRE, connection_made, server) == 0);
    workers_start(server);
    int rc = nng_listen(server->socket, url, NULL, 0);
    if (rc != 0) fprintf(stderr, "%s: %s\n", url, nng_strerror(rc));
    REQUIRE(rc == 0);
    return server;
}

/* The workers end before the socket: nng's close may crash if it races with the use of a context.
 */
void raw_server_close(struct raw_server *server)
{
    raw_server_release(server);
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &server->workers[i];
        nng_aio_stop(worker->aio);
        pthread_join(worker->thread, NULL);
        nng_aio_free(worker->aio);
        nng_ctx_close(worker->ctx);
    }
    nng_close(server->socket);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

void raw_server_expect(struct raw_server *server, enum raw_reply reply, size_t frames_count)
{
    pthread_mutex_lock(&server->mutex);
    REQUIRE(server->script_count < SCRIPT_MAX);
    server->script[server->script_count++] = (struct step){reply, frames_count};
    pthread_mutex_unlock(&server->mutex);
}

void raw_server_set_role(struct raw_server *server, struct raw_role role)
{
    pthread_mutex_lock(&server->mutex);
    server->role = role;
    pthread_mutex_unlock(&server->mutex);
}

static void held_set(struct raw_server *server, bool held, const char *method)
{
    pthread_mutex_lock(&server->mutex);
    server->held = held;
    server->held_method = method;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

void raw_server_hold(struct raw_server *server)
{
    held_set(server, true, NULL);
}

void raw_server_hold_method(struct raw_server *server, const char *method)
{
    held_set(server, true, method);
}

void raw_server_let_one_go(struct raw_server *server)
{
    pthread_mutex_lock(&server->mutex);
    server->let_go++;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

void raw_server_release(struct raw_server *server)
{
    held_set(server, false, NULL);
}

void raw_server_await(struct raw_server *server, size_t frames_count)
{
    pthread_mutex_lock(&server->mutex);
    while (server->frames < frames_count)
        pthread_cond_wait(&server->changed, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}

size_t raw_server_frames(struct raw_server *server)
{
    pthread_mutex_lock(&server->mutex);
    size_t frames = server->frames;
    pthread_mutex_unlock(&server->mutex);
    return frames;
}

size_t raw_server_calls(struct raw_server *server)
{
    pthread_mutex_lock(&server->mutex);
    size_t calls = server->calls;
    pthread_mutex_unlock(&server->mutex);
    return calls;
}

size_t raw_server_connections(struct raw_server *server)
{
    pthread_mutex_lock(&server->mutex);
    size_t connections = server->connections;
    pthread_mutex_unlock(&server->mutex);
    return connections;
}

struct raw_call raw_server_first_call(struct raw_server *server, size_t frame_index)
{
    REQUIRE(frame_index < RAW_FRAMES_KEPT);
    pthread_mutex_lock(&server->mutex);
    struct raw_call call = server->first_calls[frame_index];
    pthread_mutex_unlock(&server->mutex);
    return call;
}
