/* cluster_table.h -- Servers of a shop on several machines, side by side. */
#ifndef CLIENT_COMMAND_CLUSTER_TABLE_H
#define CLIENT_COMMAND_CLUSTER_TABLE_H

#include "client/command/command.h"
#include "client/command/json.h"

/** What a server told of itself. */
struct cluster_server {
    const char *url;
    Onsale__V1__GetClusterStatusResponse *status; /* NULL: nothing */
    struct onsale_error error;                    /* why */
};

/** How the servers do together. */
struct cluster_health {
    size_t answered;
    size_t leaders;  /* also one that has no log */
    bool has_forked; /* two servers have different hashes of the same entry's state */
};

struct cluster_health cluster_judge(const struct cluster_server *servers, size_t count);

/** EXIT_CODE_UNREACHABLE if none answered, EXIT_CODE_REFUSED unless one leads and the hashes that
 * can be compared are the same. */
enum exit_code cluster_exit_code(struct cluster_health health);

/** Prints a table, and what is wrong.
 * @param width  As table_print. */
void cluster_print(const struct cluster_server *servers, size_t count, size_t width, FILE *out);

/** As a document, whose owner the caller is. */
json_t *cluster_json(const struct cluster_server *servers, size_t count);

#endif
