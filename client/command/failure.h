/* failure.h -- Prints a refused call: the reason, the details, advice, and the exit code. */
#ifndef CLIENT_COMMAND_FAILURE_H
#define CLIENT_COMMAND_FAILURE_H

#include <stdio.h>

#include "client/command/command.h"

/** The exit code for a gRPC status code. */
enum exit_code failure_exit_code(int grpc_code);

/** Prints a refused call: text with advice, or a JSON object {"error": ...}.
 * @return The exit code. */
enum exit_code failure_print(const struct onsale_error *error, bool json, FILE *out);

#endif
