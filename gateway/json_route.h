/* json_route.h -- Which method a verb and a path call: the table that the plugin makes of the
 * .proto files. Pure. */
#ifndef GATEWAY_JSON_ROUTE_H
#define GATEWAY_JSON_ROUTE_H

#include <onsale/channel.h>
#include <stdbool.h>

#include "gateway/json_url.h"

/** How a method is called. */
struct json_route {
    const char *verb; /* "GET" */
    const char *path; /* "/v1/concerts/{concert_id}" */
    const struct onsale_method *method;
    bool has_body;
    const char *key_field; /* what Idempotency-Key fills; "" if nothing */
};

enum { JSON_VARIABLES_MAX = 4, JSON_ALLOW_BYTES = 64 };

/** A variable of a path, and its value, still escaped. */
struct path_variable {
    struct text_slice name;
    struct text_slice value;
};

/** The variables of a path. */
struct path_variables {
    size_t count;
    struct path_variable list[JSON_VARIABLES_MAX];
};

/** Whether a path fits in a template. A variable takes one part of it, without '/' and ':', and not
 * nothing.
 * @param ret_variables  Undefined if false is returned. */
bool path_fits(const char *template, const char *path, struct path_variables *ret_variables);

/** Finds who answers a request.
 * @param verb          HEAD asks for what GET does.
 * @param is_for_admin  Whether methods of administration are served; else they are not there.
 * @param ret_variables Set unless NULL is returned.
 * @param ret_allow     Verbs that the path has: "GET, HEAD, OPTIONS"; "" if there is no such path.
 * @return NULL if there is none. */
const struct json_route *json_route_find(const char *verb, const char *path, bool is_for_admin,
                                         struct path_variables *ret_variables,
                                         char ret_allow[JSON_ALLOW_BYTES]);

/** Adds a verb to such a list, GET with HEAD, unless it is there. */
void json_allow_add(char allow[JSON_ALLOW_BYTES], const char *verb);

/** Whether a verb is meant by another: HEAD is by GET. */
bool json_verb_is(const char *verb, const char *of_route);

/** The routes, up to one whose verb is NULL. */
extern const struct json_route json_routes[];

#endif
