/* random_message.h -- Messages of any type, filled at random, and bytes that resemble them. */
#ifndef RPC_RANDOM_MESSAGE_H
#define RPC_RANDOM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "tests/sim/random.h"

/** Fills every field of a new message: often with nothing, and with the least and the most. */
ProtobufCMessage *random_message(struct random *random, struct arena *arena,
                                 const ProtobufCMessageDescriptor *descriptor);

/** What protobuf-c makes of a message, in the arena. */
ProtobufCBinaryData random_message_pack(struct arena *arena, const ProtobufCMessage *message);

/** Another way to write a packed message, right or wrong: fields in another order, given twice, of
 * unknown numbers, numbers with needless bytes, elements with a tag each, bytes changed or cut off.
 */
ProtobufCBinaryData random_message_spoil(struct random *random, struct arena *arena,
                                         ProtobufCBinaryData packed);

#endif
