#include "tests/sim/model/methods.h"

#include <string.h>

#include "base/require.h"
#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/message.h"

#define ROW(service, method, snake, handler, writes, admin_only)                                   \
    {                                                                                              \
        "onsale.v1." service "/" method, &onsale__v1__##snake##_request__descriptor,               \
            &onsale__v1__##snake##_response__descriptor, handler, writes, admin_only               \
    }
#define READ(service, method, snake) ROW(service, method, snake, model_##snake, false, false)
#define WRITE(service, method, snake) ROW(service, method, snake, model_##snake, true, false)
#define ADMIN_READ(method, snake) ROW("AdminService", method, snake, model_##snake, false, true)
#define ADMIN_WRITE(method, snake) ROW("AdminService", method, snake, model_##snake, true, true)

const struct model_method model_methods[] = {
    WRITE("QueueService", "EnterQueue", enter_queue),
    READ("QueueService", "GetQueueEntry", get_queue_entry),
    READ("QueueService", "WaitQueueEntry", wait_queue_entry),
    WRITE("QueueService", "LeaveQueue", leave_queue),
    READ("WalletService", "GetBalance", get_balance),
    WRITE("WalletService", "ChargeBalance", charge_balance),
    READ("WalletService", "ListLedgerEntries", list_ledger_entries),
    READ("CatalogService", "ListConcerts", list_concerts),
    READ("CatalogService", "GetConcert", get_concert),
    READ("CatalogService", "ListPerformances", list_performances),
    READ("CatalogService", "GetSeatLayout", get_seat_layout),
    READ("CatalogService", "GetSeatMap", get_seat_map),
    WRITE("ReservationService", "HoldSeats", hold_seats),
    READ("ReservationService", "GetReservation", get_reservation),
    READ("ReservationService", "ListReservations", list_reservations),
    WRITE("ReservationService", "CancelReservation", cancel_reservation),
    WRITE("PaymentService", "PayReservation", pay_reservation),
    READ("PaymentService", "GetPayment", get_payment),
    READ("PaymentService", "ListTickets", list_tickets),
    READ("PaymentService", "GetTicket", get_ticket),
    READ("EventService", "ListEvents", list_events),
    ADMIN_WRITE("CreateUser", create_user),
    ADMIN_WRITE("ImportCatalogue", import_catalogue),
    ADMIN_READ("GetQueuePolicy", get_queue_policy),
    ADMIN_WRITE("SetQueuePolicy", set_queue_policy),
    ADMIN_WRITE("BlockSeats", block_seats),
    ADMIN_WRITE("UnblockSeats", unblock_seats),
    ADMIN_READ("GetStats", get_stats),
    ADMIN_READ("CheckInvariants", check_invariants),
    {"onsale.rpc.v1.HealthService/Check", &onsale__rpc__v1__check_request__descriptor,
     &onsale__rpc__v1__check_response__descriptor, model_check_health, false, false},
};

const size_t model_methods_count = sizeof model_methods / sizeof model_methods[0];

const struct model_method *model_method_named(const char *name)
{
    for (size_t i = 0; i < model_methods_count; i++)
        if (strcmp(strchr(model_methods[i].name, '/') + 1, name) == 0) return &model_methods[i];
    REQUIRE(!"a method of the reference");
    return NULL;
}

void model_answer(struct model *model, const struct model_method *method,
                  const ProtobufCMessage *request, struct answer *answer)
{
    *answer = (struct answer){.arena = answer->arena};
    answer->response = message_make(answer->arena, method->response);
    answer->status = method->handler(model, request, answer->response, answer);
    if (answer->or_status == STATUS_OK) answer->or_status = answer->status;
    if (answer->purgeable != NULL) answer->or_status = STATUS_TOKEN_UNKNOWN;
}
