/* methods.h -- The methods of the reference, one row each. */
#ifndef SIM_MODEL_METHODS_H
#define SIM_MODEL_METHODS_H

#include "tests/sim/model/model.h"

struct model_method {
    const char *name;
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
    model_handler *handler;
    bool writes;     /* takes effect in a batch; else at once */
    bool admin_only; /* refused with ADMIN_SOCKET_NEEDED elsewhere */
};

extern const struct model_method model_methods[];
extern const size_t model_methods_count;

/** By its short name, for example "EnterQueue". It must be there. */
const struct model_method *model_method_named(const char *name);

/** Executes a method at model->now_ms.
 * @param answer  Its arena is set; the rest is filled in. */
void model_answer(struct model *model, const struct model_method *method,
                  const ProtobufCMessage *request, struct answer *answer);

model_handler model_enter_queue;
model_handler model_get_queue_entry;
model_handler model_wait_queue_entry;
model_handler model_leave_queue;
model_handler model_get_balance;
model_handler model_charge_balance;
model_handler model_list_ledger_entries;
model_handler model_list_concerts;
model_handler model_get_concert;
model_handler model_list_performances;
model_handler model_get_seat_layout;
model_handler model_get_seat_map;
model_handler model_hold_seats;
model_handler model_get_reservation;
model_handler model_list_reservations;
model_handler model_cancel_reservation;
model_handler model_pay_reservation;
model_handler model_get_payment;
model_handler model_list_tickets;
model_handler model_get_ticket;
model_handler model_list_events;
model_handler model_create_user;
model_handler model_set_user_blocked;
model_handler model_look_up_user;
model_handler model_import_catalogue;
model_handler model_get_queue_policy;
model_handler model_set_queue_policy;
model_handler model_set_sale_stops;
model_handler model_get_sale_stops;
model_handler model_block_seats;
model_handler model_unblock_seats;
model_handler model_confirm_clock;
model_handler model_look_up_performance;
model_handler model_look_up_queue_entry;
model_handler model_look_up_reservation;
model_handler model_get_stats;
model_handler model_get_metrics;
model_handler model_get_cluster_status;
model_handler model_check_invariants;
model_handler model_back_up;
model_handler model_check_health;

#endif
