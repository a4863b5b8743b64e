/* json_key.h -- From a key of idempotency to the id of what is made. Pure. */
#ifndef GATEWAY_JSON_KEY_H
#define GATEWAY_JSON_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

/** @param key    A UUID stands for itself; of any other, and of what scopes it, a hash is made.
 * @param path    Of the request.
 * @param secret  Of the caller; "" if there is none.
 * @param ret_id  Set if true is returned only.
 * @return False if the key is empty, longer than 255 bytes, or has bytes that are not printable
 * ASCII, or is a UUID of zeros. */
bool json_key_to_id(const char *key, const char *path, const char *secret,
                    uint8_t ret_id[ID_BYTES]);

#endif
