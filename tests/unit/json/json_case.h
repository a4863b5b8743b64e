/* json_case.h -- What the tests of src/json ask: what JSON becomes of JSON, and why it is refused.
 */
#ifndef UNIT_JSON_JSON_CASE_H
#define UNIT_JSON_JSON_CASE_H

#include "json/read.h"
#include "json/write.h"

/** Reads a message Everything and writes it again, without defaults. On the way it is packed and
 * unpacked by protobuf-c, which must not change it. Fails the test if the text is refused. */
void json_case_becomes(const char *text, const char *expected);

/** As json_case_becomes, with options, and text that may have NULs. */
void json_case_becomes_with(const struct json_read_options *options, const char *text, size_t size,
                            const char *expected);

/** Fails the test unless the text is refused for a field with this path and words. */
void json_case_is_refused(const char *text, const char *path, const char *what);

/** As json_case_is_refused, of text that may have NULs. @return The error. */
struct json_error json_case_refusal(const char *text, size_t size);

#endif
