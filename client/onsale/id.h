/* id.h -- Ids of what a caller creates (reservations, charges, payments), and queue tokens, which
 * the server makes.
 *
 * Make an id before the first attempt and keep it for every retry: the server then executes the
 * call once.
 *
 *     uint8_t id[ONSALE_ID_BYTES];
 *     if (!onsale_id_new(id)) abort();
 *     request.reservation_id.data = id;
 *     request.reservation_id.len = sizeof id; */
#ifndef ONSALE_ID_H
#define ONSALE_ID_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ONSALE_ID_BYTES = 16,
    ONSALE_ID_TEXT_BYTES = 37, /* with the NUL */
    ONSALE_TOKEN_BYTES = 28,   /* of what EnterQueue answers; its content is the server's */
};

/** Makes an id that nobody else has: a UUIDv7 (RFC 9562) of the system's clock and randomness.
 * @param ret_id  Set if true is returned only.
 * @return false if the system has no randomness to give, as in a sandbox without getrandom.
 * Safe from any thread. */
bool onsale_id_new(uint8_t ret_id[ONSALE_ID_BYTES]);

/** Writes "0190163d-8694-739b-aea5-966c26f8ad91" and a NUL. Safe from any thread. */
void onsale_id_print(const uint8_t id[ONSALE_ID_BYTES], char ret_text[ONSALE_ID_TEXT_BYTES]);

/** Reads 32 hex digits, with or without the four dashes.
 * @param ret_id  Set if true is returned only.
 * @return false if `text` is anything else. Safe from any thread. */
bool onsale_id_parse(const char *text, uint8_t ret_id[ONSALE_ID_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
