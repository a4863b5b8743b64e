/* status.h -- The one error space: how a function, a command or a call ended. Foreign codes (LMDB,
 * nng, errno) are translated into it where they enter. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdbool.h>

enum status {
#define STATUS(name, number, code, retry, english, korean) STATUS_##name = (number),
#include "base/statuses.def"
#undef STATUS
};

/** Every status is a number below it; not every number is a status. */
enum { STATUS_NUMBERS = 113 };

/** Name without the prefix, for example "SEAT_TAKEN": the `reason` on the wire.
 * @return A constant; "INTERNAL" for a number that is not in the list. */
const char *status_name(enum status status);

/** gRPC status code, 0..16; 0 for STATUS_OK only. */
int status_grpc_code(enum status status);

/** Whether a server may send it: these are what docs/PROTOCOL.md lists. The others are sent as
 * INTERNAL. */
bool status_is_sent(enum status status);

/** Whether the same call may succeed a moment later. */
bool status_may_retry(enum status status);

/** English text. @return A constant. */
const char *status_english(enum status status);

/** Korean text, UTF-8. @return A constant. */
const char *status_korean(enum status status);

/** The status with this name. @return STATUS_INTERNAL if there is none. */
enum status status_from_name(const char *name);

#endif
