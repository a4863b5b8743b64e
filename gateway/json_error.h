/* json_error.h -- Refusals as JSON, as google.rpc.Status has them over HTTP:
 *
 *     {"error":{"code":400,"status":"FAILED_PRECONDITION","message":"a seat is held or sold",
 *      "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SEAT_TAKEN",
 *      "domain":"onsale"},{"@type":"type.googleapis.com/onsale.v1.SeatsTaken","seats":[...]}]}}
 *
 * The first detail is always there. */
#ifndef GATEWAY_JSON_ERROR_H
#define GATEWAY_JSON_ERROR_H

#include <onsale/channel.h>

#include "gateway/json_refusal.h"
#include "json/buffer.h"

enum { JSON_ERROR_BYTES_MAX = 64 * 1024 };

/** Adds what the server, or the channel, refused. */
void json_error_write(struct json_buffer *text, unsigned http_status,
                      const struct onsale_error *error, bool is_korean);

/** Adds a refusal of the gateway's own. */
void json_error_write_refusal(struct json_buffer *text, unsigned http_status,
                              const struct json_refusal *refusal, bool is_korean);

#endif
