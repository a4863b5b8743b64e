/* raw_call.h -- Calls made byte by byte, beside the client library. */
#ifndef TESTS_E2E_RAW_CALL_H
#define TESTS_E2E_RAW_CALL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "tests/lib/raw_peer.h"

enum { RAW_REASON_BYTES = 64 };

/** Sends a frame with one call and reads its only result.
 * @param request     NULL: an empty payload.
 * @param ret_reason  Why it was refused; "" if it was not. Set if true is returned only.
 * @return false if the server hung up. */
bool raw_call(struct raw_peer *peer, const char *method, const ProtobufCMessage *request,
              char ret_reason[RAW_REASON_BYTES]);

/** Sends bytes that are to be a frame, and reads the only result. */
bool raw_call_bytes(struct raw_peer *peer, const uint8_t *bytes, size_t size,
                    char ret_reason[RAW_REASON_BYTES]);

/** Whether HealthService/Check succeeds on this connection. */
bool raw_check(struct raw_peer *peer);

/** Whether it succeeds on a new connection. */
bool raw_check_at(const char *url);

/** Whether it succeeds on one of the new connections that wait_until's time allows: a server that
 * was just flooded hangs up, or asks to come again, until those that are gone have left their
 * places. */
bool raw_check_at_in_time(const char *url);

#endif
