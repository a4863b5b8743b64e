/* request.h -- The request of a call, from JSON as it was typed. */
#ifndef CLIENT_COMMAND_REQUEST_H
#define CLIENT_COMMAND_REQUEST_H

#include "client/command/command.h"

/** Reads the request of a message's type from a word of the command line: JSON, @FILE, or - for the
 * standard input.
 * @param word         NULL: {}.
 * @param ret_request  Set on ONSALE_OK only: in the arena of the run.
 * @return ONSALE_OK; or what run->error tells, with the name that was meant if one is unknown. */
enum onsale_status request_read(struct run *run, const ProtobufCMessageDescriptor *descriptor,
                                const char *word, ProtobufCMessage **ret_request);

#endif
