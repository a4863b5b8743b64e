/* view.h -- What people see of an answer: templates of its fields, by their names in the .proto.
 *
 * A template is text with {fields} in it: "{ahead} ahead, {position?}". A field is written by its
 * type, numbers with blanks between them, or as a word behind a colon says; {field?} takes the text
 * back if the field is 0, empty or absent, {field!} unless it is, itself writing nothing. So do
 * words that ask something. What is behind || is taken instead of a text that was taken back.
 *
 *   money    1,165,000            instant   local time, to the millisecond
 *   size     1.4 MiB              moment    local time with the day of the week
 *   span     4 min 58 s           minute    local time
 *   distance in 4 min 58 s        ahead     the same; taken back if it is over
 *   seats    F1-A-12 F1-A-13      over      writes nothing; taken back unless it is over
 *   if       writes nothing; taken back if it is 0
 *   is NAME  writes nothing; taken back unless the constant is called so
 *   wait     of a queue entry: how long
 *   no|yes   the word at the place that the number is
 *
 * {tiers.price} is a line for each of the tiers. */
#ifndef CLIENT_COMMAND_VIEW_H
#define CLIENT_COMMAND_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

#include "client/command/table.h"
#include "client/command/text.h"
#include "onsale/v1/queue.pb-c.h"

struct run;

/** Of what a template tells. */
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
    reservation_view, reservations_view, payment_view, ticket_view, tickets_view, balance_view,
    charge_view, ledger_view, user_view, imported_view, policy_view, stop_view, stops_view,
    blocked_view, unblocked_view, stats_view, check_view, clock_view, backup_view, health_view;

/** Columns of a record shown a field a line. */
extern const struct column field_columns[];

/** How long an entry has still to wait: "about 4 min 58 s"; or why nobody knows. */
struct text text_of_wait(const Onsale__V1__QueueEntry *entry);

#endif
