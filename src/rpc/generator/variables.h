/* variables.h -- The variables that the templates of the emitters may name. */
#ifndef RPC_GENERATOR_VARIABLES_H
#define RPC_GENERATOR_VARIABLES_H

#include <stdbool.h>

#include "rpc/generator/generation.h"
#include "rpc/generator/text.h"

enum { VARIABLES_MAX = 16 };

/** Of a file: proto ("onsale/v1/queue.proto"), base ("onsale/v1/queue") and guard
 * ("ONSALE_V1_QUEUE"). */
void variables_of_file(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                       struct text_variable ret_variables[VARIABLES_MAX]);

/** Of a service: service ("QueueService") and comment, set for the inside of a C comment. */
void variables_of_service(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                          size_t service, struct text_variable ret_variables[VARIABLES_MAX]);

/** Of a method:
 * - full_name: "onsale.v1.ReservationService/HoldSeats"
 * - comment: set for the inside of a C comment
 * - client: "onsale_reservation_hold_seats"; server: "hold_seats"; SERVER: "HOLD_SEATS"
 * - Request, Response: C types; request, response: what their functions and descriptors begin with
 * - endpoint: ADMIN for methods of AdminService, WATCH for those whose request has a field wait_ms,
 *   MAIN for the rest
 * - is_read: true or false, see method_is_read. */
void variables_of_method(const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file, size_t service,
                         size_t method, struct text_variable ret_variables[VARIABLES_MAX]);

/** Whether the option idempotency_level of a method is NO_SIDE_EFFECTS. */
bool method_is_read(const Google__Protobuf__MethodDescriptorProto *method);

#endif
