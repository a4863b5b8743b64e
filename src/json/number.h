/* number.h -- Numbers as JSON writes them, taken exactly. Pure, hence safe from any thread. */
#ifndef JSON_NUMBER_H
#define JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/buffer.h"

/** What came of reading a number as an integer. */
enum json_integer {
    JSON_INTEGER_OK,
    JSON_INTEGER_FRACTION,     /* as of 1.5; 1.0 and 15e1 are integers */
    JSON_INTEGER_OUT_OF_RANGE, /* of what was asked for */
};

/** How many of the first bytes are a number by the grammar of RFC 8259; 0 if none is there. What
 * follows is not looked at: "01" begins with the number 0. */
size_t json_number_length(const char *text, size_t size);

/** Reads a number that json_number_length has measured, as an integer: also 1e3 and 10.0.
 * @param ret_value  Set on JSON_INTEGER_OK only. */
enum json_integer json_number_to_signed(const char *number, size_t length, int64_t min, int64_t max,
                                        int64_t *ret_value);
enum json_integer json_number_to_unsigned(const char *number, size_t length, uint64_t max,
                                          uint64_t *ret_value);

/** Reads a number that json_number_length has measured. The locale's LC_NUMERIC must be "C".
 * @param ret_value  Set if true is returned only.
 * @return False if it is beyond the largest double, or the largest float. */
bool json_number_to_double(const char *number, size_t length, double *ret_value);
bool json_number_to_float(const char *number, size_t length, float *ret_value);

/** Adds an integer. */
void json_buffer_add_unsigned(struct json_buffer *buffer, uint64_t value);
void json_buffer_add_signed(struct json_buffer *buffer, int64_t value);

/** Adds the shortest number that is read back as this one; "NaN", "Infinity" and "-Infinity" as
 * strings. */
void json_buffer_add_double(struct json_buffer *buffer, double value);
void json_buffer_add_float(struct json_buffer *buffer, float value);

#endif
