#include "gateway/health.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/loop.h"
#include "grpc/health/v1/health.pb-c.h"

enum { ASK_MS = 1000, ASK_TIMEOUT_MS = 3000 };

typedef Grpc__Health__V1__HealthCheckResponse__ServingStatus serving_status;

#define UNKNOWN GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__UNKNOWN
#define SERVING GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
#define NOT_SERVING GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING
#define SERVICE_UNKNOWN GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN

/* A stream of Watch; in the arena of its exchange. */
struct health_watch {
    struct health *health;
    struct exchange *exchange;
    struct health_watch *previous, *next;
    serving_status told;
    bool has_told;
};

struct health {
    struct loop *loop;
    struct upstream *upstream;
    struct loop_ticker ticker;
    struct upstream_call *call;
    struct health_watch *watches;
    serving_status status;
    bool is_draining;
};

/* A call of Check; in the arena of its exchange. */
struct health_check {
    struct exchange *exchange;
    struct upstream_call *call;
};

/* --- What the server says ----------------------------------------------------------------------
 */

/* It serves as long as it reads: a full disk shows in the calls that write. */
static serving_status status_of(const struct onsale_error *error, const uint8_t *message,
                                size_t size)
{
    if (error != NULL) return NOT_SERVING;
    Onsale__Rpc__V1__CheckResponse *response =
        onsale__rpc__v1__check_response__unpack(NULL, size, message);
    bool serves = response != NULL &&
                  response->status != ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_NOT_SERVING;
    onsale__rpc__v1__check_response__free_unpacked(response, NULL);
    return serves ? SERVING : NOT_SERVING;
}

static struct upstream_call *ask(struct upstream *upstream, upstream_done *done, void *context)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    options.timeout_ms = ASK_TIMEOUT_MS;
    return upstream_call(upstream, NULL, &onsale_health_check_method, NULL, 0, &options, done,
                         context);
}

/* @return False if there is no memory. */
static bool send_status(struct exchange *exchange, serving_status status)
{
    Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    response.status = status;
    return grpc_send_message(exchange, &response.base);
}

static void answer(struct exchange *exchange, serving_status status)
{
    if (send_status(exchange, status))
        grpc_end(exchange, NULL);
    else
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
}

/* "" is the whole; a service is there if it has a method. */
static bool is_known_service(const char *name)
{
    size_t size = strlen(name);
    const struct onsale_method *method;
    if (size == 0 || strcmp(name, "onsale.v1.WatchService") == 0) return true;
    for (size_t i = 0; (method = onsale_method_at(i)) != NULL; i++)
        if (strncmp(method->name, name, size) == 0 && method->name[size] == '/') return true;
    return false;
}

/* --- Check -------------------------------------------------------------------------------------
 */

static void checked(void *context, const struct onsale_error *error, const uint8_t *message,
                    size_t size)
{
    struct health_check *check = context;
    answer(check->exchange, status_of(error, message, size));
}

static void give_up(struct exchange *exchange)
{
    struct health_check *check = exchange->context;
    upstream_cancel(check->call);
}

