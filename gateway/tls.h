/* tls.h -- TLS 1.3 over the connections of a listener: certificate, key, and whose certificates are
 * taken. Read from files, and again when they have changed: connections go on with what they began
 * with.
 *
 * No sessions are resumed and no early data is taken: each connection shows its certificate, and no
 * request can be played again.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_TLS_H
#define GATEWAY_TLS_H

#include <stdbool.h>

#include "gateway/byte_stream.h"

enum { TLS_PROBLEM_BYTES = 256 };

/** Files in PEM. */
struct tls_files {
    const char *certificate; /* the gateway's, and those between it and its authority */
    const char *private_key;
    const char
        *client_authorities; /* who may sign clients' certificates; NULL: none is asked for */
    bool needs_client;       /* a client without a certificate is not served */
};

struct tls;

/** @param files        The names are kept, not copied.
 * @param ret_problem  On failure, which file and why; TLS_PROBLEM_BYTES.
 * @return NULL if they can't be used. */
struct tls *tls_open(const struct tls_files *files, char *ret_problem);

/** Streams of it may still be open. NULL is fine. */
void tls_close(struct tls *tls);

/** Reads the files again, for connections to come. @return False if they can't be used: all stays
 * as it was. `ret_problem` as of tls_open. */
bool tls_reload(struct tls *tls, char *ret_problem);

/** A stream over a socket that a client has opened; it shakes hands when it is first read.
 * @param fd  Non-blocking; the stream's from now on, also on failure.
 * @return NULL if there is no memory. */
struct byte_stream *tls_stream_open(struct tls *tls, int fd);

#endif
