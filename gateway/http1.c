#include "gateway/connection.h"

static void *http1_open(struct connection *connection)
{
    (void)connection;
    return NULL;
}

const struct connection_protocol http1_protocol = {.open = http1_open};
