#include "server/metrics/samples.h"

#include <string.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "onsale/v1/event.pb-c.h"

/* Of the calls of methods that there are not. */
#define NO_METHOD "unknown"

/* "CODE_OUT_OF_RANGE" without its prefix, as gRPC calls it. */
static const char *constant_name(const ProtobufCEnumDescriptor *type, int number,
                                 const char *prefix)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    if (value == NULL) return "UNKNOWN";
    size_t length = strlen(prefix);
    return strncmp(value->name, prefix, length) == 0 ? value->name + length : value->name;
}

static const char *code_name(enum status status)
{
    if (status == STATUS_OK) return "OK";
    return constant_name(&onsale__rpc__v1__code__descriptor, status_grpc_code(status), "CODE_");
}

void samples_of_version(struct telling *telling)
{
    telling_add(telling, LABELS({"version", ONSALE_VERSION}), 1);
}

static uint64_t load(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* @param always  Whether to tell of successes that there were not. */
static void add_outcomes(struct telling *telling, const char *method,
                         const struct method_stats *stats, bool always)
{
    for (unsigned i = 0; i < STATUS_NUMBERS; i++) {
        enum status status = (enum status)i;
        uint64_t count = load(&stats->ended[i]);
        if (count == 0 && !(always && status == STATUS_OK)) continue;
        telling_add(telling,
                    LABELS({"method", method}, {"code", code_name(status)},
                           {"reason", status_name(status)}),
                    (int64_t)count);
    }
}

void samples_of_calls(struct telling *telling)
{
    const struct call_stats *calls = telling->view->calls;
    for (size_t i = 0; i < calls->methods_count; i++)
        add_outcomes(telling, calls->methods[i].name, &calls->of_methods[i], true);
    add_outcomes(telling, NO_METHOD, &calls->of_methods[calls->methods_count], false);
}

void samples_of_durations(struct telling *telling)
{
    const struct call_stats *calls = telling->view->calls;
    for (size_t i = 0; i < calls->methods_count; i++)
        if (histogram_count(&calls->of_methods[i].took_us) > 0)
            telling_add_histogram(telling, LABELS({"method", calls->methods[i].name}),
                                  &calls->of_methods[i].took_us);
}

void samples_of_refused_frames(struct telling *telling)
{
    const struct call_stats *calls = telling->view->calls;
    for (unsigned i = 0; i < STATUS_NUMBERS; i++) {
        enum status status = (enum status)i;
        uint64_t count = load(&calls->frames_refused[i]);
        if (count == 0) continue;
        telling_add(telling, LABELS({"code", code_name(status)}, {"reason", status_name(status)}),
                    (int64_t)count);
    }
}

/* @param counters  Of the concert, by kind. */
static void add_kinds(struct telling *telling, uint32_t concert_id,
                      const atomic_uint_fast64_t counters[EVENT_KINDS])
{
    const char *concert = concert_id == 0 ? "" : telling_number(telling, concert_id);
    for (int kind = 0; kind < EVENT_KINDS; kind++) {
        uint64_t count = load(&counters[kind]);
        if (count == 0) continue;
        const char *name = constant_name(&onsale__v1__event_kind__descriptor, kind, "EVENT_KIND_");
        telling_add(telling, LABELS({"concert", concert}, {"kind", name}), (int64_t)count);
    }
}

static size_t places_count(const struct event_stats *events)
{
    return 1 + atomic_load_explicit(&events->concerts_count, memory_order_acquire);
}

void samples_of_events(struct telling *telling)
{
    const struct event_stats *events = &telling->view->stats->events;
    for (size_t i = 0; i < places_count(events); i++)
        add_kinds(telling, events->concerts[i].concert_id, events->concerts[i].events);
}

void samples_of_event_seats(struct telling *telling)
{
    const struct event_stats *events = &telling->view->stats->events;
    for (size_t i = 0; i < places_count(events); i++)
        add_kinds(telling, events->concerts[i].concert_id, events->concerts[i].seats);
}
