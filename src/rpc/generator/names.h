/* names.h -- From names in a .proto file to names in C. Results live in the arena. */
#ifndef RPC_GENERATOR_NAMES_H
#define RPC_GENERATOR_NAMES_H

#include "base/arena.h"

/** "HoldSeats" -> "hold_seats", with the rule of protoc-gen-c: a capital after a small letter
 * begins a word, so "GetURLMap" -> "get_urlmap". */
char *name_snake(struct arena *arena, const char *camel);

/** "onsale/v1/queue.proto" -> "ONSALE_V1_QUEUE_PROTO": capitals, everything else "_". */
char *name_constant(struct arena *arena, const char *name);

/** Name of a message's C type, as protoc-gen-c makes it:
 * "onsale.v1.HoldSeatsRequest" -> "Onsale__V1__HoldSeatsRequest". A leading dot is ignored. */
char *name_c_type(struct arena *arena, const char *full_name);

/** What the C functions and descriptor of a message begin with, as protoc-gen-c makes it:
 * "onsale.v1.HoldSeatsRequest" -> "onsale__v1__hold_seats_request". A leading dot is ignored. */
char *name_c_prefix(struct arena *arena, const char *full_name);

/** Name of a method's function in the client: "onsale_", the service without "Service", the method:
 * "ReservationService", "HoldSeats" -> "onsale_reservation_hold_seats". */
char *name_client_function(struct arena *arena, const char *service, const char *method);

/** Name of a method's function in the server: "HoldSeats" -> "hold_seats". A method of one word
 * would say too little and gets its service before it: "HealthService", "Check" -> "health_check".
 */
char *name_server_function(struct arena *arena, const char *service, const char *method);

/** "onsale/v1/queue.proto", ".onsale.h" -> "onsale/v1/queue.onsale.h". */
char *name_output(struct arena *arena, const char *proto, const char *ending);

/** "onsale/v1/queue.proto" -> "onsalev1queueproto": the anchor of a heading in Markdown. */
char *name_anchor(struct arena *arena, const char *heading);

#endif
