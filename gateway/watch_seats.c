/* watch_seats.c -- The seats of a performance: one GetSeatMap for everybody who knows a version,
 * answered by what has changed since. Who comes asks for what it does not know by itself, with its
 * own token if it needs one.
 *
 * A delta says how blocks of seats are, so one that is told twice, or reaches further back than
 * what a subscriber knows, does no harm. */
#include <stdlib.h>
#include <string.h>

#include "gateway/entrance.h"
#include "gateway/http_limits.h"

static struct upstream_call *ask_for_map(struct upstream *upstream, const struct subscription *who,
                                         struct entrance *entrance, uint32_t performance_id,
                                         uint64_t known_version, upstream_done *done, void *context)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    request.performance_id = performance_id;
    request.known_version = known_version;
    if (entrance != NULL)
        request.token = (ProtobufCBinaryData){entrance->token_size, entrance->token};
    return watch_call(upstream, who, &onsale_catalog_get_seat_map_method, &request.base, done,
                      context);
}

static Onsale__V1__GetSeatMapResponse *unpack(const uint8_t *response, size_t size)
{
    return onsale__v1__get_seat_map_response__unpack(NULL, size, response);
}

static struct news news_of(const Onsale__V1__GetSeatMapResponse *map, const uint8_t *response,
                           size_t response_size)
{
    return (struct news){
        .kind = NEWS_SEATS,
        .message = response,
        .message_size = response_size,
        .unpacked = &map->base,
        .version = map->version,
    };
}

/* --- The topic ---------------------------------------------------------------------------------
 */

/* What has expired and was not reaped yet comes again with each look. */
static bool is_new_to(const struct topic *topic, const Onsale__V1__GetSeatMapResponse *map,
                      const uint8_t *response, size_t response_size)
{
    if (map->n_runs == 0 || map->version < topic->version) return false;
    return map->version != topic->version || topic->message_size != response_size ||
           memcmp(topic->message, response, response_size) != 0;
}

static void map_looked(void *context, const struct onsale_error *error, const uint8_t *response,
                       size_t response_size)
{
    struct topic *topic = context;
    topic->call = NULL;
    if (error != NULL && !error_is_passing(error)) {
        topic_end(topic, error);
        return;
    }
    topic_look_after(topic, topic->is_hurried ? WATCH_HASTE_MS_MIN : WATCH_REFRESH_MS);
    Onsale__V1__GetSeatMapResponse *map = error == NULL ? unpack(response, response_size) : NULL;
    if (map == NULL) return;
    struct news news = news_of(map, response, response_size);
    if (is_new_to(topic, map, response, response_size))
        topic_tell(topic, &news);
    else if (map->version > topic->version)
        topic->version = map->version;
    onsale__v1__get_seat_map_response__free_unpacked(map, NULL);
}

void watch_seats_look(struct topic *topic)
{
    topic->call = ask_for_map(topic->table->trusted, topic->subscribers, NULL, topic_id(topic),
                              topic->version, map_looked, topic);
    if (topic->call == NULL) topic_look_after(topic, WATCH_REFRESH_MS);
}

/* --- The entrance ------------------------------------------------------------------------------
 */

static void token_told(struct subscription *subscription, struct news *news)
{
    if (news->is_last)
        entrance_refuse_status((struct entrance *)subscription, STATUS_TOKEN_EXPIRED);
}

static void token_ended(struct subscription *subscription, const struct onsale_error *error)
{
    entrance_refuse((struct entrance *)subscription, error);
}

/* From now on the subscriber is told with all the others, and its token is looked after. */
static void go_in(struct entrance *entrance, struct topic *topic)
{
    struct subscription *owner = entrance->owner;
    topic_add(topic, owner, false);
    if (entrance->token_size == 0) {
        owner->entrance = NULL;
        entrance->owner = NULL;
        entrance_release(entrance);
        return;
    }
    entrance->token_watch.told = token_told;
    entrance->token_watch.ended = token_ended;
    entrance->token_watch.origin = owner->origin;
    if (!subscribe_queue_entry(entrance->table, &entrance->token_watch, entrance->token,
                               entrance->token_size))
        entrance_refuse_status(entrance, STATUS_OUT_OF_MEMORY);
}

static void join(struct entrance *entrance)
{
    struct topic_key key = topic_key_of(entrance->performance_id);
    struct topic *topic = topic_get(entrance->table, NEWS_SEATS, &key);
    if (topic == NULL) {
        entrance_refuse_status(entrance, STATUS_OUT_OF_MEMORY);
        return;
    }
    if (topic->subscribers == NULL) {
        topic->version = entrance->owner->known;
        topic_look_after(topic, WATCH_REFRESH_MS);
    }
    if (entrance->owner->known < topic->version)
        entrance->ask(entrance);
    else
        go_in(entrance, topic);
}

static void map_asked(void *context, const struct onsale_error *error, const uint8_t *response,
                      size_t response_size)
{
    struct entrance *entrance = context;
    entrance->call = NULL;
    if (error != NULL && error_is_borne(entrance->table, error, entrance->opened_ms)) {
        entrance_wait(entrance);
        return;
    }
    if (error != NULL) {
        entrance_refuse(entrance, error);
        return;
    }
    Onsale__V1__GetSeatMapResponse *map = unpack(response, response_size);
    if (map == NULL) {
        entrance_refuse_status(entrance, STATUS_REPLY_MALFORMED);
        return;
    }
    struct news news = news_of(map, response, response_size);
    bool is_there = entrance_tell(entrance, &news);
    onsale__v1__get_seat_map_response__free_unpacked(map, NULL);
    if (is_there) join(entrance);
}

static void ask_at_door(struct entrance *entrance)
{
    struct upstream *upstream =
        entrance->token_size == 0 ? entrance->table->trusted : entrance->table->open;
    if (entrance->table->trusted == NULL) {
        entrance_refuse_status(entrance, STATUS_ADMIN_SOCKET_NEEDED);
        return;
    }
    entrance->call = ask_for_map(upstream, entrance->owner, entrance, entrance->performance_id,
                                 entrance->owner->known, map_asked, entrance);
    if (entrance->call == NULL) entrance_wait(entrance);
}

bool watch_seats_enter(struct subscriptions *table, struct subscription *subscription,
                       uint32_t performance_id, const uint8_t *token, size_t token_size)
{
    struct entrance *entrance = entrance_open(table, subscription, ask_at_door);
    if (entrance == NULL) return false;
    entrance->performance_id = performance_id;
    entrance->token_size = token_size < TOPIC_KEY_BYTES ? token_size : TOPIC_KEY_BYTES;
    if (token_size > 0) memcpy(entrance->token, token, entrance->token_size);
    if (table->trusted == NULL)
        entrance_wait(entrance);
    else
        ask_at_door(entrance);
    return true;
}
