/* exchange.h -- One HTTP request and its answer, whatever protocol they travel in.
 *
 * A connection (HTTP/1.1 or HTTP/2) reads the whole request, finds the handler whose row fits in
 * the table of its listener, and starts it. The handler answers now or later: with
 * exchange_answer, which is all, or with exchange_begin, any number of exchange_write, and
 * exchange_end. A call to the server is made with gateway/upstream.h in between.
 *
 *     static void start(const struct handler *handler, struct exchange *exchange)
 *     {
 *         const struct header type = {"content-type", "text/plain"};
 *         exchange_answer(exchange, 200, &type, 1, "hello\n", 6);
 *     }
 *
 * Threads. All of it happens on the thread of the loop, and nothing may block.
 *
 * Life. An exchange is the connection's. The handler may use it until it has answered in full
 * (exchange_answer, exchange_end, exchange_abort), or until `gone` is called because the peer has
 * given up: by a reset, by going away, or because it does not read. After either it must not touch
 * it. A handler that answers later therefore keeps what it knows in memory of its own, which
 * `context` points to, and sets `gone` to let go of it (cancel the call, forget the exchange). */
#ifndef GATEWAY_EXCHANGE_H
#define GATEWAY_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "gateway/rate_limit.h"

/** A header or a trailer. Names are in lower case; values are text without line breaks. */
struct header {
    const char *name;
    const char *value;
};

/** What a peer may do. More includes less. */
enum role { ROLE_PUBLIC, ROLE_SERVICE, ROLE_ADMIN };

/** Who asks: of a connection, filled in by the transport. */
struct peer {
    char address[64]; /* of the other end, without the port: "127.0.0.1"; for logs and rates */
    char name[128];   /* of its certificate or key; "" if it has shown none */
    enum role role;
    bool is_encrypted;
    bool has_rules; /* roles are told apart: see --access */
    struct rate_limit limit;
    struct gate *gate; /* that it came through; NULL: none */
};

/** What is asked for. Everything is borrowed from the exchange. */
struct request {
    const char *method;           /* "POST" */
    const char *path;             /* "/onsale.v1.QueueService/EnterQueue": as sent, still escaped */
    const char *query;            /* what follows the '?'; "" */
    const char *authority;        /* "example.com:8080"; "" */
    const struct header *headers; /* in their order; none of those above, no names of HTTP/2 */
    size_t headers_count;
    const uint8_t *body; /* NULL if it is empty */
    size_t body_size;
};

/** The value of a request's header. @param name  In lower case.
 * @return Of the first with that name; NULL if there is none. */
const char *request_header(const struct request *request, const char *name);

struct exchange;
struct handler;

/** Who answers what. A table ends with a row whose `start` is NULL; the first row that fits is
 * taken. If none does, the answer is 404 without a body. */
struct handler {
    const char *path_prefix;  /* "/api/"; "" fits every path */
    const char *content_type; /* prefix of the request's content-type; NULL: any, or none */
    bool needs_http2;         /* fits over HTTP/2 only */
    size_t body_bytes_max;    /* longer requests are refused before they are read */
    void *context;            /* the handler's own */

    /** The request is whole; if there is `receive`, its headers are. The answer may come within or
     * later. */
    void (*start)(const struct handler *handler, struct exchange *exchange);

    /** NULL, or takes the body as it comes, for requests that are answered before they end. Over
     * HTTP/2 only, and not after the handler has answered in full.
     * @param is_last  With size 0: the request is whole. */
    void (*receive)(const struct handler *handler, struct exchange *exchange, const uint8_t *bytes,
                    size_t size, bool is_last);

    /** Answers a request that will not be read to its end: says why in the words of the handler's
     * protocol. To be answered within.
     * @param why  PAYLOAD_TOO_LARGE; MEMORY_BUSY: no room for it; DEADLINE_EXCEEDED: it came too
     * slowly; SHUTTING_DOWN. */
    void (*refuse)(const struct handler *handler, struct exchange *exchange, enum status why);
};

/** How a protocol writes answers; see the functions below. */
struct exchange_protocol {
    const char *name; /* "HTTP/2" */
    void (*begin)(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole);
    void (*write)(struct exchange *exchange, const void *bytes, size_t size);
    void (*end)(struct exchange *exchange, const struct header *trailers, size_t trailers_count);
    void (*abort)(struct exchange *exchange);
    size_t (*unsent)(const struct exchange *exchange);
    void (*settle)(struct exchange *exchange);
};

/** One request and its answer. */
struct exchange {
    struct request request;
    const struct peer *peer;          /* until it is settled */
    uint32_t retry_after_ms;          /* to go with a refusal; 0: no advice */
    struct upstream_account *account; /* for the calls that are made for it */
    int64_t arrived_ms;               /* when its headers were whole, on onsale_now_ms's clock */
    struct arena *arena;              /* what is needed as long as the exchange; bounded */
    const char *traceparent;          /* of the trace that was begun for it; NULL: none was */

    void *context; /* the handler's own, NULL at first */
    /** Set by the handler if it answers later: the peer waits no longer. See "Life" above. */
    void (*gone)(struct exchange *exchange);

    /* The connection's own. */
    const struct exchange_protocol *protocol;
    const struct handler *handler;
    struct rate *rate; /* in which it counts; NULL: in none */
    bool has_begun;    /* to be answered */
    bool has_ended;
};

/** Answers in full: status, headers and a body of known length. Everything is copied. The length is
 * added to the headers. HEAD is answered without the body.
 * @param status  200..599. */
void exchange_answer(struct exchange *exchange, unsigned status, const struct header *headers,
                     size_t headers_count, const void *body, size_t body_size);

/** Begins an answer of unknown length. Everything is copied. */
void exchange_begin(struct exchange *exchange, unsigned status, const struct header *headers,
                    size_t headers_count);

/** Adds to an answer that was begun. Copied; sent as the peer takes it. A peer for whom more waits
 * than ANSWER_UNSENT_BYTES_MAX (http_limits.def) is cut off soon after, and `gone` is called. */
void exchange_write(struct exchange *exchange, const void *bytes, size_t size);

/** Ends an answer that was begun. Trailers are copied; HTTP/1.1 has none, and drops them. */
void exchange_end(struct exchange *exchange, const struct header *trailers, size_t trailers_count);

/** Breaks off: HTTP/2 resets the stream, HTTP/1.1 closes the connection. */
void exchange_abort(struct exchange *exchange);

/** An answer that was begun may stay open for hours: gives back the memory of the request, which
 * must not be looked at any more, nor may the arena, and lets little wait in the peer's stead in
 * the system's buffers. */
void exchange_settle(struct exchange *exchange);

/** Bytes of the answer that were written and not yet taken by the peer's machine. */
size_t exchange_unsent(const struct exchange *exchange);

#endif
