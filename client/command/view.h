/* view.h -- Views: how an answer is printed, as templates of its fields, which have their names in
 * the .proto.
 *
 * A template is text with {fields} in it: "{ahead} ahead, {position?}". A field is printed by its
 * type (repeated numbers with blanks between them), or as the word behind a colon says. Some fields
 * are conditions: {field?} drops the text if the field is 0, empty or absent; {field!} prints
 * nothing, and drops the text unless the field is 0, empty or absent; so do the words marked
 * "condition". A dropped text is replaced by the one behind ||.
 *
 *   money    1,165,000            instant   local time, to the millisecond
 *   size     1.4 MiB              moment    local time with the day of the week
 *   span     4 min 58 s           minute    local time
 *                                 second    local time, to the second
 *   distance in 4 min 58 s        ahead     the same; drops the text if it is over
 *   seats    F1-A-12 F1-A-13      over      condition: the time is over
 *   if       condition: the field is not 0
 *   is NAME  condition: the enum has this value
 *   wait     of a queue entry: how long it still waits
 *   no|yes   the word at the place that the number is
 *
 * {tiers.price} is one line for each of the tiers. */
#ifndef CLIENT_COMMAND_VIEW_H
#define CLIENT_COMMAND_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

#include "client/command/table.h"
#include "client/command/text.h"
#include "onsale/v1/queue.pb-c.h"

struct run;

/** What a template is about. */
struct record {
    const ProtobufCMessage *message;
    const ProtobufCMessage *beside; /* fields that the message has not are looked for here */
};

/** A list of these ends with title NULL. */
struct field {
    const char *title; /* heading of the column, or what stands at the left */
    const char *text;  /* template; a field without text is not shown */
    enum column_look look;
};

/** How an answer is shown: the fields, then the sentences, then what print prints. */
struct view {
    const char *member; /* of the answer: the record, or the records; NULL: the answer itself, and
                           beside it the request */
    const struct field *fields;
    bool as_table;            /* a record, too */
    const char *sentences[2]; /* templates; of a list: said if it is empty */
    const char *rows_member;  /* records of the answer, or of its record, that follow in a table */
    const struct field *rows_fields;
};

/** Writes a template. @return False if the text was taken back, all of it: then it is empty. */
bool template_write(FILE *out, const char *template, const struct record *record);

/** Adds a row: a cell for each field. */
void view_add_row(struct table *table, const struct field *fields, const struct record *record);

/** Columns for a list of fields. */
void view_columns(const struct field *fields, struct column ret_columns[TABLE_COLUMNS_MAX + 1]);

/** Prints an answer. */
void view_print(const struct run *run, const ProtobufCMessage *answer);

/* Of the commands, in views.def. */
extern const struct view entered_view, concert_view, concerts_view, performances_view,
    performance_view, reservation_view, reservations_view, payment_view, ticket_view, tickets_view,
    balance_view, charge_view, ledger_view, user_view, blocked_user_view, unblocked_user_view,
    imported_view, policy_view, stop_view, stops_view, stats_view, check_view, clock_view,
    backup_view, health_view, hand_over_view;

/* Of what a command puts together: tables, whose rows the fields are. */
extern const struct view user_places_view, user_holds_view, user_tickets_view, user_history_view,
    seat_history_view;

/** Columns of a record shown a field a line. */
extern const struct column field_columns[];

/** How long an entry has still to wait: "about 4 min 58 s"; or why nobody knows. */
struct text text_of_wait(const Onsale__V1__QueueEntry *entry);

#endif
