#include "gateway/doors.h"

#include <stdlib.h>

#include "gateway/grpc.h"
#include "gateway/http_limits.h"

enum { ROWS_MAX = 16, ROLES = ROLE_ADMIN + 1 };

struct doors {
    struct grpc_door grpc[ROLES];
    struct handler tables[ROLES][ROWS_MAX]; /* a row without `start` ends each */
};

static size_t body_bytes_max(enum role role)
{
    return role == ROLE_ADMIN ? HTTP_ADMIN_BODY_BYTES_MAX : HTTP_BODY_BYTES_MAX;
}

static void fill_table(struct doors *doors, enum role role)
{
    struct handler *row = doors->tables[role];
    *row++ = (struct handler){
        .path_prefix = "",
        .content_type = "application/grpc",
        .needs_http2 = true,
        .body_bytes_max = body_bytes_max(role),
        .context = &doors->grpc[role],
        .start = grpc_start,
        .refuse = grpc_refuse_request,
    };
}

struct doors *doors_open(struct loop *loop, struct upstream *upstream)
{
    struct doors *doors = calloc(1, sizeof *doors);
    (void)loop;
    if (doors == NULL) return NULL;
    for (enum role role = ROLE_PUBLIC; role <= ROLE_ADMIN; role++) {
        doors->grpc[role] = (struct grpc_door){
            .upstream = upstream,
            .is_for_admin = role == ROLE_ADMIN,
            .message_bytes_max = body_bytes_max(role),
        };
        fill_table(doors, role);
    }
    return doors;
}

const struct handler *doors_handlers(const struct doors *doors, enum role role)
{
    return doors->tables[role];
}

void doors_drain(struct doors *doors)
{
    (void)doors;
}

void doors_close(struct doors *doors)
{
    free(doors);
}
