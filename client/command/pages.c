/* pages.c -- Lists that come in pages: all of them, or as many as --limit says. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/json.h"
#include "client/command/message.h"
#include "client/command/output.h"

/* What has been gathered: rows for people or items for programs. */
struct gathering {
    struct table table;
    json_t *document; /* NULL unless JSON is wanted */
    uint64_t left;    /* items still wanted */
    char *token;      /* of the next page; empty at the end */
};

static void gather(struct gathering *gathering, const struct view *view,
                   const ProtobufCMessage *page)
{
    struct place place = message_place(page, view->member);
    struct place next = message_place(page, "next_page_token");
    ProtobufCMessage *const *items = place.at;
    json_t *array = json_object_get(gathering->document, view->member);
    for (size_t i = 0; i < place.count; i++) {
        view_add_row(&gathering->table, view->fields, &(struct record){items[i], page});
        if (array != NULL) json_array_append_new(array, json_from_message(items[i]));
    }
    gathering->left -= place.count < gathering->left ? place.count : gathering->left;
    free(gathering->token);
    gathering->token = strdup(*(char **)next.at);
    REQUIRE(gathering->token != NULL);
    json_object_set_new(gathering->document, "nextPageToken", json_string(gathering->token));
}

static void ask_for(ProtobufCMessage *request, uint64_t left, const char *token)
{
    struct place size = message_place(request, "page_size");
    struct place from = message_place(request, "page_token");
    place_set_number(&size, (int64_t)(left < PAGE_SIZE_MAX ? left : PAGE_SIZE_MAX));
    *(const char **)from.at = token;
}

static enum onsale_status gather_all(struct run *run, struct gathering *gathering)
{
    ProtobufCMessage *request = run_request(run), *page;
    do {
        ask_for(request, gathering->left, gathering->token);
        enum onsale_status status = run_send(run, request, &page);
        if (status != ONSALE_OK) return status;
        gather(gathering, run->command->view, page);
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
    const struct view *view = run->command->view;
    struct gathering gathering = {
        .document = run->json ? json_pack("{s[]}", view->member) : NULL,
        .left = arguments_number(&run->arguments, PARAMETER_LIMIT, UINT64_MAX),
        .token = strdup(""),
    };
    view_columns(view->fields, columns);
    table_init(&gathering.table, columns);
    enum onsale_status status = gather_all(run, &gathering);
    if (status == ONSALE_OK) print_gathered(run, &gathering);
    table_deinit(&gathering.table);
    json_decref(gathering.document);
    free(gathering.token);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
