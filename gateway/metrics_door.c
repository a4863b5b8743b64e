#include "gateway/metrics_door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/upstream.h"
#include "metrics/metrics_text.h"

/* Less than the ten seconds after which Prometheus gives up. */
enum { TIMEOUT_MS = 5000, LINE_BYTES = 256 };

/* A scrape; in the arena of its exchange. */
struct scrape {
    struct exchange *exchange;
    struct upstream_call *call;
};

static void refuse(struct exchange *exchange, unsigned status, const char *why)
{
    const struct header type = {"content-type", "text/plain; charset=utf-8"};
    char line[LINE_BYTES];
    int length = snprintf(line, sizeof line, "%.*s\n", LINE_BYTES - 2, why);
    exchange_answer(exchange, status, &type, 1, line, (size_t)length);
}

void metrics_door_refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    (void)handler;
    refuse(exchange, why == STATUS_PAYLOAD_TOO_LARGE ? 413 : 503, status_english(why));
}

static void answer(struct exchange *exchange, const uint8_t *response, size_t size)
{
    const struct header type = {"content-type", METRICS_TEXT_TYPE};
    size_t text_size;
    Onsale__V1__GetMetricsResponse *metrics =
        onsale__v1__get_metrics_response__unpack(NULL, size, response);
    char *text = metrics == NULL ? NULL : metrics_text(metrics, &text_size);
    if (text != NULL)
        exchange_answer(exchange, 200, &type, 1, text, text_size);
    else
        refuse(exchange, 500, "the server's answer can't be told");
    free(text);
    onsale__v1__get_metrics_response__free_unpacked(metrics, NULL);
}

/* A server that is away is what Prometheus has to see: so there is no other answer than 503. */
static void done(void *context, const struct onsale_error *error, const uint8_t *response,
                 size_t size)
{
    struct scrape *scrape = context;
    if (error != NULL)
        refuse(scrape->exchange, 503, error->message);
    else
        answer(scrape->exchange, response, size);
}

static void give_up(struct exchange *exchange)
{
    struct scrape *scrape = exchange->context;
    upstream_cancel(scrape->call);
}

static void ask(struct upstream *upstream, struct exchange *exchange)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    struct scrape *scrape = arena_alloc(exchange->arena, sizeof *scrape);
    if (scrape == NULL) {
        refuse(exchange, 503, status_english(STATUS_OUT_OF_MEMORY));
        return;
    }
    options.timeout_ms = TIMEOUT_MS;
    scrape->exchange = exchange;
    scrape->call = upstream_call(upstream, exchange->account, &onsale_admin_get_metrics_method,
                                 NULL, 0, &options, done, scrape);
    if (scrape->call == NULL) {
        refuse(exchange, 503, status_english(STATUS_OUT_OF_MEMORY));
        return;
    }
    exchange->context = scrape;
    exchange->gone = give_up;
}

void metrics_door_start(const struct handler *handler, struct exchange *exchange)
{
    static const struct header allow = {"allow", "GET, HEAD"};
    const char *method = exchange->request.method;
    if (strcmp(exchange->request.path, "/metrics") != 0)
        refuse(exchange, 404, "there is nothing but /metrics here");
    else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        exchange_answer(exchange, 405, &allow, 1, NULL, 0);
    else
        ask(handler->context, exchange);
}
