#include "gateway/gate.h"

#include <stdio.h>
#include <string.h>

#include "gateway/loop.h"

static enum role at_most(enum role role, enum role most)
{
    return role < most ? role : most;
}

static void apply_rule(const struct gate *gate, const struct access_rule *rule, struct peer *peer)
{
    peer->role = at_most(rule->role, gate->is_for_admin ? ROLE_ADMIN : ROLE_SERVICE);
    peer->limit = rule->limit;
    snprintf(peer->name, sizeof peer->name, "%s", rule->name);
}

void gate_identify(struct gate *gate, const struct byte_stream *stream, struct peer *peer)
{
    peer->gate = gate;
    peer->name[0] = '\0';
    peer->limit = (struct rate_limit){0};
    peer->has_rules = access_has_rules(gate->access);
    peer->role = gate->is_for_admin && !peer->has_rules ? ROLE_ADMIN : ROLE_PUBLIC;
    const struct access_rule *rule = access_of_certificate(gate->access, stream);
    if (rule == NULL) rule = access_everybody(gate->access);
    if (rule != NULL) apply_rule(gate, rule, peer);
}

/* A key says more than a certificate: it is the caller's, and the certificate may be a proxy's. */
static enum status take_key(struct exchange *exchange, const char *key)
{
    const struct gate *gate = exchange->peer->gate;
    const struct access_rule *rule = access_of_key(gate->access, key);
    if (rule == NULL) return STATUS_KEY_UNKNOWN;
    struct peer *peer = arena_copy(exchange->arena, exchange->peer, sizeof *peer);
    if (peer == NULL) return STATUS_OUT_OF_MEMORY;
    apply_rule(gate, rule, peer);
    exchange->peer = peer;
    return STATUS_OK;
}

static enum status refuse(struct gate *gate, enum status why)
{
    gate->refused++;
    return why;
}

enum status gate_admit(struct exchange *exchange)
{
    struct gate *gate = exchange->peer->gate;
    const char *key = request_header(&exchange->request, "x-api-key");
    if (gate == NULL) return STATUS_OK; /* in tests of what is behind it */
    if (key != NULL && access_has_rules(gate->access)) {
        enum status status = take_key(exchange, key);
        if (status != STATUS_OK) return refuse(gate, status);
    }
    const struct peer *peer = exchange->peer;
    if (gate->is_for_admin && peer->role < ROLE_ADMIN) return refuse(gate, STATUS_ROLE_NEEDED);
    const char *who = peer->name[0] == '\0' ? peer->address : peer->name;
    uint32_t retry_after_ms;
    if (rates_take(gate->rates, who, &peer->limit, loop_now_ms(gate->loop), &exchange->rate,
                   &retry_after_ms))
        return STATUS_OK;
    exchange->retry_after_ms = retry_after_ms;
    return refuse(gate, STATUS_RATE_EXCEEDED);
}

void gate_leave(struct exchange *exchange)
{
    rates_give(exchange->rate);
    exchange->rate = NULL;
}

bool gate_permits(const struct peer *peer, const struct onsale_method *method)
{
    static const char events[] = "onsale.v1.EventService/"; /* which tell of everybody */
    bool is_for_services = strncmp(method->name, events, sizeof events - 1) == 0;
    return !is_for_services || !peer->has_rules || peer->role >= ROLE_SERVICE;
}
