/* show.h -- Records as people read them: a field a line, or a row of a table. */
#ifndef CLIENT_COMMAND_SHOW_H
#define CLIENT_COMMAND_SHOW_H

#include "client/command/command.h"
#include "client/command/table.h"
#include "client/command/text.h"

/** Columns of a record shown a field a line. */
extern const struct column field_columns[];

/** Adds a line to such a record. */
__attribute__((format(printf, 3, 4))) void show_field(struct table *table, const char *name,
                                                      const char *format, ...);

/** Prints a record and frees the table. */
void show_fields(struct table *table);

/** How long an entry has still to wait: "about 4 min 58 s"; or why nobody knows. */
struct text text_of_wait(const Onsale__V1__QueueEntry *entry);

/** @param token  As text; NULL if it is not to be shown. */
void show_queue_entry(const Onsale__V1__QueueEntry *entry, const char *token);

void show_reservation(const Onsale__V1__Reservation *reservation);
void show_payment(const Onsale__V1__Payment *payment);

/** Rows of tickets, under ticket_columns. */
extern const struct column ticket_columns[];
void show_ticket_row(struct table *table, const ProtobufCMessage *ticket);

/** Adds a cell with the names of seats: "F1-A-12 F1-A-13". */
void show_seats_cell(struct table *table, Onsale__V1__Seat *const *seats, size_t count);

#endif
