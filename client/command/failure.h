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

/** Makes an error of our own, as if the server had refused. */
__attribute__((format(printf, 3, 4))) void
failure_make(struct onsale_error *ret_error, enum onsale_status status, const char *format, ...);

/** Makes the error of a run, which could not do what was asked. @return False. */
__attribute__((format(printf, 3, 4))) bool run_fail(struct run *run, enum onsale_status status,
                                                    const char *format, ...);

#endif
