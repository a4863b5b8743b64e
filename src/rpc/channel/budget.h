/* budget.h -- The budget for connections that are given up, so that repeated calls never multiply
 * an overload.
 *
 * Tokens, as in gRPC's retry throttling: giving up a connection costs one token, an answered frame
 * earns a tenth of one. At half of the tokens or below no connection is given up: its calls wait
 * for their answers. So all connections of a channel may be given up at once, as when the server
 * has stopped, but over time no more than one for ten answers. Under the channel's mutex. */
#ifndef RPC_CHANNEL_BUDGET_H
#define RPC_CHANNEL_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

struct channel_budget {
    size_t tenths;
    size_t tenths_max;
};

/** @param connections  That can be given up before the first answer; 1 or more. */
void channel_budget_init(struct channel_budget *budget, size_t connections);

/** There may be so many connections more. */
void channel_budget_grow(struct channel_budget *budget, size_t connections);

/** @return Whether a connection may be given up: it then is paid for. */
bool channel_budget_take(struct channel_budget *budget);

/** A frame was answered. */
void channel_budget_earn(struct channel_budget *budget);

#endif
