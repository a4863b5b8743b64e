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

/** Makes an error of the run's own, which could not do what was asked: as if the server had
 * refused.
 * @return False. */
__attribute__((format(printf, 3, 4))) bool run_fail(struct run *run, enum onsale_status status,
                                                    const char *format, ...);

#endif
