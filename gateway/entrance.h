/* entrance.h -- What a subscriber goes through before it follows a topic: it asks the server by
 * itself, with its own token or from its own place on, until it knows what the topic knows. Whoever
 * was let in by a token is watched afterwards: when the entry is over, so is the subscription.
 *
 * Freed when nobody needs it any more, not while it tells. */
#ifndef GATEWAY_ENTRANCE_H
#define GATEWAY_ENTRANCE_H

#include "gateway/topic.h"

struct entrance {
    struct subscription token_watch; /* the first member; of SEATS with a token */
    struct subscriptions *table;
    struct subscription *owner; /* NULL: it has left */
    struct upstream_call *call;
    bool is_telling;
    int64_t opened_ms;
    void (*ask)(struct entrance *entrance);
    uint32_t performance_id;
    size_t token_size; /* 0: none */
    uint8_t token[TOPIC_KEY_BYTES];
    struct entrance **place; /* what points to it in the list of those that wait; NULL: no */
    struct entrance *next;
};

/** @return NULL if there is no memory. */
struct entrance *entrance_open(struct subscriptions *table, struct subscription *owner,
                               void (*ask)(struct entrance *entrance));

/** Asks at the next tick. */
void entrance_wait(struct entrance *entrance);

/** Frees it if its owner is gone and it does not tell. */
void entrance_release(struct entrance *entrance);

/** Ends the subscription with an error. The entrance may be gone then. */
void entrance_refuse(struct entrance *entrance, const struct onsale_error *error);
void entrance_refuse_status(struct entrance *entrance, enum status status);

/** Tells the owner. @return Whether it is still there. */
bool entrance_tell(struct entrance *entrance, struct news *news);

#endif
