#include "client/command/view.h"

#include <stdlib.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/message.h"
#include "client/command/output.h"

char *template_text(const char *template, const struct record *record)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(stream != NULL);
    template_write(stream, template, record);
    fclose(stream);
    return text;
}

/* --- Tables ----------------------------------------------------------------------------------- */

void table_add(struct table *table, const struct column *columns, const struct record *record)
{
    for (; columns->heading != NULL; columns++) {
        char *text = template_text(columns->text, record);
        table_cell_written(table, text);
        free(text);
    }
}

void listing_init(struct listing *listing, const struct run *run, const struct view *view)
{
    *listing = (struct listing){.view = view, .items = run->json ? json_array() : NULL};
    table_init(&listing->table, view->fields);
}

void listing_add(struct listing *listing, const ProtobufCMessage *message,
                 const ProtobufCMessage *beside)
{
    listing->count++;
    if (listing->items != NULL)
        json_array_append_new(listing->items, json_from_message(message));
    else
        table_add(&listing->table, listing->view->fields, &(struct record){message, beside});
}

void listing_print(const struct listing *listing, const struct run *run)
{
    if (listing->count == 0 && listing->view->sentences[0] != NULL)
        output_line(stdout, "%s", listing->view->sentences[0]);
    if (listing->count > 0) table_print(&listing->table, run->terminal.table_width, stdout);
}

void listing_deinit(struct listing *listing)
{
    table_deinit(&listing->table);
    json_decref(listing->items);
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void print_record(const struct column *fields, const struct record *record, size_t width)
{
    static const struct column columns[] = {{"", NULL, COLUMN_LEFT}, {"", NULL, COLUMN_WRAPS}, {0}};
    struct table table;
    table_init(&table, columns);
    for (; fields->heading != NULL; fields++) {
        char *text = template_text(fields->text, record);
        if (text[0] != '\0') {
            table_cell(&table, "%s", fields->heading);
            table_cell_written(&table, text);
        }
        free(text);
    }
    table_print(&table, width, stdout);
    table_deinit(&table);
}

/* One record, then the records of a member if there are any. */
static void print_table(const struct column *fields, const ProtobufCMessage *first,
                        const ProtobufCMessage *of, const char *member, size_t width)
{
    struct table table;
    table_init(&table, fields);
    if (first != NULL) table_add(&table, fields, &(struct record){first, NULL});
    struct place rows = {.count = 0};
    if (member != NULL) rows = message_place(of, member);
    for (size_t i = 0; i < rows.count; i++)
        table_add(&table, fields, &(struct record){((ProtobufCMessage **)rows.at)[i], NULL});
    if (first == NULL && rows.count > 0) fputc('\n', stdout);
    if (table.cells_count > 0) table_print(&table, width, stdout);
    table_deinit(&table);
}

static void print_sentences(const struct view *view, const struct record *record)
{
    for (size_t i = 0; i < 2 && view->sentences[i] != NULL; i++) {
        char *text = template_text(view->sentences[i], record);
        if (text[0] != '\0') output_line(stdout, "%s", text);
        free(text);
    }
}

void view_print(const struct run *run, const ProtobufCMessage *answer)
{
    const struct view *view = run->command->view;
    size_t width = run->terminal.table_width;
    struct record record = {message_member(answer, view->member),
                            view->member == NULL ? run->request : answer};
    if (view->as_table)
        print_table(view->fields, record.message, answer, view->rows_member, width);
    else if (view->fields != NULL)
        print_record(view->fields, &record, width);
    print_sentences(view, &record);
    if (!view->as_table && view->rows_member != NULL)
        print_table(view->rows_fields, NULL, record.message, view->rows_member, width);
}
