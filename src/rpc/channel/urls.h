/* urls.h -- Lists of urls, one for each server, with commas between them. */
#ifndef RPC_CHANNEL_URLS_H
#define RPC_CHANNEL_URLS_H

#include <stddef.h>

#include "base/status.h"

/** @param list  NULL: none. */
size_t channel_urls_count(const char *list);

/** Copies a url of a list.
 * @param ret_url  The caller's to free; NULL if the list has none in this place.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status channel_urls_copy(const char *list, size_t index, char **ret_url);

#endif
