/* pages.c -- Lists that come in pages: all of them, or as many as --limit says. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/json.h"
#include "client/command/output.h"

/* Where in a page the items and the token of the next page are. */
struct page_view {
    const char *items_name;
    ProtobufCMessage **items;
    size_t items_count;
    char *next_token;
};

static struct page_view view_of(const ProtobufCMessage *page)
{
    struct page_view view = {0};
    const uint8_t *bytes = (const uint8_t *)page;
    for (unsigned i = 0; i < page->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &page->descriptor->fields[i];
        if (strcmp(field->name, "next_page_token") == 0) {
            view.next_token = *(char *const *)(bytes + field->offset);
        } else if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            view.items_name = field->name;
            view.items = *(ProtobufCMessage * *const *)(bytes + field->offset);
            view.items_count = *(const size_t *)(bytes + field->quantifier_offset);
        }
    }
    REQUIRE(view.items_name != NULL);
    REQUIRE(view.next_token != NULL);
    return view;
}

/* What has been gathered: rows for people or items for programs. */
struct gathering {
    struct table table;
    json_t *document; /* NULL unless JSON is wanted */
    uint64_t left;    /* items still wanted */
    char *token;      /* of the next page; empty at the end */
};

static void gather_json(struct gathering *gathering, const struct page_view *view)
{
    json_t *items = json_object_get(gathering->document, view->items_name);
    if (items == NULL) {
        items = json_array();
        json_object_set_new(gathering->document, view->items_name, items);
    }
    for (size_t i = 0; i < view->items_count; i++)
        json_array_append_new(items, json_from_message(view->items[i]));
    json_object_set_new(gathering->document, "nextPageToken", json_string(view->next_token));
}

static void gather(struct gathering *gathering, const struct field *fields,
                   const ProtobufCMessage *page)
{
    struct page_view view = view_of(page);
    if (gathering->document != NULL) gather_json(gathering, &view);
    for (size_t i = 0; i < view.items_count; i++)
        view_add_row(&gathering->table, fields, &(struct record){view.items[i], page});
    gathering->left -= view.items_count < gathering->left ? view.items_count : gathering->left;
    free(gathering->token);
    gathering->token = strdup(view.next_token);
    REQUIRE(gathering->token != NULL);
}

static void ask_for(ProtobufCMessage *request, uint32_t size, char *token)
{
    const ProtobufCMessageDescriptor *descriptor = request->descriptor;
    uint8_t *bytes = (uint8_t *)request;
    *(uint32_t *)(bytes + protobuf_c_message_descriptor_get_field_by_name(descriptor, "page_size")
                              ->offset) = size;
    *(char **)(bytes +
               protobuf_c_message_descriptor_get_field_by_name(descriptor, "page_token")->offset) =
        token;
}

static enum onsale_status gather_all(struct run *run, struct gathering *gathering)
{
    ProtobufCMessage *request = run_request(run), *page;
    do {
        uint64_t left = gathering->left;
        ask_for(request, left < PAGE_SIZE_MAX ? (uint32_t)left : (uint32_t)PAGE_SIZE_MAX,
                gathering->token);
        enum onsale_status status = run_send(run, request, &page);
        if (status != ONSALE_OK) return status;
        gather(gathering, run->command->view->fields, page);
        protobuf_c_message_free_unpacked(page, NULL);
    } while (gathering->left > 0 && gathering->token[0] != '\0');
    return ONSALE_OK;
}

static void print_gathered(const struct run *run, const struct gathering *gathering)
{
    struct pager pager = pager_begin(&run->terminal);
    if (run->json)
        json_write(json_incref(gathering->document), stdout);
    else if (gathering->table.cells_count == 0)
        output_line(stdout, "%s", run->command->view->sentences[0]);
    else
        table_print(&gathering->table, run->terminal.table_width, stdout);
    if (!run->json && gathering->token[0] != '\0')
        output_line(stdout, "... and more: raise --limit to see them");
    pager_end(&pager);
}

enum exit_code pages_list(struct run *run)
{
    struct column columns[TABLE_COLUMNS_MAX + 1];
    struct gathering gathering = {
        .document = run->json ? json_object() : NULL,
        .left = arguments_number(&run->arguments, PARAMETER_LIMIT, UINT64_MAX),
        .token = strdup(""),
    };
    view_columns(run->command->view->fields, columns);
    table_init(&gathering.table, columns);
    enum onsale_status status = gather_all(run, &gathering);
    if (status == ONSALE_OK) print_gathered(run, &gathering);
    table_deinit(&gathering.table);
    json_decref(gathering.document);
    free(gathering.token);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