static void start_check(const struct grpc_door *door, struct exchange *exchange)
{
    struct health_check *check = arena_alloc(exchange->arena, sizeof *check);
    if (check == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    if (door->health->is_draining) {
        answer(exchange, NOT_SERVING);
        return;
    }
    check->exchange = exchange;
    check->call = ask(door->upstream, checked, check);
    if (check->call == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    exchange->context = check;
    exchange->gone = give_up;
}

/* --- Watch -------------------------------------------------------------------------------------
 */

static void leave(struct exchange *exchange)
{
    struct health_watch *watch = exchange->context;
    if (watch->previous != NULL)
        watch->previous->next = watch->next;
    else
        watch->health->watches = watch->next;
    if (watch->next != NULL) watch->next->previous = watch->previous;
}

static void tell(struct health_watch *watch, serving_status status)
{
    if (watch->has_told && watch->told == status) return;
    watch->has_told = send_status(watch->exchange, status);
    watch->told = status;
}

static void asked(void *context, const struct onsale_error *error, const uint8_t *message,
                  size_t size)
{
    struct health *health = context;
    health->call = NULL;
    health->status = status_of(error, message, size);
    for (struct health_watch *watch = health->watches; watch != NULL; watch = watch->next)
        if (watch->told != SERVICE_UNKNOWN) tell(watch, health->status);
}

static void look(struct loop_ticker *ticker, int64_t now_ms)
{
    struct health *health = (struct health *)((char *)ticker - offsetof(struct health, ticker));
    (void)now_ms;
    if (health->watches != NULL && health->call == NULL && !health->is_draining)
        health->call = ask(health->upstream, asked, health);
}

static void start_watch(const struct grpc_door *door, struct exchange *exchange, bool is_known)
{
    struct health *health = door->health;
    struct health_watch *watch = arena_calloc(exchange->arena, 1, sizeof *watch);
    if (watch == NULL || health->is_draining) {
        grpc_refuse(exchange, watch == NULL ? STATUS_OUT_OF_MEMORY : STATUS_SHUTTING_DOWN);
        return;
    }
    watch->health = health;
    watch->exchange = exchange;
    watch->next = health->watches;
    if (watch->next != NULL) watch->next->previous = watch;
    health->watches = watch;
    exchange->context = watch;
    exchange->gone = leave;
    if (!is_known)
        tell(watch, SERVICE_UNKNOWN);
    else if (health->call == NULL)
        health->call = ask(health->upstream, asked, health);
}

/* --- gRPC --------------------------------------------------------------------------------------
 */

static void check(const struct grpc_door *door, struct exchange *exchange, const uint8_t *message,
                  size_t message_size)
{
    Grpc__Health__V1__HealthCheckRequest *request =
        grpc__health__v1__health_check_request__unpack(NULL, message_size, message);
    if (request == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else if (!is_known_service(request->service))
        grpc_fail(exchange, ONSALE__RPC__V1__CODE__CODE_NOT_FOUND, "there is no such service");
    else
        start_check(door, exchange);
    grpc__health__v1__health_check_request__free_unpacked(request, NULL);
}

static void watch(const struct grpc_door *door, struct exchange *exchange, const uint8_t *message,
                  size_t message_size)
{
    Grpc__Health__V1__HealthCheckRequest *request =
        grpc__health__v1__health_check_request__unpack(NULL, message_size, message);
    if (request == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else
        start_watch(door, exchange, is_known_service(request->service));
    grpc__health__v1__health_check_request__free_unpacked(request, NULL);
}

const struct grpc_own_method grpc_health_methods[] = {
    {"/grpc.health.v1.Health/Check", check},
    {"/grpc.health.v1.Health/Watch", watch},
    {NULL, NULL},
};

/* --- Life --------------------------------------------------------------------------------------
 */

struct health *health_open(struct loop *loop, struct upstream *upstream)
{
    struct health *health = calloc(1, sizeof *health);
    if (health == NULL) return NULL;
    health->loop = loop;
    health->upstream = upstream;
    health->status = UNKNOWN;
    health->ticker = (struct loop_ticker){.tick = look, .interval_ms = ASK_MS};
    loop_tick(loop, &health->ticker);
    return health;
}

void health_drain(struct health *health)
{
    health->is_draining = true;
    while (health->watches != NULL) {
        struct exchange *exchange = health->watches->exchange;
        tell(health->watches, NOT_SERVING);
        leave(exchange);
        grpc_refuse(exchange, STATUS_SHUTTING_DOWN);
    }
}

void health_close(struct health *health)
{
    if (health == NULL) return;
    REQUIRE(health->watches == NULL);
    if (health->call != NULL) upstream_cancel(health->call);
    free(health);
}
