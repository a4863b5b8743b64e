#include "gateway/doors.h"

#include <stdlib.h>

#include "gateway/api_door.h"
#include "gateway/entry_wait.h"
#include "gateway/grpc.h"
#include "gateway/grpc_watch.h"
#include "gateway/health.h"
#include "gateway/http_limits.h"
#include "gateway/json_door.h"
#include "gateway/metrics_door.h"
#include "gateway/reflection.h"
#include "gateway/sse.h"
#include "schema/descriptors.h"

/* Made by the build, for reflection. */
extern const uint8_t descriptor_bytes[];
extern const size_t descriptor_bytes_size;

enum { ROWS_MAX = 16, ROLES = ROLE_ADMIN + 1 };

struct doors {
    struct subscriptions *subscriptions;
    struct health *health;
    struct descriptors *descriptors;
    struct sse_door *sse;
    struct grpc_watches watches;
    struct grpc_door grpc[ROLES];
    struct json_door json[ROLES];
    struct json_workspace workspace;
    struct handler tables[ROLES][ROWS_MAX]; /* a row without `start` ends each */
    struct handler metrics_table[2];
};

static size_t body_bytes_max(enum role role)
{
    return role == ROLE_ADMIN ? HTTP_ADMIN_BODY_BYTES_MAX : HTTP_BODY_BYTES_MAX;
}

static void fill_table(struct doors *doors, enum role role)
{
    static const char *const reflections[] = {
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    };
    struct handler *row = doors->tables[role];
    for (size_t i = 0; i < sizeof reflections / sizeof reflections[0]; i++)
        *row++ = (struct handler){
            .path_prefix = reflections[i],
            .content_type = "application/grpc",
            .needs_http2 = true,
            .context = doors->descriptors,
            .start = reflection_start,
            .receive = reflection_receive,
            .refuse = grpc_refuse_request,
        };
    *row++ = (struct handler){
        .path_prefix = "",
        .content_type = "application/grpc",
        .needs_http2 = true,
        .body_bytes_max = body_bytes_max(role),
        .context = &doors->grpc[role],
        .start = grpc_start,
        .refuse = grpc_refuse_request,
    };
    *row++ = (struct handler){
        .path_prefix = "/api/",
        .body_bytes_max = body_bytes_max(role),
        .context = &doors->json[role],
        .start = api_door_start,
        .refuse = json_door_refuse,
    };
    *row++ = (struct handler){
        .path_prefix = SSE_PATH,
        .body_bytes_max = body_bytes_max(role),
        .context = doors->sse,
        .start = sse_start,
        .refuse = sse_refuse,
    };
    *row++ = (struct handler){
        .path_prefix = "", /* the last: it answers unknown paths, too */
        .body_bytes_max = body_bytes_max(role),
        .context = &doors->json[role],
        .start = json_door_start,
        .refuse = json_door_refuse,
    };
}

static void fill_metrics_table(struct doors *doors, struct upstream *trusted)
{
    doors->metrics_table[0] = (struct handler){
        .path_prefix = "",
        .context = trusted,
        .start = metrics_door_start,
        .refuse = metrics_door_refuse,
    };
}

struct doors *doors_open(struct loop *loop, struct upstream *upstream, struct upstream *trusted,
                         const struct origins *origins)
{
    struct doors *doors = calloc(1, sizeof *doors);
    if (doors == NULL) return NULL;
    json_workspace_init(&doors->workspace);
    doors->subscriptions = subscriptions_open(loop, upstream, trusted);
    doors->sse = sse_door_open(loop, doors->subscriptions, origins);
    doors->health = health_open(loop, upstream);
    doors->descriptors = descriptors_open(descriptor_bytes, descriptor_bytes_size);
    if (doors->subscriptions == NULL || doors->sse == NULL || doors->health == NULL ||
        doors->descriptors == NULL) {
        doors_close(doors);
        return NULL;
    }
    for (enum role role = ROLE_PUBLIC; role <= ROLE_ADMIN; role++) {
        doors->grpc[role] = (struct grpc_door){
            .upstream = upstream,
            .subscriptions = doors->subscriptions,
            .watches = &doors->watches,
            .health = doors->health,
            .is_for_admin = role == ROLE_ADMIN,
            .message_bytes_max = body_bytes_max(role),
        };
        doors->json[role] = (struct json_door){
            .upstream = upstream,
            .origins = origins,
            .workspace = &doors->workspace,
            .is_for_admin = role == ROLE_ADMIN,
        };
        fill_table(doors, role);
    }
    fill_metrics_table(doors, trusted);
    return doors;
}

const struct handler *doors_handlers(const struct doors *doors, enum role role)
{
    return doors->tables[role];
}

const struct handler *doors_metrics_handlers(const struct doors *doors)
{
    return doors->metrics_table;
}

void doors_drain(struct doors *doors)
{
    sse_door_drain(doors->sse);
    grpc_watches_drain(&doors->watches);
    entry_waits_end(doors->subscriptions);
    health_drain(doors->health);
}

void doors_close(struct doors *doors)
{
    if (doors == NULL) return;
    sse_door_close(doors->sse);
    subscriptions_close(doors->subscriptions);
    health_close(doors->health);
    descriptors_close(doors->descriptors);
    json_workspace_deinit(&doors->workspace);
    free(doors);
}
