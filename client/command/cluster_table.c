#include "client/command/cluster_table.h"

#include <string.h>

#include "client/command/output.h"

enum { NUMBER_BYTES = 24 };

/* --- Judging -----------------------------------------------------------------------------------
 */

static bool leads(const Onsale__V1__GetClusterStatusResponse *status)
{
    return status->role == ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER ||
           status->role == ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_SINGLE;
}

static bool differ(const Onsale__V1__GetClusterStatusResponse *a,
                   const Onsale__V1__GetClusterStatusResponse *b)
{
    if (a->hash_index == 0 || a->hash_index != b->hash_index) return false;
    return a->hash.len != b->hash.len || memcmp(a->hash.data, b->hash.data, a->hash.len) != 0;
}

struct cluster_health cluster_judge(const struct cluster_server *servers, size_t count)
{
    struct cluster_health health = {0};
    for (size_t i = 0; i < count; i++) {
        if (servers[i].status == NULL) continue;
        health.answered++;
        if (leads(servers[i].status)) health.leaders++;
        for (size_t j = 0; j < i; j++)
            if (servers[j].status != NULL && differ(servers[i].status, servers[j].status))
                health.has_forked = true;
    }
    return health;
}

enum exit_code cluster_exit_code(struct cluster_health health)
{
    if (health.answered == 0) return EXIT_CODE_UNREACHABLE;
    return health.leaders == 1 && !health.has_forked ? EXIT_CODE_OK : EXIT_CODE_REFUSED;
}

/* --- Printing ----------------------------------------------------------------------------------
 */

/* A url would take the whole line: who has no name is known by its number. */
static void add_row(struct table *table, const struct cluster_server *server, size_t number)
{
    Onsale__V1__GetClusterStatusResponse absent = ONSALE__V1__GET_CLUSTER_STATUS_RESPONSE__INIT;
    Onsale__V1__GetClusterStatusResponse status = server->status == NULL ? absent : *server->status;
    char name[NUMBER_BYTES];
    snprintf(name, sizeof name, "#%zu", number);
    if (status.node[0] == '\0') status.node = name;
    table_add(table, cluster_view.fields, &(struct record){&status.base, NULL});
}

static void print_table(const struct cluster_server *servers, size_t count, size_t width, FILE *out)
{
    struct table table;
    table_init(&table, cluster_view.fields);
    for (size_t i = 0; i < count; i++)
        add_row(&table, &servers[i], i + 1);
    table_print(&table, width, out);
    table_deinit(&table);
}

void cluster_print(const struct cluster_server *servers, size_t count, size_t width, FILE *out)
{
    struct cluster_health health = cluster_judge(servers, count);
    print_table(servers, count, width, out);
    for (size_t i = 0; i < count; i++) {
        const Onsale__V1__GetClusterStatusResponse *status = servers[i].status;
        if (status == NULL)
            output_line(out, "#%zu: %s", i + 1, servers[i].error.message);
        else if (status->log_problem[0] != '\0')
            output_line(out, "%s: %s", status->node, status->log_problem);
    }
    if (health.answered > 0 && health.leaders == 0) output_line(out, "nobody leads");
    if (health.leaders > 1) output_line(out, "%zu servers say that they lead", health.leaders);
    if (health.has_forked) output_line(out, "servers differ in their state: see docs/CLUSTER.md");
}

static json_t *server_json(const struct cluster_server *server)
{
    json_t *document = json_pack("{so}", "url", json_from_text(server->url));
    if (server->status != NULL)
        json_object_set_new(document, "status", json_from_message(&server->status->base));
    else
        json_object_set_new(document, "error",
                            json_pack("{soso}", "reason", json_from_text(server->error.reason),
                                      "message", json_from_text(server->error.message)));
    return document;
}

json_t *cluster_json(const struct cluster_server *servers, size_t count)
{
    struct cluster_health health = cluster_judge(servers, count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, server_json(&servers[i]));
    return json_pack("{sosIsb}", "servers", list, "leaders", (json_int_t)health.leaders,
                     "statesDiffer", health.has_forked);
}
