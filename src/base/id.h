/* id.h -- Ids that can't be mixed up: 128-bit ids are made by the callers. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/time.h"

enum { ID_BYTES = 16 };

struct reservation_id {
    uint8_t bytes[ID_BYTES];
};

/** Key of a ledger entry: the charge_id or the payment_id. */
struct ledger_id {
    uint8_t bytes[ID_BYTES];
};

/** Whether all 16 bytes are zero: not a valid id. Here, for a write asks five times. */
static inline bool id_is_zero(const uint8_t bytes[ID_BYTES])
{
    uint64_t halves[2];
    _Static_assert(sizeof halves == ID_BYTES, "two words are an id");
    memcpy(halves, bytes, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/** Compares without telling by its duration where the first difference is. */
bool bytes_equal_constant_time(const uint8_t *a, const uint8_t *b, size_t size);

/** Makes a UUIDv7 (RFC 9562): sorted by time, hence inserts append.
 * @param now_ms  Goes into the first 48 bits.
 * @param random  10 random bytes. */
void id_make_v7(uint8_t ret_bytes[ID_BYTES], unix_ms now_ms, const uint8_t random[10]);

enum { ID_TEXT_BYTES = 37 };

/** Writes "0190163d-8694-739b-aea5-966c26f8ad91" and a NUL. */
void id_print(const uint8_t bytes[ID_BYTES], char ret_text[ID_TEXT_BYTES]);

/** Reads 32 hex digits, with or without the four dashes.
 * @param ret_bytes  Set if true is returned only. */
bool id_parse(const char *text, uint8_t ret_bytes[ID_BYTES]);

#endif
