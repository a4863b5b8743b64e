/* api_story.h -- One request under /api: a few calls to the server, one after the other, and then
 * one answer. */
#ifndef GATEWAY_API_STORY_H
#define GATEWAY_API_STORY_H

#include <onsale/onsale.h>

#include "gateway/exchange.h"
#include "gateway/json_door.h"
#include "gateway/json_refusal.h"
#include "gateway/json_route.h"
#include "json/buffer.h"

enum { API_STEPS_MAX = 4, API_STORY_BYTES_MAX = 32 * 1024 * 1024 };

struct api_story;

/** A call that a story may need. */
struct api_step {
    const struct onsale_method *method;

    /** Fills in the request, which is empty.
     * @return False if the step is not needed. */
    bool (*ask)(struct api_story *story, ProtobufCMessage *request);

    /** Takes the response, which lives as long as the story.
     * @return True if the step is to be done again. */
    bool (*take)(struct api_story *story, const ProtobufCMessage *response);
};

/** A path under /api, and how it is answered. */
struct api_route {
    const char *verb;
    const char *path; /* as of struct json_route */
    const ProtobufCMessageDescriptor *request;
    bool has_body;
    struct api_step steps[API_STEPS_MAX]; /* up to one without a method */
    void (*write)(const struct api_story *story, struct json_buffer *text);
};

/** A request under way, and what is known so far. */
struct api_story {
    const struct json_door *door;
    struct exchange *exchange;
    const struct api_route *route;
    size_t step;
    struct upstream_call *upstream;
    struct arena arena; /* for all of it */
    const ProtobufCMessage *request;
    ProtobufCBinaryData token; /* of Authorization; none if there is none */
    enum status refused;       /* what a step found out; STATUS_OK: nothing */
    bool is_korean;

    uint64_t user_id;
    int64_t balance;
    const char *page_token;
    const Onsale__V1__QueueEntry *entry;
    const Onsale__V1__ListPerformancesResponse *performances;
    const Onsale__V1__Performance *performance;
    const Onsale__V1__SeatLayout *layout;
    const Onsale__V1__GetSeatMapResponse *map;
    const Onsale__V1__Reservation *reservation;
    const Onsale__V1__Payment *payment;
};

/** Begins: reads the request, and goes on to the first call. Answers by itself. */
void api_story_start(const struct json_door *door, struct exchange *exchange,
                     const struct api_route *route, const struct path_variables *variables);

/** The id of what a story makes: of Idempotency-Key and the user, or a new one.
 * @return False, with `refused` set, if there is none. */
bool api_story_make_id(struct api_story *story, ProtobufCBinaryData *ret_id);

#endif
