/* request.h -- The request of a call, from JSON as it was typed. */
#ifndef CLIENT_COMMAND_REQUEST_H
#define CLIENT_COMMAND_REQUEST_H

#include "client/command/command.h"

/** Reads the request of a message's type from a word of the command line: JSON, @FILE, or - for the
 * standard input.
 * @param word  NULL: {}.
 * @return In the arena of the run; NULL: run->error tells why, with the name that was meant if one
 * is unknown. */
ProtobufCMessage *request_read(struct run *run, const ProtobufCMessageDescriptor *descriptor,
                               const char *word);

#endif
