/* peer.h -- The identity of the peer of a connection, and whether it may connect. */
#ifndef RPC_LISTEN_PEER_H
#define RPC_LISTEN_PEER_H

#include <nng/nng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "rpc/call.h"

/** Whom a connection belongs to: a uid over ipc, an address without the port over tcp. Two are the
 * same if their bytes are. */
struct peer {
    uint8_t bytes[24];
    bool is_trusted; /* over ipc: root or the process's own user */
    char name[RPC_PEER_NAME_BYTES];
};

/** Identifies the peer of a new connection. Over ipc its uid must be root's, the process's own or
 * one of `uids_allowed`.
 *
 * @param ret_peer  Set if true is returned only; but its name always, "?" if it is not known.
 * @return False if the peer is not admitted or can't be identified. */
bool peer_admit(nng_pipe pipe, const uid_t *uids_allowed, size_t uids_allowed_count,
                struct peer *ret_peer);

#endif
