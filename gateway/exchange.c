#include "gateway/exchange.h"

#include <string.h>
#include <strings.h>

#include "base/require.h"
#include "gateway/exchange_begin.h"
#include "gateway/gate.h"

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->headers_count; i++)
        if (strcmp(request->headers[i].name, name) == 0) return request->headers[i].value;
    return NULL;
}

/* --- Answering ---------------------------------------------------------------------------------
 */

void exchange_answer(struct exchange *exchange, unsigned status, const struct header *headers,
                     size_t headers_count, const void *body, size_t body_size)
{
    REQUIRE(!exchange->has_begun);
    exchange->has_begun = exchange->has_ended = true;
    exchange->gone = NULL;
    gate_leave(exchange);
    exchange->protocol->begin(exchange, status, headers, headers_count, body, body_size, true);
}

void exchange_begin(struct exchange *exchange, unsigned status, const struct header *headers,
                    size_t headers_count)
{
    REQUIRE(!exchange->has_begun);
    exchange->has_begun = true;
    exchange->protocol->begin(exchange, status, headers, headers_count, NULL, 0, false);
}

void exchange_write(struct exchange *exchange, const void *bytes, size_t size)
{
    REQUIRE(exchange->has_begun);
    REQUIRE(!exchange->has_ended);
    if (size > 0) exchange->protocol->write(exchange, bytes, size);
}

void exchange_end(struct exchange *exchange, const struct header *trailers, size_t trailers_count)
{
    REQUIRE(exchange->has_begun);
    REQUIRE(!exchange->has_ended);
    exchange->has_ended = true;
    exchange->gone = NULL;
    gate_leave(exchange);
    exchange->protocol->end(exchange, trailers, trailers_count);
}

void exchange_abort(struct exchange *exchange)
{
    REQUIRE(!exchange->has_ended);
    exchange->has_begun = exchange->has_ended = true;
    exchange->gone = NULL;
    gate_leave(exchange);
    exchange->protocol->abort(exchange);
}

void exchange_settle(struct exchange *exchange)
{
    REQUIRE(exchange->has_begun);
    REQUIRE(!exchange->has_ended);
    exchange->protocol->settle(exchange);
}

size_t exchange_unsent(const struct exchange *exchange)
{
    return exchange->protocol->unsent(exchange);
}

/* --- What the protocols share ------------------------------------------------------------------
 */

static bool is_served_by(const struct handler *handler, const struct request *request,
                         bool is_http2)
{
    const char *type = handler->content_type == NULL ? "" : request_header(request, "content-type");
    const char *wanted = handler->content_type == NULL ? "" : handler->content_type;
    if (handler->needs_http2 && !is_http2) return false;
    if (strncmp(request->path, handler->path_prefix, strlen(handler->path_prefix)) != 0)
        return false;
    return type != NULL && strncasecmp(type, wanted, strlen(wanted)) == 0;
}

static void start_unknown(const struct handler *handler, struct exchange *exchange)
{
    (void)handler;
    exchange_answer(exchange, 404, NULL, 0, NULL, 0);
}

static void refuse_unknown(const struct handler *handler, struct exchange *exchange,
                           enum status why)
{
    (void)why;
    start_unknown(handler, exchange);
}

static const struct handler unknown = {
    .path_prefix = "",
    .start = start_unknown,
    .refuse = refuse_unknown,
};

const struct handler *handler_find(const struct handler *handlers, const struct request *request,
                                   bool is_http2)
{
    for (const struct handler *handler = handlers; handler->start != NULL; handler++)
        if (is_served_by(handler, request, is_http2)) return handler;
    return &unknown;
}

void exchange_start(struct exchange *exchange)
{
    exchange->handler->start(exchange->handler, exchange);
}

void exchange_refuse(struct exchange *exchange, enum status why)
{
    exchange_let_go(exchange);
    if (exchange->has_ended) return;
    if (exchange->has_begun)
        exchange_abort(exchange);
    else
        exchange->handler->refuse(exchange->handler, exchange, why);
    REQUIRE(exchange->has_ended);
}

void exchange_let_go(struct exchange *exchange)
{
    void (*gone)(struct exchange *) = exchange->gone;
    exchange->gone = NULL;
    gate_leave(exchange);
    if (gone != NULL) gone(exchange);
}
