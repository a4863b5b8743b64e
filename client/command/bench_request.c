#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "client/command/bench.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "client/command/request.h"
#include "client/command/schema.h"
#include "client/command/seat_arguments.h"
#include "client/command/suggestion.h"
#include "json/name.h"

enum { TOKENS_MAX = 100 * 1000 };

/* Short names of what a sale is made of. */
static const struct {
    const char *name;
    const char *method;
} nicknames[] = {
    {"health", "onsale.rpc.v1.HealthService/Check"},
    {"concerts", "onsale.v1.CatalogService/ListConcerts"},
    {"performances", "onsale.v1.CatalogService/ListPerformances"},
    {"seats", "onsale.v1.CatalogService/GetSeatMap"},
    {"balance", "onsale.v1.WalletService/GetBalance"},
    {"charge", "onsale.v1.WalletService/ChargeBalance"},
    {"enter", "onsale.v1.QueueService/EnterQueue"},
    {"poll", "onsale.v1.QueueService/GetQueueEntry"},
    {"hold", "onsale.v1.ReservationService/HoldSeats"},
};

static const char *method_of_nickname(const char *name)
{
    for (size_t i = 0; i < sizeof nicknames / sizeof nicknames[0]; i++)
        if (strcmp(nicknames[i].name, name) == 0) return nicknames[i].method;
    return name;
}

/* What schema_find says of a name that is no method may be meant for a nickname. */
static void suggest_nickname(struct run *run, const char *name)
{
    struct suggestion suggestion = {.typed = name};
    for (size_t i = 0; i < sizeof nicknames / sizeof nicknames[0]; i++)
        suggestion_offer(&suggestion, nicknames[i].name);
    if (suggestion.best != NULL)
        run_fail(run, ONSALE_ARGUMENT_INVALID, "there is no method '%.60s'; did you mean %s?", name,
                 suggestion.best);
}

/* --- Targets ---------------------------------------------------------------------------------- */

/* What --data says of a name of the mix: behind "NAME=". */
static const char *find_data(const struct run *run, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < run->arguments.many_count; i++) {
        const char *data = run->arguments.many[i];
        if (strncmp(data, name, length) == 0 && data[length] == '=') return data + length + 1;
    }
    return NULL;
}

static const char *find_unused_data(const struct bench *bench)
{
    const struct arguments *arguments = &bench->run->arguments;
    for (size_t i = 0; i < arguments->many_count; i++) {
        size_t length = strcspn(arguments->many[i], "=");
        bool is_used = false;
        for (size_t j = 0; j < bench->mix.count; j++)
            is_used |= strlen(bench->mix.entries[j].name) == length &&
                       strncmp(bench->mix.entries[j].name, arguments->many[i], length) == 0;
        if (!is_used) return arguments->many[i];
    }
    return NULL;
}

static bool has_field(const struct bench_target *target, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(target->method->request, name) != NULL;
}

/* Entering gives tokens, so whoever needs one writes, too. */
static bool check_writes(struct run *run, const struct bench_target *target)
{
    bool enters = has_field(target, "token");
    bool writes = !target->method->is_read || enters;
    if (!writes || arguments_has(&run->arguments, PARAMETER_WRITES)) return true;
    return run_fail(
        run, ONSALE_ARGUMENT_INVALID, "%s %s: say --writes if this server's data may be changed",
        target->method->name,
        target->method->is_read ? "needs tokens, for which users enter a queue" : "writes");
}

static bool open_target(struct run *run, const char *name, struct bench_target *target)
{
    const struct symbol *symbol =
        schema_find(run, SYMBOL_METHOD, "method", method_of_nickname(name));
    if (symbol == NULL) {
        suggest_nickname(run, name);
        return false;
    }
    target->method = onsale_method_find(symbol->name);
    if (target->method == NULL)
        return run_fail(run, ONSALE_ARGUMENT_INVALID, "%s is a stream: it can't be benched",
                        symbol->name);
    target->request = request_read(run, target->method->request, find_data(run, name));
    return target->request != NULL && check_writes(run, target);
}

bool bench_open_targets(struct bench *bench)
{
    struct run *run = bench->run;
    const char *unused = find_unused_data(bench);
    if (unused != NULL)
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "--data must be NAME=JSON with a name of --mix, not '%.60s'", unused);
    bench->targets = run_alloc(run, bench->mix.count, sizeof *bench->targets);
    for (size_t i = 0; i < bench->mix.count; i++)
        if (!open_target(run, bench->mix.entries[i].name, &bench->targets[i])) return false;
    return true;
}

/* --- Values ----------------------------------------------------------------------------------- */

static bool needs(const struct bench *bench, const char *field)
{
    for (size_t i = 0; i < bench->mix.count; i++) {
        const struct bench_target *target = &bench->targets[i];
        struct place place = message_place(target->request, field);
        if (place.field != NULL && place_number(&place) == 0) return true;
    }
    return false;
}

static bool complain_of_missing(struct bench *bench, const char *what, const char *option)
{
    return run_fail(bench->run, ONSALE_ARGUMENT_INVALID,
                    "the mix needs %s: say --%s, or what is meant by --data", what, option);
}

