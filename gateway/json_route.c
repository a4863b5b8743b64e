#include "gateway/json_route.h"

#include <onsale/onsale.h>
#include <string.h>

#include "base/require.h"

const struct json_route json_routes[] = {
#define ROUTE(verb, path, function, has_body, key_field)                                           \
    {#verb, path, &function##_method, has_body, key_field},
#include "routes.def"
#undef ROUTE
    {0},
};

/* A variable that begins here, in the template and in the path. @return False if it is empty. */
static bool take_variable(const char **template, const char **path,
                          struct path_variables *variables)
{
    struct path_variable *variable = &variables->list[variables->count++];
    REQUIRE(variables->count <= JSON_VARIABLES_MAX);
    variable->name = (struct text_slice){*template + 1, strcspn(*template + 1, "}")};
    variable->value = (struct text_slice){*path, strcspn(*path, "/:")};
    *template += variable->name.size + 2;
    *path += variable->value.size;
    return variable->value.size > 0;
}

bool path_fits(const char *template, const char *path, struct path_variables *ret_variables)
{
    ret_variables->count = 0;
    while (*template != '\0') {
        if (*template == '{') {
            if (!take_variable(&template, &path, ret_variables)) return false;
        } else if (*template ++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

bool json_verb_is(const char *verb, const char *of_route)
{
    return strcmp(strcmp(verb, "HEAD") == 0 ? "GET" : verb, of_route) == 0;
}

static void add_word(char allow[JSON_ALLOW_BYTES], const char *word)
{
    REQUIRE(strlen(allow) + strlen(word) + 3 <= JSON_ALLOW_BYTES);
    char *end = allow + strlen(allow);
    if (end != allow) end = stpcpy(end, ", ");
    strcpy(end, word);
}

void json_allow_add(char allow[JSON_ALLOW_BYTES], const char *verb)
{
    if (allow[0] == '\0') strcpy(allow, "OPTIONS");
    if (strstr(allow, verb) != NULL) return;
    add_word(allow, verb);
    if (strcmp(verb, "GET") == 0) add_word(allow, "HEAD");
}

const struct json_route *json_route_find(const char *verb, const char *path, bool is_for_admin,
                                         struct path_variables *ret_variables,
                                         char ret_allow[JSON_ALLOW_BYTES])
{
    const struct json_route *found = NULL;
    ret_allow[0] = '\0';
    for (const struct json_route *route = json_routes; route->verb != NULL; route++) {
        struct path_variables variables;
        if (!path_fits(route->path, path, &variables)) continue;
        if (route->method->endpoint == ONSALE_ENDPOINT_ADMIN && !is_for_admin) continue;
        json_allow_add(ret_allow, route->verb);
        if (!json_verb_is(verb, route->verb)) continue;
        found = route;
        *ret_variables = variables;
    }
    return found;
}
