#include "gateway/api_door.h"

#include <string.h>

#include "gateway/api_routes.h"
#include "gateway/json_reply.h"

static const struct api_route *const tables[] = {
    api_token_routes,
    api_balance_routes,
    api_concert_routes,
    api_reserve_routes,
};

enum { TABLES = sizeof tables / sizeof tables[0] };

/* As json_route_find. */
static const struct api_route *find(const struct request *request,
                                    struct path_variables *ret_variables,
                                    char ret_allow[JSON_ALLOW_BYTES])
{
    const struct api_route *found = NULL;
    ret_allow[0] = '\0';
    for (size_t i = 0; i < TABLES; i++)
        for (const struct api_route *route = tables[i]; route->verb != NULL; route++) {
            struct path_variables variables;
            if (!path_fits(route->path, request->path, &variables)) continue;
            json_allow_add(ret_allow, route->verb);
            if (!json_verb_is(request->method, route->verb)) continue;
            found = route;
            *ret_variables = variables;
        }
    return found;
}

void api_door_start(const struct handler *handler, struct exchange *exchange)
{
    const struct json_door *door = handler->context;
    struct path_variables variables;
    char allow[JSON_ALLOW_BYTES];
    const struct api_route *route = find(&exchange->request, &variables, allow);
    if (route != NULL) {
        api_story_start(door, exchange, route, &variables);
    } else if (allow[0] != '\0' && strcmp(exchange->request.method, "OPTIONS") == 0) {
        json_reply_options(exchange, door->origins, allow);
    } else {
        const struct json_refusal refusal = {.http = allow[0] == '\0' ? JSON_PATH_UNKNOWN
                                                                      : JSON_VERB_NOT_ALLOWED};
        json_reply_refusal(exchange, door->origins, &refusal, allow);
    }
}
