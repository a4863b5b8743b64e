#include "rpc/listen/peer.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <nng/nng.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool uid_is_trusted(uint64_t uid)
{
    return uid == 0 || uid == geteuid();
}

static bool uid_is_allowed(uint64_t uid, const uid_t *uids_allowed, size_t count)
{
    if (uid_is_trusted(uid)) return true;
    for (size_t i = 0; i < count; i++)
        if (uid == uids_allowed[i]) return true;
    return false;
}

static struct peer peer_from(uint16_t family, const void *identity, size_t size)
{
    struct peer peer = {0};
    memcpy(peer.bytes, &family, sizeof family);
    memcpy(peer.bytes + sizeof family, identity, size);
    return peer;
}

static bool peer_from_address(const nng_sockaddr *address, struct peer *ret_peer)
{
    switch (address->s_family) {
    case NNG_AF_INET:
        *ret_peer = peer_from(NNG_AF_INET, &address->s_in.sa_addr, sizeof address->s_in.sa_addr);
        inet_ntop(AF_INET, &address->s_in.sa_addr, ret_peer->name, sizeof ret_peer->name);
        return true;
    case NNG_AF_INET6:
        *ret_peer = peer_from(NNG_AF_INET6, address->s_in6.sa_addr, sizeof address->s_in6.sa_addr);
        inet_ntop(AF_INET6, address->s_in6.sa_addr, ret_peer->name, sizeof ret_peer->name);
        return true;
    default:
        return false;
    }
}

bool peer_admit(nng_pipe pipe, const uid_t *uids_allowed, size_t uids_allowed_count,
                struct peer *ret_peer)
{
    uint64_t uid;
    strcpy(ret_peer->name, "?");
    if (nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_UID, &uid) == 0) {
        struct peer peer = peer_from(NNG_AF_IPC, &uid, sizeof uid);
        snprintf(peer.name, sizeof peer.name, "uid:%" PRIu64, uid);
        strcpy(ret_peer->name, peer.name);
        if (!uid_is_allowed(uid, uids_allowed, uids_allowed_count)) return false;
        *ret_peer = peer;
        ret_peer->is_trusted = uid_is_trusted(uid);
        return true;
    }
    nng_sockaddr address;
    return nng_pipe_get_addr(pipe, NNG_OPT_REMADDR, &address) == 0 &&
           peer_from_address(&address, ret_peer);
}
