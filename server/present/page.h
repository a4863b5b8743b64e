/* page.h -- Page tokens: opaque to callers; inside is the key of the last record of the page
 * before.
 *
 * An empty token asks for the first page and is read as zeros, the key before all others. */
#ifndef SERVER_PRESENT_PAGE_H
#define SERVER_PRESENT_PAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"

/** @return NUL-terminated; NULL if the arena is used up. */
char *page_token_of_id(struct arena *arena, const uint8_t id[ID_BYTES]);
char *page_token_of_number(struct arena *arena, uint64_t number);

/** @param ret_id  Set on STATUS_OK only; zeros for an empty token.
 * @return STATUS_OK; STATUS_PAGE_TOKEN_INVALID if it is not one that page_token_of_id makes. */
enum status page_token_read_id(const char *token, uint8_t ret_id[ID_BYTES]);

/** @param number_max  Largest key there can be.
 * @param ret_number   Set on STATUS_OK only; 0 for an empty token.
 * @return STATUS_OK; STATUS_PAGE_TOKEN_INVALID if it is not one that page_token_of_number makes. */
enum status page_token_read_number(const char *token, uint64_t number_max, uint64_t *ret_number);

#endif
