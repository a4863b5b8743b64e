#include "client/command/failure.h"

#include <string.h>

#include "client/command/output.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"

static const struct {
    enum onsale_status status;
    const char *advice;
} advices[] = {
    {ONSALE_SEAT_TAKEN, "choose other seats: onsale performance seats PERFORMANCE"},
    {ONSALE_SEAT_OUT_OF_RANGE, "see the seats there are: onsale performance seats PERFORMANCE"},
    {ONSALE_PURCHASE_LIMIT, "see what the user has: onsale reservation list, onsale ticket list"},
    {ONSALE_SALE_NOT_OPEN, "see when the sale opens: onsale performance list"},
    {ONSALE_HOLDING_STOPPED, "try again later; administrators see what is stopped: "
                             "onsale admin stops"},
    {ONSALE_PAYING_STOPPED, "the hold stays until it expires, pay again later"},
    {ONSALE_HOLD_EXPIRED, "the seats are free again, reserve anew: onsale reserve"},
    {ONSALE_INSUFFICIENT_BALANCE, "the hold stays, charge and pay again: onsale wallet charge"},
    {ONSALE_TOKEN_MISSING, "name the token with --token or ONSALE_TOKEN"},
    {ONSALE_TOKEN_UNKNOWN, "get a token: onsale queue enter"},
    {ONSALE_TOKEN_NOT_ACTIVE, "wait for the turn: onsale queue wait"},
    {ONSALE_TOKEN_EXPIRED, "enter again: onsale queue enter"},
    {ONSALE_TOKEN_OTHER_CONCERT, "enter the queue of this concert: onsale queue enter"},
    {ONSALE_USER_NOT_FOUND, "an administrator makes users known: onsale admin create-user"},
    {ONSALE_CONCERT_NOT_FOUND, "see what there is: onsale concert list"},
    {ONSALE_PERFORMANCE_NOT_FOUND, "see the dates: onsale performance list"},
    {ONSALE_RESERVATION_NOT_FOUND, "see what the user has: onsale reservation list"},
    {ONSALE_ID_REUSED, "leave --id out for a new id"},
    {ONSALE_ADMIN_SOCKET_NEEDED, "name the admin socket with --admin or ONSALE_ADMIN"},
    {ONSALE_WATCH_SOCKET_NEEDED, "name the watch socket with --watch or ONSALE_WATCH"},
    {ONSALE_SERVER_UNREACHABLE,
     "is the server up? name its sockets with --server, --watch, --admin"},
    {ONSALE_SOCKET_NOT_FOUND, "name the server's sockets with --server, --watch, --admin; or start "
                              "the server, and wait for it with --timeout"},
    {ONSALE_NOTHING_LISTENS, "start the server, and wait for it with --timeout"},
    {ONSALE_SOCKET_FORBIDDEN,
     "the operator lets users in with onsaled --socket-mode, --socket-group"},
    {ONSALE_PEER_REFUSED, "the operator admits users with onsaled --allow-uid"},
    {ONSALE_DEADLINE_EXCEEDED, "a change may or may not have happened: repeat with the same --id"},
    {ONSALE_STORAGE_FULL, "the operator has to give the store more room"},
};

static const char *advice_for(enum onsale_status status)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (advices[i].status == status) return advices[i].advice;
    return NULL;
}

#define CODE(name) [ONSALE__RPC__V1__CODE__CODE_##name]
static const enum exit_code exit_codes[] = {
    CODE(INVALID_ARGUMENT) = EXIT_CODE_INVALID,
    CODE(NOT_FOUND) = EXIT_CODE_NOT_FOUND,
    CODE(ALREADY_EXISTS) = EXIT_CODE_REFUSED,
    CODE(FAILED_PRECONDITION) = EXIT_CODE_REFUSED,
    CODE(OUT_OF_RANGE) = EXIT_CODE_REFUSED,
    CODE(PERMISSION_DENIED) = EXIT_CODE_NOT_ALLOWED,
    CODE(UNAUTHENTICATED) = EXIT_CODE_NOT_ALLOWED,
    CODE(RESOURCE_EXHAUSTED) = EXIT_CODE_BUSY,
    CODE(DEADLINE_EXCEEDED) = EXIT_CODE_UNREACHABLE,
    CODE(UNAVAILABLE) = EXIT_CODE_UNREACHABLE,
};

enum exit_code failure_exit_code(int grpc_code)
{
    bool is_listed = grpc_code >= 0 && grpc_code < (int)(sizeof exit_codes / sizeof exit_codes[0]);
    enum exit_code code = is_listed ? exit_codes[grpc_code] : EXIT_CODE_OK;
    return code == EXIT_CODE_OK ? EXIT_CODE_INTERNAL : code;
}

static void print_seats_taken(const ProtobufCMessage *detail, FILE *out)
{
    const Onsale__V1__SeatsTaken *taken = (const void *)detail;
    for (size_t i = 0; i < taken->n_seats; i++)
        output_print(out, "%s%s-%s-%u", i == 0 ? ": " : ", ", taken->seats[i]->section,
                     taken->seats[i]->row, taken->seats[i]->number);
}

/* Unless the message has said it already. */
static void print_bad_field(const ProtobufCMessage *detail, const char *message, FILE *out)
{
    const Onsale__Rpc__V1__BadField *bad = (const void *)detail;
    if (strstr(message, bad->description) != NULL) return;
    output_line(out, "field:  %s: %s", bad->field, bad->description);
}

static void print_text(const struct onsale_error *error, FILE *out)
{
    ProtobufCMessage *taken = onsale_error_detail(error, &onsale__v1__seats_taken__descriptor);
    ProtobufCMessage *bad = onsale_error_detail(error, &onsale__rpc__v1__bad_field__descriptor);
    const char *advice = advice_for(error->status);

    output_print(out, "onsale: %s: %s", error->reason, error->message);
    if (taken != NULL) print_seats_taken(taken, out);
    fputc('\n', out);
    if (bad != NULL) print_bad_field(bad, error->message, out);
    if (advice != NULL) output_line(out, "advice: %s", advice);
    if (error->retry_after_ms > 0)
        output_line(out, "advice: try again in %s", text_of_span(error->retry_after_ms).bytes);

    protobuf_c_message_free_unpacked(taken, NULL);
    protobuf_c_message_free_unpacked(bad, NULL);
}

static void add_detail(json_t *details, const struct onsale_error *error,
                       const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *detail = onsale_error_detail(error, descriptor);
    if (detail == NULL) return;
    json_t *object = json_from_message(detail);
    json_object_set_new(object, "@type", json_string(descriptor->name));
    json_array_append_new(details, object);
    protobuf_c_message_free_unpacked(detail, NULL);
}

static void print_json(const struct onsale_error *error, FILE *out)
{
    json_t *details = json_array();
    add_detail(details, error, &onsale__v1__seats_taken__descriptor);
    add_detail(details, error, &onsale__rpc__v1__bad_field__descriptor);
    json_write(json_pack("{s{sisososiso}}", "error", "code", error->code, "reason",
                         json_from_text(error->reason), "message", json_from_text(error->message),
                         "retryAfterMs", (int)error->retry_after_ms, "details", details),
               out);
}

enum exit_code failure_print(const struct onsale_error *error, bool json, FILE *out)
{
    fflush(stdout);
    if (json)
        print_json(error, out);
    else
        print_text(error, out);
    return failure_exit_code((int)error->code);
}
