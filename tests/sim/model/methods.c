#include "tests/sim/model/methods.h"

#include <string.h>

#include "base/require.h"
#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/message.h"

enum { READS = false, WRITES = true, OPEN = false, ADMIN = true };

/* Full name, types and handler from the name in both spellings. */
#define METHOD(service, name, snake, writes, admin_only)                                           \
    {                                                                                              \
        "onsale.v1." service "/" name, &onsale__v1__##snake##_request__descriptor,                 \
            &onsale__v1__##snake##_response__descriptor, model_##snake, writes, admin_only         \
    }

const struct model_method model_methods[] = {
    METHOD("QueueService", "EnterQueue", enter_queue, WRITES, OPEN),
    METHOD("QueueService", "GetQueueEntry", get_queue_entry, READS, OPEN),
    METHOD("QueueService", "WaitQueueEntry", wait_queue_entry, READS, OPEN),
    METHOD("QueueService", "LeaveQueue", leave_queue, WRITES, OPEN),
    METHOD("WalletService", "GetBalance", get_balance, READS, OPEN),
    METHOD("WalletService", "ChargeBalance", charge_balance, WRITES, OPEN),
    METHOD("WalletService", "ListLedgerEntries", list_ledger_entries, READS, OPEN),
    METHOD("CatalogService", "ListConcerts", list_concerts, READS, OPEN),
    METHOD("CatalogService", "GetConcert", get_concert, READS, OPEN),
    METHOD("CatalogService", "ListPerformances", list_performances, READS, OPEN),
    METHOD("CatalogService", "GetSeatLayout", get_seat_layout, READS, OPEN),
    METHOD("CatalogService", "GetSeatMap", get_seat_map, READS, OPEN),
    METHOD("ReservationService", "HoldSeats", hold_seats, WRITES, OPEN),
    METHOD("ReservationService", "GetReservation", get_reservation, READS, OPEN),
    METHOD("ReservationService", "ListReservations", list_reservations, READS, OPEN),
    METHOD("ReservationService", "CancelReservation", cancel_reservation, WRITES, OPEN),
    METHOD("PaymentService", "PayReservation", pay_reservation, WRITES, OPEN),
    METHOD("PaymentService", "GetPayment", get_payment, READS, OPEN),
    METHOD("PaymentService", "ListTickets", list_tickets, READS, OPEN),
    METHOD("PaymentService", "GetTicket", get_ticket, READS, OPEN),
    METHOD("EventService", "ListEvents", list_events, READS, OPEN),
    METHOD("AdminService", "CreateUser", create_user, WRITES, ADMIN),
    METHOD("AdminService", "SetUserBlocked", set_user_blocked, WRITES, ADMIN),
    METHOD("AdminService", "LookUpUser", look_up_user, READS, ADMIN),
    METHOD("AdminService", "ImportCatalogue", import_catalogue, WRITES, ADMIN),
    METHOD("AdminService", "GetQueuePolicy", get_queue_policy, READS, ADMIN),
    METHOD("AdminService", "SetQueuePolicy", set_queue_policy, WRITES, ADMIN),
    METHOD("AdminService", "SetSaleStops", set_sale_stops, WRITES, ADMIN),
    METHOD("AdminService", "GetSaleStops", get_sale_stops, READS, ADMIN),
    METHOD("AdminService", "BlockSeats", block_seats, WRITES, ADMIN),
    METHOD("AdminService", "UnblockSeats", unblock_seats, WRITES, ADMIN),
    METHOD("AdminService", "ConfirmClock", confirm_clock, WRITES, ADMIN),
    METHOD("AdminService", "LookUpPerformance", look_up_performance, READS, ADMIN),
    METHOD("AdminService", "LookUpQueueEntry", look_up_queue_entry, READS, ADMIN),
    METHOD("AdminService", "LookUpReservation", look_up_reservation, READS, ADMIN),
    METHOD("AdminService", "GetStats", get_stats, READS, ADMIN),
    METHOD("AdminService", "GetMetrics", get_metrics, READS, ADMIN),
    METHOD("AdminService", "GetClusterStatus", get_cluster_status, READS, ADMIN),
    METHOD("AdminService", "CheckInvariants", check_invariants, READS, ADMIN),
    METHOD("AdminService", "BackUp", back_up, READS, ADMIN),
    {"onsale.rpc.v1.HealthService/Check", &onsale__rpc__v1__check_request__descriptor,
     &onsale__rpc__v1__check_response__descriptor, model_check_health, READS, OPEN},
};

const size_t model_methods_count = sizeof model_methods / sizeof model_methods[0];

const struct model_method *model_method_named(const char *name)
{
    for (size_t i = 0; i < model_methods_count; i++)
        if (strcmp(strchr(model_methods[i].name, '/') + 1, name) == 0) return &model_methods[i];
    REQUIRE(false && "a method of the reference");
    return NULL;
}

void model_answer(struct model *model, const struct model_method *method,
                  const ProtobufCMessage *request, struct answer *answer)
{
    *answer = (struct answer){.arena = answer->arena, .is_trusted = answer->is_trusted};
    answer->response = message_make(answer->arena, method->response);
    if (method->writes && model->batch_jumped_ms > 0 && method->handler != model_confirm_clock)
        answer->status = STATUS_CLOCK_JUMPED;
    else
        answer->status = method->handler(model, request, answer->response, answer);
    if (answer->or_status == STATUS_OK) answer->or_status = answer->status;
    if (answer->purgeable != NULL) answer->or_status = STATUS_TOKEN_UNKNOWN;
}
