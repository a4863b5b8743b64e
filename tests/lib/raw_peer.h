/* raw_peer.h -- A peer that speaks the SP protocol byte by byte, or does not: for tests of what no
 * well-behaved client does. Reads give up after ten seconds. */
#ifndef LIB_RAW_PEER_H
#define LIB_RAW_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct raw_peer {
    int fd;
    bool over_ipc; /* frames then begin with a byte more */
};

/** Connects without a word.
 * @param url  "ipc://..." or "tcp://127.0.0.1:port", with any IPv4 address.
 * @return false if there is no connection. */
bool raw_peer_connect(struct raw_peer *peer, const char *url);

/** Connects and shakes hands as a req socket. @return false if the server hangs up before its own
 * greeting has come. */
bool raw_peer_open(struct raw_peer *peer, const char *url);

/** Closes the connection. */
void raw_peer_close(struct raw_peer *peer);

/** Closes the connection so that the server sees a reset. */
void raw_peer_reset(struct raw_peer *peer);

/** Sends bytes as they are; a connection that the server has closed is fine. */
void raw_peer_write(struct raw_peer *peer, const void *bytes, size_t size);

/** Sends what comes before `size` bytes of a message of which the request id is a part. */
void raw_peer_announce(struct raw_peer *peer, uint64_t size);

/** Sends a request. @param id  0..2^31-1. */
void raw_peer_send(struct raw_peer *peer, uint32_t id, const uint8_t *bytes, size_t size);

/** Receives a reply.
 * @param ret_id  Id of its request.
 * @return Its bytes, of the caller; NULL if the server hung up. */
uint8_t *raw_peer_receive(struct raw_peer *peer, uint32_t *ret_id, size_t *ret_size);

/** Reads nothing, and does not wait. @return false if the server hung up, or it is closed. */
bool raw_peer_is_open(const struct raw_peer *peer);

/** Reads what comes. @return true if the server hung up in the end. */
bool raw_peer_is_hung_up(struct raw_peer *peer);

/** A port of 127.0.0.1 that nobody listens on now. */
uint16_t raw_peer_free_port(void);

#endif
