#include "rpc/channel/silence.h"

#include "rpc/channel/connection.h"

enum { TAKE_BACK_MS = 20 };

/* What is to be done about a connection, without the mutex. */
struct order {
    int hang_up; /* on this pipe; 0: on none */
    bool redial;
};

static bool is_in_flight_on(const struct channel_slot *slot,
                            const struct channel_connection *connection)
{
    return slot->connection == connection && slot->state == CHANNEL_SLOT_IN_FLIGHT;
}

static bool is_wanted(const struct channel_endpoint *endpoint,
                      const struct channel_connection *connection)
{
    if (endpoint->waiting.first != NULL) return true;
    for (size_t i = 0; i < endpoint->slots_count; i++)
        if (is_in_flight_on(endpoint->slots[i], connection)) return true;
    return false;
}

/* A slot that may not be given up is looked at again later: answers elsewhere may allow it then. */
static bool is_silent(struct channel_endpoint *endpoint,
                      const struct channel_connection *connection, int64_t now_ms)
{
    bool silent = false;
    for (size_t i = 0; i < endpoint->slots_count; i++) {
        struct channel_slot *slot = endpoint->slots[i];
        if (!is_in_flight_on(slot, connection) || slot->silent_at_ms > now_ms) continue;
        silent = true;
        slot->silent_at_ms = now_ms + endpoint->channel->attempt_timeout_ms;
    }
    return silent;
}

static int64_t redial_due(const struct channel_endpoint *endpoint,
                          const struct channel_connection *connection)
{
    if (!connection->started || connection->pipe_id != 0 || !is_wanted(endpoint, connection))
        return CHANNEL_NEVER;
    return connection->connects_since_ms + endpoint->channel->attempt_timeout_ms;
}

static struct order decide(struct channel_connection *connection, int64_t now_ms)
{
    struct channel_endpoint *endpoint = connection->endpoint;
    struct order order = {0};
    if (is_silent(endpoint, connection, now_ms) && connection->pipe_id != 0 &&
        channel_budget_take(&endpoint->channel->budget)) {
        order.hang_up = connection->pipe_id;
        connection->pipe_id = 0;
        connection->connects_since_ms = connection->down_since_ms = now_ms;
    } else if (redial_due(endpoint, connection) <= now_ms) {
        order.redial = true;
        connection->connects_since_ms = now_ms;
    }
    return order;
}

/* When frames that were given to nng just when their connection broke are taken back: they would
 * wait for it, while other servers may answer. nng has had time to end those that were sent. */
static int64_t take_back_due(const struct channel_slot *slot)
{
    const struct channel_connection *connection = slot->connection;
    bool is_stuck = is_in_flight_on(slot, connection) && connection->pipe_id == 0 &&
                    atomic_load(&slot->endpoint->channel->servers_count) > 1;
    if (!is_stuck) return CHANNEL_NEVER;
    int64_t first_ms = connection->down_since_ms + TAKE_BACK_MS;
    return first_ms > slot->take_back_ms ? first_ms : slot->take_back_ms;
}

/* A slot that meanwhile has another frame loses that one: it is repeated like any. */
static void take_back(struct channel_endpoint *endpoint, int64_t now_ms)
{
    struct onsale_channel *channel = endpoint->channel;
    struct channel_slot *slot;
    for (size_t i = 0;; i++) {
        bool is_due = false;
        pthread_mutex_lock(&channel->mutex);
        slot = i < endpoint->slots_count && !channel->closing ? endpoint->slots[i] : NULL;
        if (slot != NULL) is_due = take_back_due(slot) <= now_ms;
        if (is_due) slot->take_back_ms = now_ms + TAKE_BACK_MS;
        pthread_mutex_unlock(&channel->mutex);
        if (slot == NULL) return;
        if (is_due) nng_aio_abort(slot->aio, NNG_ECONNRESET);
    }
}

void channel_silence_end(struct channel_endpoint *endpoint, int64_t now_ms)
{
    struct onsale_channel *channel = endpoint->channel;
    struct channel_connection *connection;
    for (size_t i = 0;; i++) {
        struct order order = {0};
        pthread_mutex_lock(&channel->mutex);
        connection =
            i < endpoint->connections_count && !channel->closing ? endpoint->connections[i] : NULL;
        if (connection != NULL) order = decide(connection, now_ms);
        pthread_mutex_unlock(&channel->mutex);
        if (connection == NULL) break;
        if (order.hang_up != 0) channel_connection_hang_up(order.hang_up);
        if (order.redial) channel_connection_redial(connection);
    }
    if (atomic_load(&channel->servers_count) > 1) take_back(endpoint, now_ms);
}

int64_t channel_silence_due(const struct channel_endpoint *endpoint)
{
    int64_t due_ms = CHANNEL_NEVER;
    for (size_t i = 0; i < endpoint->slots_count; i++) {
        const struct channel_slot *slot = endpoint->slots[i];
        if (slot->state != CHANNEL_SLOT_IN_FLIGHT) continue;
        due_ms = channel_earlier(due_ms, slot->silent_at_ms);
        due_ms = channel_earlier(due_ms, take_back_due(slot));
    }
    for (size_t i = 0; i < endpoint->connections_count; i++)
        due_ms = channel_earlier(due_ms, redial_due(endpoint, endpoint->connections[i]));
    return due_ms;
}
