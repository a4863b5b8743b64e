/* token.h -- Finds the queue entry that the token of a request proves. */
#ifndef SERVER_TOKEN_H
#define SERVER_TOKEN_H

#include "server/engine/call.h"

/** Finds the entry of the request's `token` field. A token that names no entry and one with a wrong
 * secret look alike.
 *
 * @param call  call->entry is set on STATUS_OK only, with the expiry that counts now.
 * @return STATUS_OK; STATUS_TOKEN_MISSING; STATUS_TOKEN_UNKNOWN. */
enum status token_find_entry(struct call *call);

/** @return STATUS_OK if the entry is ACTIVE now; STATUS_TOKEN_NOT_ACTIVE; STATUS_TOKEN_EXPIRED. */
enum status token_check_active(const struct call *call);

/** Whether the first field of this request is `token`, where token_find_entry looks for it. */
bool token_is_first_field(const ProtobufCMessageDescriptor *request);

#endif
