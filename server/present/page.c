#include "server/present/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TOKEN_DIGITS = 16 };

char *page_token_of_id(struct arena *arena, const uint8_t id[ID_BYTES])
{
    char text[ID_TEXT_BYTES];
    id_print(id, text);
    return arena_copy(arena, text, sizeof text);
}

char *page_token_of_number(struct arena *arena, uint64_t number)
{
    return arena_printf(arena, "%0*" PRIx64, NUMBER_TOKEN_DIGITS, number);
}

enum status page_token_read_id(const char *token, uint8_t ret_id[ID_BYTES])
{
    if (*token == '\0') {
        memset(ret_id, 0, ID_BYTES);
        return STATUS_OK;
    }
    uint8_t id[ID_BYTES];
    char text[ID_TEXT_BYTES];
    if (!id_parse(token, id) || id_is_zero(id)) return STATUS_PAGE_TOKEN_INVALID;
    id_print(id, text);
    if (strcmp(text, token) != 0) return STATUS_PAGE_TOKEN_INVALID;
    memcpy(ret_id, id, ID_BYTES);
    return STATUS_OK;
}

enum status page_token_read_number(const char *token, uint64_t number_max, uint64_t *ret_number)
{
    if (*token == '\0') {
        *ret_number = 0;
        return STATUS_OK;
    }
    if (strlen(token) != NUMBER_TOKEN_DIGITS) return STATUS_PAGE_TOKEN_INVALID;
    if (strspn(token, "0123456789abcdef") != NUMBER_TOKEN_DIGITS) return STATUS_PAGE_TOKEN_INVALID;
    uint64_t number = strtoull(token, NULL, 16);
    if (number == 0 || number > number_max) return STATUS_PAGE_TOKEN_INVALID;
    *ret_number = number;
    return STATUS_OK;
}
