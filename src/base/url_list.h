/* url_list.h -- Lists of urls, one for each server, with commas between them. */
#ifndef BASE_URL_LIST_H
#define BASE_URL_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/** @param list  NULL: none. */
size_t url_list_count(const char *list);

/** Whether there is a url in any of its places. */
bool url_list_has_any(const char *list);

/** Copies a url of a list.
 * @param ret_url  The caller's to free; NULL if the list has none in this place.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status url_list_copy(const char *list, size_t index, char **ret_url);

/** The sockets of this name in the folders of a list's ipc sockets, as a server puts them there. A
 * url that is not ipc has none.
 * @param ret_list  Gets at most `capacity` bytes; "" if no url has one.
 * @return False if it does not fit. */
bool url_list_beside(const char *list, const char *name, char *ret_list, size_t capacity);

#endif