static bool enter(struct bench *bench, uint64_t user)
{
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    request.user_id = bench->values.first_user + user;
    request.concert_id = bench->values.concert_id;
    Onsale__V1__EnterQueueResponse *response =
        run_ask(bench->run, &onsale_queue_enter_queue_method, &request.base, NULL);
    if (response == NULL) return false;
    if (response->token.len == ONSALE_TOKEN_BYTES)
        memcpy(bench->values.tokens[user], response->token.data, ONSALE_TOKEN_BYTES);
    run_forget(bench->run, response);
    return true;
}

static bool enter_all(struct bench *bench)
{
    uint64_t users = bench->values.users;
    if (users > TOKENS_MAX)
        return run_fail(bench->run, ONSALE_ARGUMENT_INVALID,
                        "of a mix that needs tokens --users must be %d at most", TOKENS_MAX);
    if (bench->tells_progress)
        output_line(stderr, "%llu users enter the queue ...", (unsigned long long)users);
    bench->values.tokens = run_alloc(bench->run, users, sizeof *bench->values.tokens);
    for (uint64_t user = 0; user < users; user++)
        if (!enter(bench, user)) return false;
    return true;
}

static bool count_seats(struct bench *bench)
{
    const Onsale__V1__SeatLayout *layout = hall_get(bench->run, bench->values.performance_id);
    if (layout == NULL) return false;
    bench->values.seats = layout_seat_count(layout);
    return true;
}

/* Nobody wants a million times the answer that nobody listens. */
static bool look_for_server(struct run *run)
{
    Onsale__Rpc__V1__CheckRequest request = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    return run_ask(run, &onsale_health_check_method, &request.base, NULL) != NULL;
}

bool bench_prepare(struct bench *bench)
{
    const struct bench_values *values = &bench->values;
    bool needs_tokens = needs(bench, "token");
    if ((needs_tokens || needs(bench, "user_id")) && values->users == 0)
        return complain_of_missing(bench, "users", "users 1001-2000");
    if ((needs_tokens || needs(bench, "concert_id")) && values->concert_id == 0)
        return complain_of_missing(bench, "a concert", "concert N");
    if (needs(bench, "performance_id") && values->performance_id == 0)
        return complain_of_missing(bench, "a performance", "performance N");
    return look_for_server(bench->run) && (!needs_tokens || enter_all(bench)) &&
           (!needs(bench, "seat_indexes") || count_seats(bench));
}

/* --- Requests --------------------------------------------------------------------------------- */

static void fill_bytes(const struct bench *bench, uint64_t user, const struct place *place,
                       struct arena *arena)
{
    ProtobufCBinaryData *value = place->at;
    if (strcmp(place->field->name, "token") == 0 && bench->values.tokens != NULL) {
        *value = (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, bench->values.tokens[user]};
    } else if (json_name_is_of_id(place->field->name)) {
        uint8_t *id = arena_alloc(arena, ONSALE_ID_BYTES);
        REQUIRE(id != NULL && onsale_id_new(id));
        *value = (ProtobufCBinaryData){ONSALE_ID_BYTES, id};
    }
}

static void fill_number(const struct bench *bench, uint64_t user, const struct place *place)
{
    const char *name = place->field->name;
    if (strcmp(name, "user_id") == 0)
        place_set_number(place, (int64_t)(bench->values.first_user + user));
    else if (strcmp(name, "concert_id") == 0)
        place_set_number(place, bench->values.concert_id);
    else if (strcmp(name, "performance_id") == 0)
        place_set_number(place, bench->values.performance_id);
    else if (strcmp(name, "amount") == 0)
        place_set_number(place, 1);
}

static void fill_a_seat(struct bench *bench, ProtobufCMessage *request, struct arena *arena)
{
    uint32_t *seat = arena_alloc(arena, sizeof *seat);
    REQUIRE(seat != NULL);
    *seat = bench->values.seats == 0 ? 0 : (uint32_t)(bench_random(bench) % bench->values.seats);
    message_set_list(request, "seat_indexes", seat, 1);
}

const ProtobufCMessage *bench_request(struct bench *bench, const struct bench_target *target,
                                      struct arena *arena)
{
    const ProtobufCMessageDescriptor *descriptor = target->method->request;
    ProtobufCMessage *request = arena_copy(arena, target->request, descriptor->sizeof_message);
    uint64_t user = bench->values.users == 0 ? 0 : bench_random(bench) % bench->values.users;
    REQUIRE(request != NULL);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        struct place place = message_place_of(request, &descriptor->fields[i]);
        bool is_list = place.field->label == PROTOBUF_C_LABEL_REPEATED;
        if (place.field->type == PROTOBUF_C_TYPE_MESSAGE || place_number(&place) != 0) continue;
        if (is_list && strcmp(place.field->name, "seat_indexes") == 0)
            fill_a_seat(bench, request, arena);
        else if (!is_list && place.field->type == PROTOBUF_C_TYPE_BYTES)
            fill_bytes(bench, user, &place, arena);
        else if (!is_list && place.field->type != PROTOBUF_C_TYPE_STRING)
            fill_number(bench, user, &place);
    }
    return request;
}
