/* payment.c -- onsale pay, payment ..., ticket ... */
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/pages.h"
#include "client/command/show.h"

static const struct parameter parameter_payment = {
    .value = "PAYMENT",
    .help = "Id of the payment (UUID).",
    .kind = PARAMETER_ID,
    .required = true,
};
static const struct parameter parameter_ticket = {
    .value = "TICKET",
    .help = "Number of the ticket.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = UINT64_MAX,
    .required = true,
};

static void print_paid(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_payment(((const Onsale__V1__PayReservationResponse *)answer)->payment);
}

static enum exit_code pay(struct run *run)
{
    Onsale__V1__PayReservationRequest request = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    Onsale__V1__PayReservationResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.reservation_id = run_bytes(run, &parameter_reservation);
    request.payment_id = run_id(run);
    enum onsale_status status =
        onsale_payment_pay_reservation(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_paid);
}

static void print_payment(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_payment(((const Onsale__V1__GetPaymentResponse *)answer)->payment);
}

static enum exit_code show_one_payment(struct run *run)
{
    Onsale__V1__GetPaymentRequest request = ONSALE__V1__GET_PAYMENT_REQUEST__INIT;
    Onsale__V1__GetPaymentResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.payment_id = run_bytes(run, &parameter_payment);
    enum onsale_status status =
        onsale_payment_get_payment(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_payment);
}

static enum onsale_status fetch_tickets(struct run *run, uint32_t page_size, char *page_token,
                                        ProtobufCMessage **ret_page)
{
    Onsale__V1__ListTicketsRequest request = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    Onsale__V1__ListTicketsResponse *response;
    request.user_id = run_number(run, &parameter_user);
    request.page_size = page_size;
    request.page_token = page_token;
    enum onsale_status status =
        onsale_payment_list_tickets(run->channel, &request, NULL, &response, &run->error);
    if (status == ONSALE_OK) *ret_page = &response->base;
    return status;
}

static enum exit_code list_tickets(struct run *run)
{
    static const struct list list = {fetch_tickets, show_ticket_row, ticket_columns, "No tickets."};
    return list_print(run, &list);
}

static void print_ticket(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    struct table table;
    table_init(&table, ticket_columns);
    show_ticket_row(&table, &((const Onsale__V1__GetTicketResponse *)answer)->ticket->base);
    show_fields(&table);
}

static enum exit_code show_ticket(struct run *run)
{
    Onsale__V1__GetTicketRequest request = ONSALE__V1__GET_TICKET_REQUEST__INIT;
    Onsale__V1__GetTicketResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.ticket_id = run_number(run, &parameter_ticket);
    enum onsale_status status =
        onsale_payment_get_ticket(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_ticket);
}

static const struct parameter *const pay_parameters[] = {&parameter_reservation, &parameter_user,
                                                         &parameter_id, NULL};
static const struct parameter *const payment_parameters[] = {&parameter_payment, &parameter_user,
                                                             NULL};
static const struct parameter *const tickets_parameters[] = {&parameter_user, &parameter_limit,
                                                             NULL};
static const struct parameter *const ticket_parameters[] = {&parameter_ticket, &parameter_user,
                                                            NULL};

const struct command payment_commands[] = {
    {"pay", pay_parameters, "Pay a reservation from the balance; prints the tickets.",
     "Repeating it with the same --id pays once. If the balance is too small the hold stays.\n",
     pay},
    {"payment show", payment_parameters, "Show a payment with its tickets.", NULL,
     show_one_payment},
    {"ticket list", tickets_parameters, "List a user's tickets.", NULL, list_tickets},
    {"ticket show", ticket_parameters, "Show a ticket.", NULL, show_ticket},
    {0},
};
