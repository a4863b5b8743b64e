#include "client/command/pages.h"
#include "client/command/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/failure.h"
#include "client/command/json.h"

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

static void gather(struct gathering *gathering, const struct list *list,
                   const ProtobufCMessage *page)
{
    struct page_view view = view_of(page);
    if (gathering->document != NULL) gather_json(gathering, &view);
    for (size_t i = 0; i < view.items_count; i++)
        list->add_row(&gathering->table, view.items[i]);
    gathering->left -= view.items_count < gathering->left ? view.items_count : gathering->left;
    free(gathering->token);
    gathering->token = strdup(view.next_token);
    REQUIRE(gathering->token != NULL);
}

static enum onsale_status gather_all(struct run *run, const struct list *list,
                                     struct gathering *gathering)
{
    do {
        ProtobufCMessage *page;
        uint32_t size =
            gathering->left < PAGE_SIZE_MAX ? (uint32_t)gathering->left : (uint32_t)PAGE_SIZE_MAX;
        enum onsale_status status = list->fetch(run, size, gathering->token, &page);
        if (status != ONSALE_OK) return status;
        gather(gathering, list, page);
        protobuf_c_message_free_unpacked(page, NULL);
    } while (gathering->left > 0 && gathering->token[0] != '\0');
    return ONSALE_OK;
}

static void print_gathered(const struct gathering *gathering, const struct list *list)
{
    if (gathering->table.cells_count == 0)
        output_line(stdout, "%s", list->nothing);
    else
        table_print(&gathering->table, stdout);
    if (gathering->token[0] != '\0') output_line(stdout, "... and more: raise --limit to see them");
}

enum exit_code list_print(struct run *run, const struct list *list)
{
    struct gathering gathering = {
        .document = run->json ? json_object() : NULL,
        .left = arguments_number(&run->arguments, &parameter_limit, UINT64_MAX),
        .token = strdup(""),
    };
    table_init(&gathering.table, list->columns);

    enum onsale_status status = gather_all(run, list, &gathering);
    if (status == ONSALE_OK && run->json)
        json_write(json_incref(gathering.document), stdout);
    else if (status == ONSALE_OK)
        print_gathered(&gathering, list);

    table_deinit(&gathering.table);
    json_decref(gathering.document);
    free(gathering.token);
    return status == ONSALE_OK ? EXIT_CODE_OK : failure_print(&run->error, run->json, stderr);
}
