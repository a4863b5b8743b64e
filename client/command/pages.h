/* pages.h -- Lists that come page by page, followed to the end or to --limit. */
#ifndef CLIENT_COMMAND_PAGES_H
#define CLIENT_COMMAND_PAGES_H

#include "client/command/command.h"
#include "client/command/table.h"

/** Asks for one page.
 * @param page_size   Most items wanted.
 * @param page_token  Empty for the first page.
 * @param ret_page    Set on ONSALE_OK only. */
typedef enum onsale_status page_fetcher(struct run *run, uint32_t page_size, char *page_token,
                                        ProtobufCMessage **ret_page);

/** Adds the row of one item. */
typedef void row_adder(struct table *table, const ProtobufCMessage *item);

/** A list: how to get it and how to show it. */
struct list {
    page_fetcher *fetch; /* its response has one repeated message field and next_page_token */
    row_adder *add_row;
    const struct column *columns;
    const char *nothing; /* what to say of an empty list */
};

/** Prints the whole list, or as much as --limit says: a table, or one JSON document. */
enum exit_code list_print(struct run *run, const struct list *list);

#endif
