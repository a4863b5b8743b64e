#include "client/command/view.h"

#include <stdlib.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/message.h"
#include "client/command/output.h"

const struct column field_columns[] = {{"", COLUMN_LEFT}, {"", COLUMN_WRAPS}, {0}};

/* @return What a template says, to be freed. */
static char *written(const char *template, const struct record *record)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(stream != NULL);
    template_write(stream, template, record);
    fclose(stream);
    return text;
}

void view_add_row(struct table *table, const struct field *fields, const struct record *record)
{
    for (; fields->title != NULL; fields++) {
        char *text = written(fields->text, record);
        table_cell_written(table, text);
        free(text);
    }
}

void view_columns(const struct field *fields, struct column ret_columns[TABLE_COLUMNS_MAX + 1])
{
    size_t count = 0;
    for (; fields[count].title != NULL; count++) {
        REQUIRE(count < TABLE_COLUMNS_MAX);
        ret_columns[count] = (struct column){fields[count].title, fields[count].look};
    }
    ret_columns[count] = (struct column){0};
}

static void print_record(const struct field *fields, const struct record *record, size_t width)
{
    struct table table;
    table_init(&table, field_columns);
    for (; fields->title != NULL; fields++) {
        char *text = written(fields->text, record);
        if (text[0] != '\0') {
            table_cell(&table, "%s", fields->title);
            table_cell_written(&table, text);
        }
        free(text);
    }
    table_print(&table, width, stdout);
    table_deinit(&table);
}

/* One record, then the records of a member if there are any. */
static void print_table(const struct field *fields, const ProtobufCMessage *first,
                        const ProtobufCMessage *of, const char *member, size_t width)
{
    struct column columns[TABLE_COLUMNS_MAX + 1];
    struct table table;
    view_columns(fields, columns);
    table_init(&table, columns);
    if (first != NULL) view_add_row(&table, fields, &(struct record){first, NULL});
    struct place rows = {.count = 0};
    if (member != NULL) rows = message_place(of, member);
    for (size_t i = 0; i < rows.count; i++)
        view_add_row(&table, fields, &(struct record){((ProtobufCMessage **)rows.at)[i], NULL});
    if (first == NULL && rows.count > 0) fputc('\n', stdout);
    if (table.cells_count > 0) table_print(&table, width, stdout);
    table_deinit(&table);
}

static void print_sentences(const struct view *view, const struct record *record)
{
    for (size_t i = 0; i < 2 && view->sentences[i] != NULL; i++) {
        char *text = written(view->sentences[i], record);
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
