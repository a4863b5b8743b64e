/* connection.h -- A client's connection: bytes from a byte_stream to the protocol that they turn
 * out to be of, and back.
 *
 * The protocol is the one that was agreed on by TLS, or is known by the first bytes. A protocol
 * never sends: it is asked what there is to send at the end of each round.
 *
 * Threads: the loop's. A connection frees itself at the end of the round in which it was closed. */
#ifndef GATEWAY_CONNECTION_H
#define GATEWAY_CONNECTION_H

#include "base/memory_budget.h"
#include "gateway/buffer.h"
#include "gateway/byte_stream.h"
#include "gateway/exchange.h"
#include "gateway/loop.h"
#include "gateway/sends.h"

struct connection;

/** What the connections of a listener have in common; outlives them. */
struct connection_settings {
    struct loop *loop;
    struct sends *sends;            /* NULL: each connection sends by itself */
    const struct handler *handlers; /* a table, see exchange.h */
    struct memory_budget *budget;   /* for bodies and answers */
    struct gate *gate;              /* NULL: everybody is let in */

    /** A connection is gone; it is freed after this. */
    void (*closed)(struct connection *connection, void *context);
    void *context;
};

/** HTTP/2 or HTTP/1.1. `state` is what open has returned. */
struct connection_protocol {
    /** @return NULL if there is no memory. */
    void *(*open)(struct connection *connection);

    /** Takes all the bytes.
     * @return False: the connection is to end as soon as what there is to send was sent. */
    bool (*receive)(void *state, const uint8_t *bytes, size_t size);

    /** Adds what there is to send to connection->out, up to its maximum, and sets
     * connection->has_more. May close the connection. @return As receive. */
    bool (*produce)(void *state);

    /** Looks what has taken too long. Wakes the connection if there is something to send: most have
     * nothing. @return As receive. */
    bool (*tick)(void *state, int64_t now_ms);

    /** The gateway is to stop: takes no new requests, and ends when the last one is answered. */
    void (*drain)(void *state);

    /** The time for that is over: answers with SHUTTING_DOWN what is still open. */
    void (*refuse_all)(void *state);

    /** The connection is gone: tells the handlers and frees the state. */
    void (*close)(void *state);
};

struct connection {
    struct byte_stream *stream;
    const struct connection_settings *settings;
    struct upstream_account *account;
    struct memory_share memory;
    struct buffer out;
    bool is_paused;      /* by the protocol: reads nothing for now */
    bool has_more;       /* by the protocol: it will produce more when this was sent */
    int64_t progress_ms; /* when the peer took bytes last, or all had been taken */

    /* The connection's own. */
    struct loop_watch watch;
    struct loop_task flush;
    struct sending sending;                     /* of `out` */
    uint32_t events;                            /* waited for */
    const struct connection_protocol *protocol; /* NULL: not known yet */
    void *state;
    struct buffer preface; /* the bytes by which it will be known */
    int64_t opened_ms;
    bool is_ending;       /* when all is sent */
    int64_t lingering_ms; /* all was sent then, and the peer has yet to hang up; 0: not so far */
    bool is_closed;
    bool is_draining;
    struct connection *previous, *next; /* for the settings' owner */
    struct peer peer;                   /* the last: what is above is used for each send */
};

extern const struct connection_protocol http1_protocol;
extern const struct connection_protocol http2_protocol;

/** Takes a connection over. @param stream  The connection's from now on, also on failure.
 * @return NULL if there is no memory; else alive until settings->closed is called. */
struct connection *connection_open(const struct connection_settings *settings,
                                   struct byte_stream *stream, const struct peer *peer);

/** There is something to send: at the end of the round. */
void connection_wake(struct connection *connection);

/** Looks what has taken too long. */
void connection_tick(struct connection *connection, int64_t now_ms);

/** See connection_protocol. */
void connection_drain(struct connection *connection);
void connection_refuse_all(struct connection *connection);

/** Closes it at once, whatever is open. */
void connection_close(struct connection *connection);

#endif
