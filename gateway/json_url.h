/* json_url.h -- Pieces of a URL as text. Pure. */
#ifndef GATEWAY_JSON_URL_H
#define GATEWAY_JSON_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/** Bytes of a request or of an arena; no NUL behind them. */
struct text_slice {
    const char *bytes;
    size_t size;
};

/** One pair of a query: "page_size=5". */
struct query_pair {
    struct text_slice name;
    struct text_slice value;
};

/** Undoes %XX.
 * @param plus_is_blank  As in a query.
 * @param ret_text  Set if true is returned only.
 * @return False if a % is followed by something else than two hex digits or by 00, or the arena is
 * used up. */
bool url_decode(struct arena *arena, struct text_slice text, bool plus_is_blank,
                struct text_slice *ret_text);

/** Takes the next pair of a query, decoded. Empty pairs are passed over.
 * @param query     Moves on.
 * @param ret_pair  Set if true is returned and *ret_ok is.
 * @param ret_ok    Set if true is returned: false if the pair can't be decoded.
 * @return False if there is none left. */
bool query_next(struct arena *arena, const char **query, struct query_pair *ret_pair, bool *ret_ok);

#endif
