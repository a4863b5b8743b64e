/* details.h -- The typed details of an error: what a refusal is about, for the reasons that have
 * details.
 *
 *     Onsale__V1__SeatsTaken *taken = onsale_error_seats_taken(&error);
 *     for (size_t i = 0; taken != NULL && i < taken->n_seats; i++)
 *         printf("seat %u is taken\n", taken->seats[i]->seat_index);
 *     onsale__v1__seats_taken__free_unpacked(taken, NULL);
 *
 * When to retry is a field of the error itself, retry_after_ms. These functions only read the
 * error: they are safe from any thread, also in a forked process. */
#ifndef ONSALE_DETAILS_H
#define ONSALE_DETAILS_H

#include <onsale/channel.h>
#include <onsale/rpc/v1/rpc.pb-c.h>
#include <onsale/v1/reservation.pb-c.h>

#ifdef __cplusplus
extern "C" {
#endif

/** SEAT_TAKEN: every wanted seat that can't be had.
 * @return The caller's, to be freed with onsale__v1__seats_taken__free_unpacked, which takes NULL;
 * NULL if the error has none, or there is no memory. */
Onsale__V1__SeatsTaken *onsale_error_seats_taken(const struct onsale_error *error);

/** Refusals of code INVALID_ARGUMENT: the field that is wrong, and what is wrong with it.
 * @return The caller's, to be freed with onsale__rpc__v1__bad_field__free_unpacked, which takes
 * NULL; NULL if the error has none, or there is no memory. */
Onsale__Rpc__V1__BadField *onsale_error_bad_field(const struct onsale_error *error);

/** Any detail by its type, for types that this library has no function for.
 * @param type  Of the detail, as the generated &...__descriptor says.
 * @return The first of this type, the caller's, to be freed with
 * protobuf_c_message_free_unpacked(message, NULL), which takes NULL; NULL if the error has none, or
 * it is not valid, or there is no memory. */
ProtobufCMessage *onsale_error_detail(const struct onsale_error *error,
                                      const ProtobufCMessageDescriptor *type);

#ifdef __cplusplus
}
#endif

#endif
