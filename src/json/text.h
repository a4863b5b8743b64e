/* text.h -- Strings of JSON. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include "json/reader.h"

/** Reads a string, which begins here with its quote.
 * @param ret_text  What it stands for: UTF-8 without NUL, with a NUL behind it, in the arena. Set
 *                  with ret_size if true is returned only. */
bool json_read_text(struct json_reader *reader, const struct json_path *path, const char **ret_text,
                    size_t *ret_size);

#endif
