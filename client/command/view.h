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
 *   hash     the first 4 bytes in hex
 *   wait     of a queue entry: how long it still waits
 *   no|yes   the word at the place that the number is
 *
 * {tiers.price} is one line for each of the tiers. */
#ifndef CLIENT_COMMAND_VIEW_H
#define CLIENT_COMMAND_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

#include "client/command/json.h"
#include "client/command/table.h"
#include "client/command/text.h"
#include "onsale/v1/queue.pb-c.h"

struct run;

/** What a template is about. */
struct record {
    const ProtobufCMessage *message;
    const ProtobufCMessage *beside; /* fields that the message has not are looked for here */
};

/** How an answer is shown: the fields, then the sentences, then what print prints. */
struct view {
    const char *member; /* of the answer: the record, or the records; NULL: the answer itself, and
                           beside it the request */
    const struct column *fields; /* of a record: the heading is what stands at the left */
    bool as_table;               /* a record, too */
    const char *sentences[2];    /* templates; of a list: said if it is empty */
    const char *rows_member; /* records of the answer, or of its record, that follow in a table */
    const struct column *rows_fields;
};

/** Writes a template. @return False if the text was taken back, all of it: then it is empty. */
bool template_write(FILE *out, const char *template, const struct record *record);

/** What a template says. @return To be freed. Ends the process if memory is used up. */
char *template_text(const char *template, const struct record *record);

/** Adds a row of what the columns' templates say of a record. */
void table_add(struct table *table, const struct column *columns, const struct record *record);

/** Records that are gathered one by one: the rows of a view for people, or items for programs. */
struct listing {
    const struct view *view; /* its first sentence is said of an empty list */
    struct table table;
    json_t *items; /* NULL unless JSON is wanted */
    size_t count;
};

void listing_init(struct listing *listing, const struct run *run, const struct view *view);

/** @param beside  As in struct record, for the row. */
void listing_add(struct listing *listing, const ProtobufCMessage *message,
                 const ProtobufCMessage *beside);

/** Prints the rows. */
void listing_print(const struct listing *listing, const struct run *run);

void listing_deinit(struct listing *listing);

/** Prints an answer. */
void view_print(const struct run *run, const ProtobufCMessage *answer);

/* Of views.def, by name: entered_view is what "queue enter" shows. */
#define FIELDS(name, fields)
#define VIEW(name, ...) extern const struct view name##_view;
#include "client/command/views.def"
#undef FIELDS
#undef VIEW

/** How long an entry has still to wait: "about 4 min 58 s"; or why nobody knows. */
struct text text_of_wait(const Onsale__V1__QueueEntry *entry);

#endif
