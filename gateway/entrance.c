#include "gateway/entrance.h"

#include <stdlib.h>

#include "base/require.h"

struct entrance *entrance_open(struct subscriptions *table, struct subscription *owner,
                               void (*ask)(struct entrance *entrance))
{
    struct entrance *entrance = calloc(1, sizeof *entrance);
    REQUIRE(owner->entrance == NULL);
    if (entrance == NULL) return NULL;
    entrance->table = table;
    entrance->owner = owner;
    entrance->ask = ask;
    entrance->opened_ms = loop_now_ms(table->loop);
    owner->entrance = entrance;
    return entrance;
}

/* --- Waiting -----------------------------------------------------------------------------------
 */

void entrance_wait(struct entrance *entrance)
{
    struct entrance **first = &entrance->table->waiting;
    REQUIRE(entrance->place == NULL);
    entrance->place = first;
    entrance->next = *first;
    if (entrance->next != NULL) entrance->next->place = &entrance->next;
    *first = entrance;
}

static void wait_no_longer(struct entrance *entrance)
{
    if (entrance->place == NULL) return;
    *entrance->place = entrance->next;
    if (entrance->next != NULL) entrance->next->place = entrance->place;
    entrance->place = NULL;
}

void entrances_tick(struct subscriptions *table)
{
    struct entrance *asked = table->waiting; /* some will wait again */
    table->waiting = NULL;
    if (asked != NULL) asked->place = &asked;
    while (asked != NULL) {
        struct entrance *entrance = asked;
        wait_no_longer(entrance);
        entrance->ask(entrance);
    }
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct subscriptions *entrance_table(const struct entrance *entrance)
{
    return entrance->table;
}

void entrance_release(struct entrance *entrance)
{
    if (entrance->owner != NULL || entrance->is_telling) return;
    REQUIRE(entrance->call == NULL);
    REQUIRE(entrance->token_watch.topic == NULL);
    free(entrance);
}

void entrance_leave(struct entrance *entrance)
{
    entrance->owner->entrance = NULL;
    entrance->owner = NULL;
    wait_no_longer(entrance);
    if (entrance->call != NULL) upstream_cancel(entrance->call);
    entrance->call = NULL;
    unsubscribe(&entrance->token_watch);
    entrance_release(entrance);
}

void entrance_refuse(struct entrance *entrance, const struct onsale_error *error)
{
    struct subscription *owner = entrance->owner;
    unsubscribe(owner); /* frees the entrance */
    owner->ended(owner, error);
}

void entrance_refuse_status(struct entrance *entrance, enum status status)
{
    struct onsale_error error;
    upstream_error(&error, status, false);
    entrance_refuse(entrance, &error);
}

bool entrance_tell(struct entrance *entrance, struct news *news)
{
    entrance->is_telling = true;
    subscription_tell(entrance->owner, news);
    entrance->is_telling = false;
    if (entrance->owner != NULL) return true;
    entrance_release(entrance);
    return false;
}
