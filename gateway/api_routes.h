/* api_routes.h -- What there is under /api, each in the file of its subject. */
#ifndef GATEWAY_API_ROUTES_H
#define GATEWAY_API_ROUTES_H

#include "gateway/api_story.h"

/* Up to one whose verb is NULL. */
extern const struct api_route api_token_routes[];   /* api_token.c */
extern const struct api_route api_balance_routes[]; /* api_balance.c */
extern const struct api_route api_concert_routes[]; /* api_concert.c */
extern const struct api_route api_reserve_routes[]; /* api_reserve.c */

/** The step that looks up whose token it is, if the request does not name a user. The request's
 * first field is user_id. */
bool api_ask_user(struct api_story *story, ProtobufCMessage *request);
bool api_take_user(struct api_story *story, const ProtobufCMessage *response);

/** The state of a seat, by the two bits of a map: "AVAILABLE"; and for people. */
const char *api_seat_state(unsigned bits);
const char *api_seat_label(unsigned bits, bool is_korean);

#endif
