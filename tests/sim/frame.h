/* frame.h -- Request frames as a client makes them. */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include <stdint.h>

#include "base/arena.h"
#include "tests/sim/message.h"

/** A packed frame with one call.
 * @param method  Full name. */
ProtobufCBinaryData frame_of_call(struct arena *arena, const char *method, uint32_t timeout_ms,
                                  const ProtobufCMessage *request);

#endif
