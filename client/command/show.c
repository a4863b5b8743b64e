#include "client/command/show.h"
#include "client/command/output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/text.h"

const struct column field_columns[] = {{"", COLUMN_LEFT}, {"", COLUMN_LEFT}, {0}};

const struct column ticket_columns[] = {
    {"TICKET", COLUMN_RIGHT}, {"PERFORMANCE", COLUMN_RIGHT}, {"SEAT", COLUMN_LEFT},
    {"PRICE", COLUMN_RIGHT},  {"ISSUED", COLUMN_LEFT},       {0},
};

void show_field(struct table *table, const char *name, const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    REQUIRE(length >= 0);
    table_cell(table, "%s", name);
    table_cell(table, "%s", text);
    free(text);
}

void show_fields(struct table *table)
{
    table_print(table, stdout);
    table_deinit(table);
}

struct text text_of_wait(const Onsale__V1__QueueEntry *entry)
{
    struct text text;
    if (entry->admission_paused)
        snprintf(text.bytes, sizeof text.bytes, "unknown: admission is paused");
    else if (entry->estimate_unknown)
        snprintf(text.bytes, sizeof text.bytes, "unknown: longer than the waiting time left");
    else
        snprintf(text.bytes, sizeof text.bytes, "about %.48s",
                 text_of_span(entry->estimated_wait_ms).bytes);
    return text;
}

void show_queue_entry(const Onsale__V1__QueueEntry *entry, const char *token)
{
    struct table table;
    bool waiting = entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    bool active = entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE;
    table_init(&table, field_columns);
    show_field(&table, "Concert", "%" PRIu32, entry->concert_id);
    show_field(&table, "User", "%" PRIu64, entry->user_id);
    show_field(&table, "Number", "%" PRIu64, entry->number);
    show_field(&table, "Status", "%s",
               text_of_enum(&onsale__v1__queue_entry_status__descriptor, (int)entry->status));
    if (waiting) {
        show_field(&table, "Position", "%" PRIu32 " (%" PRIu32 " ahead)", entry->position,
                   entry->ahead);
        if (entry->opens_at_ms > 0)
            show_field(&table, "Opens", "%s", text_of_instant(entry->opens_at_ms).bytes);
        show_field(&table, "Wait", "%s", text_of_wait(entry).bytes);
    }
    show_field(&table, "Entered", "%s", text_of_instant(entry->entered_at_ms).bytes);
    if (waiting || active)
        show_field(&table, "Expires", "%s (in %s)%s", text_of_instant(entry->expires_at_ms).bytes,
                   text_of_span(entry->remaining_ms).bytes,
                   entry->admission_paused ? " if the pause ended now" : "");
    if (token != NULL) show_field(&table, "Token", "%s", token);
    show_fields(&table);
}

void show_seats_cell(struct table *table, Onsale__V1__Seat *const *seats, size_t count)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(stream != NULL);
    for (size_t i = 0; i < count; i++)
        output_print(stream, "%s%s-%s-%" PRIu32, i == 0 ? "" : " ", seats[i]->section,
                     seats[i]->row, seats[i]->number);
    fclose(stream);
    table_cell(table, "%s", text);
    free(text);
}

void show_reservation(const Onsale__V1__Reservation *reservation)
{
    struct table table;
    bool held = reservation->status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD;
    table_init(&table, field_columns);
    show_field(&table, "Reservation", "%s", text_of_id(reservation->reservation_id).bytes);
    show_field(&table, "User", "%" PRIu64, reservation->user_id);
    show_field(&table, "Performance", "%" PRIu32 " of concert %" PRIu32,
               reservation->performance_id, reservation->concert_id);
    show_field(&table, "Status", "%s",
               text_of_enum(&onsale__v1__reservation_status__descriptor, (int)reservation->status));
    table_cell(&table, "Seats");
    show_seats_cell(&table, reservation->seats, reservation->n_seats);
    show_field(&table, "Price", "%s", text_of_money(reservation->total_price).bytes);
    show_field(&table, "Held", "%s", text_of_instant(reservation->held_at_ms).bytes);
    if (held)
        show_field(&table, "Pay until", "%s (%s)",
                   text_of_instant(reservation->expires_at_ms).bytes,
                   text_of_distance(reservation->expires_at_ms, clock_now_ms()).bytes);
    if (reservation->payment_id.len > 0)
        show_field(&table, "Payment", "%s", text_of_id(reservation->payment_id).bytes);
    show_fields(&table);
}

void show_ticket_row(struct table *table, const ProtobufCMessage *item)
{
    const Onsale__V1__Ticket *ticket = (const void *)item;
    table_cell(table, "%" PRIu64, ticket->ticket_id);
    table_cell(table, "%" PRIu32, ticket->performance_id);
    show_seats_cell(table, &(Onsale__V1__Seat *){ticket->seat}, 1);
    table_cell(table, "%s", text_of_money(ticket->price).bytes);
    table_cell(table, "%s", text_of_instant(ticket->issued_at_ms).bytes);
}

void show_payment(const Onsale__V1__Payment *payment)
{
    struct table table;
    table_init(&table, field_columns);
    show_field(&table, "Payment", "%s", text_of_id(payment->payment_id).bytes);
    show_field(&table, "Reservation", "%s", text_of_id(payment->reservation_id).bytes);
    show_field(&table, "User", "%" PRIu64, payment->user_id);
    show_field(&table, "Amount", "%s", text_of_money(payment->amount).bytes);
    show_field(&table, "Balance after", "%s", text_of_money(payment->balance_after).bytes);
    show_field(&table, "Paid", "%s", text_of_instant(payment->paid_at_ms).bytes);
    show_fields(&table);

    putchar('\n');
    table_init(&table, ticket_columns);
    for (size_t i = 0; i < payment->n_tickets; i++)
        show_ticket_row(&table, &payment->tickets[i]->base);
    show_fields(&table);
}
