#include "json/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPONENT_MAX = 1000 * 1000, NUMBER_BYTES_MAX = 1024, PRINTED_BYTES_MAX = 40 };

static size_t digits_length(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && text[length] >= '0' && text[length] <= '9')
        length++;
    return length;
}

static size_t exponent_length(const char *text, size_t size)
{
    if (size == 0 || (*text != 'e' && *text != 'E')) return 0;
    size_t sign = size > 1 && (text[1] == '+' || text[1] == '-') ? 1 : 0;
    size_t digits = digits_length(text + 1 + sign, size - 1 - sign);
    return digits == 0 ? 0 : 1 + sign + digits;
}

size_t json_number_length(const char *text, size_t size)
{
    size_t length = size > 0 && *text == '-' ? 1 : 0;
    size_t digits = digits_length(text + length, size - length);
    if (digits == 0) return 0;
    if (text[length] == '0') digits = 1;
    length += digits;
    if (length < size && text[length] == '.') {
        digits = digits_length(text + length + 1, size - length - 1);
        if (digits > 0) length += 1 + digits;
    }
    return length + exponent_length(text + length, size - length);
}

/* --- Integers --------------------------------------------------------------------------------- */

/* The exponent that a number ends with: what is far away is as far as EXPONENT_MAX. */
static long exponent_of(const char *number, size_t length)
{
    const char *mark = memchr(number, 'e', length);
    if (mark == NULL) mark = memchr(number, 'E', length);
    if (mark == NULL) return 0;
    bool is_negative = mark[1] == '-';
    long exponent = 0;
    for (const char *at = mark + 1; at < number + length; at++)
        if (*at >= '0' && *at <= '9' && exponent < EXPONENT_MAX)
            exponent = 10 * exponent + (*at - '0');
    return is_negative ? -exponent : exponent;
}

static bool times_ten(uint64_t *value, long times)
{
    for (; times > 0 && *value != 0; times--)
        if (__builtin_mul_overflow(*value, (uint64_t)10, value)) return false;
    return true;
}

/* The number without its sign. */
static enum json_integer read_magnitude(const char *number, size_t length, uint64_t *ret_magnitude)
{
    /* Place of the next digit: 0 is that of the ones, 1 that of the tens. */
    long place = exponent_of(number, length) + (long)digits_length(number, length) - 1;
    uint64_t magnitude = 0;
    for (size_t i = 0; i < length && number[i] != 'e' && number[i] != 'E'; i++) {
        if (number[i] == '.') continue;
        uint64_t digit = (uint64_t)(number[i] - '0');
        if (place < 0 && digit != 0) return JSON_INTEGER_FRACTION;
        if (place >= 0 && (__builtin_mul_overflow(magnitude, (uint64_t)10, &magnitude) ||
                           __builtin_add_overflow(magnitude, digit, &magnitude)))
            return JSON_INTEGER_OUT_OF_RANGE;
        place--;
    }
    if (!times_ten(&magnitude, place + 1)) return JSON_INTEGER_OUT_OF_RANGE;
    *ret_magnitude = magnitude;
    return JSON_INTEGER_OK;
}

enum json_integer json_number_to_unsigned(const char *number, size_t length, uint64_t max,
                                          uint64_t *ret_value)
{
    uint64_t magnitude = 0;
    bool is_negative = *number == '-';
    enum json_integer result =
        read_magnitude(number + is_negative, length - is_negative, &magnitude);
    if (result != JSON_INTEGER_OK) return result;
    if (magnitude > max || (is_negative && magnitude != 0)) return JSON_INTEGER_OUT_OF_RANGE;
    *ret_value = magnitude;
    return JSON_INTEGER_OK;
}

enum json_integer json_number_to_signed(const char *number, size_t length, int64_t min, int64_t max,
                                        int64_t *ret_value)
{
    uint64_t magnitude = 0;
    bool is_negative = *number == '-';
    enum json_integer result =
        read_magnitude(number + is_negative, length - is_negative, &magnitude);
    if (result != JSON_INTEGER_OK) return result;
    uint64_t bound = is_negative ? 0 - (uint64_t)min : (uint64_t)max;
    if (magnitude > bound) return JSON_INTEGER_OUT_OF_RANGE;
    *ret_value = (int64_t)(is_negative ? 0 - magnitude : magnitude);
    return JSON_INTEGER_OK;
}

void json_buffer_add_unsigned(struct json_buffer *buffer, uint64_t value)
{
    char digits[PRINTED_BYTES_MAX];
    char *begin = digits + sizeof digits;
    do
        *--begin = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    json_buffer_add(buffer, begin, (size_t)(digits + sizeof digits - begin));
}

void json_buffer_add_signed(struct json_buffer *buffer, int64_t value)
{
    if (value < 0) json_buffer_add(buffer, "-", 1);
    json_buffer_add_unsigned(buffer, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* --- Floating point --------------------------------------------------------------------------- */

/* A number as a string. Digits beyond the room for them are far below what a double tells. */
static bool copy_number(const char *number, size_t length, char ret_copy[NUMBER_BYTES_MAX])
{
    if (length >= NUMBER_BYTES_MAX) return false;
    memcpy(ret_copy, number, length);
    ret_copy[length] = '\0';
    return true;
}

bool json_number_to_double(const char *number, size_t length, double *ret_value)
{
    char copy[NUMBER_BYTES_MAX];
    if (!copy_number(number, length, copy)) return false;
    double value = strtod(copy, NULL);
    if (isinf(value)) return false;
    *ret_value = value;
    return true;
}

bool json_number_to_float(const char *number, size_t length, float *ret_value)
{
    char copy[NUMBER_BYTES_MAX];
    if (!copy_number(number, length, copy)) return false;
    float value = strtof(copy, NULL);
    if (isinf(value)) return false;
    *ret_value = value;
    return true;
}

static bool add_unusual(struct json_buffer *buffer, double value)
{
    if (!isnan(value) && !isinf(value)) return false;
    json_buffer_add_string(buffer, isnan(value) ? "\"NaN\""
                                   : value < 0  ? "\"-Infinity\""
                                                : "\"Infinity\"");
    return true;
}

void json_buffer_add_double(struct json_buffer *buffer, double value)
{
    char printed[PRINTED_BYTES_MAX];
    if (add_unusual(buffer, value)) return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(printed, sizeof printed, "%.*g", digits, value);
        if (!(strtod(printed, NULL) < value || strtod(printed, NULL) > value)) break;
    }
    json_buffer_add_string(buffer, printed);
}

void json_buffer_add_float(struct json_buffer *buffer, float value)
{
    char printed[PRINTED_BYTES_MAX];
    if (add_unusual(buffer, (double)value)) return;
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(printed, sizeof printed, "%.*g", digits, (double)value);
        if (!(strtof(printed, NULL) < value || strtof(printed, NULL) > value)) break;
    }
    json_buffer_add_string(buffer, printed);
}
