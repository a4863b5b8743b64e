#include "client/command/parameter.h"

#include <stdio.h>
#include <string.h>

#include <onsale/id.h>

#include "base/limits.h"
#include "onsale/v1/admin.pb-c.h"
#include "text/name.h"

#define ID_HELP "Your own id (UUID), which makes a repeat safe; made and printed if absent."

const struct parameter parameters[PARAMETER_COUNT] = {
#define PARAMETER(name, option, value, kind, min, max, need, field, environment, help)             \
    [PARAMETER_##                                                                                  \
        name] = {option, value, KIND_##kind, min, max, NEED_##need, field, environment, help},
#include "client/command/parameters.def"
#undef PARAMETER
};

static bool digits_parse(const char *text, size_t length, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        if (__builtin_mul_overflow(number, 10u, &number)) return false;
        if (__builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number)) return false;
    }
    *ret_number = number;
    return length > 0;
}

/* A comma is fine where it has three digits on its right up to the next one. */
static bool commas_strip(const char *text, char ret_digits[32])
{
    size_t length = strlen(text), count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != ',') {
            if (count == 31) return false;
            ret_digits[count++] = text[i];
        } else if (i == 0 || (length - i) % 4 != 0) {
            return false;
        }
    }
    ret_digits[count] = '\0';
    return true;
}

static bool number_parse(const char *text, uint64_t *ret_number)
{
    char digits[32];
    return commas_strip(text, digits) && digits_parse(digits, strlen(digits), ret_number);
}

static bool duration_parse(const char *text, uint64_t *ret_ms)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"min", 60 * 1000}, {"h", 60 * 60 * 1000}};
    size_t digits = strspn(text, "0123456789");
    uint64_t count;
    if (!digits_parse(text, digits, &count)) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(text + digits, units[i].name) == 0)
            return !__builtin_mul_overflow(count, units[i].ms, ret_ms);
    return false;
}

static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return found == NULL ? -1 : (int)(found - digits);
}

static bool token_parse(const char *text, uint8_t ret_token[TOKEN_BYTES])
{
    if (strlen(text) != 2 * TOKEN_BYTES) return false;
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        ret_token[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void token_print(const uint8_t token[TOKEN_BYTES], char ret_text[TOKEN_TEXT_BYTES])
{
    for (size_t i = 0; i < TOKEN_BYTES; i++)
        snprintf(ret_text + 2 * i, 3, "%02x", token[i]);
}

static bool choice_parse(const struct parameter *parameter, const char *text, uint64_t *ret_number)
{
    size_t length = strlen(text);
    uint64_t number = parameter->min;
    for (const char *choice = parameter->value; choice != NULL; number++) {
        const char *end = strchr(choice, '|');
        size_t choice_length = end == NULL ? strlen(choice) : (size_t)(end - choice);
        if (choice_length == length && memcmp(choice, text, length) == 0) {
            *ret_number = number;
            return true;
        }
        choice = end == NULL ? NULL : end + 1;
    }
    return false;
}

/* How people call a parameter: --token, or CONCERT. */
static const char *parameter_title(const struct parameter *parameter, char title[64])
{
    if (parameter->option == NULL) return parameter->value;
    snprintf(title, 64, "--%s", parameter->option);
    return title;
}

static const char *kind_wanted(enum parameter_kind kind)
{
    switch (kind) {
    case KIND_NUMBER:
        return "a number";
    case KIND_DURATION:
        return "a duration such as 1500ms, 30s, 5min or 2h";
    case KIND_ID:
    case KIND_NEW_ID:
        return "a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91";
    case KIND_TOKEN:
        return "56 hex digits";
    case KIND_TEXT:
    case KIND_FLAG:
    case KIND_CHOICE:
        break;
    }
    return "another value";
}

static bool value_read(const struct parameter *parameter, const char *text, struct value *value)
{
    switch (parameter->kind) {
    case KIND_NUMBER:
        return number_parse(text, &value->number);
    case KIND_DURATION:
        return duration_parse(text, &value->number);
    case KIND_ID:
    case KIND_NEW_ID:
        return onsale_id_parse(text, value->bytes);
    case KIND_TOKEN:
        return token_parse(text, value->bytes);
    case KIND_CHOICE:
        return choice_parse(parameter, text, &value->number);
    case KIND_TEXT:
        return text[0] != '\0';
    case KIND_FLAG:
        value->number = 1;
        return true;
    }
    return false;
}

static bool value_has_range(const struct parameter *parameter)
{
    return parameter->kind == KIND_NUMBER || parameter->kind == KIND_DURATION;
}

bool value_parse(const struct parameter *parameter, const char *text, struct value *ret_value,
                 char ret_problem[PROBLEM_BYTES])
{
    char title[64];
    struct value value = {.text = text};
    if (!value_read(parameter, text, &value)) {
        const char *wanted =
            parameter->kind == KIND_CHOICE ? parameter->value : kind_wanted(parameter->kind);
        snprintf(ret_problem, PROBLEM_BYTES, "%s must be %s, not '%.*s'",
                 parameter_title(parameter, title), wanted, text_head(text, 60), text);
        return false;
    }
    if (value_has_range(parameter) &&
        (value.number < parameter->min || value.number > parameter->max)) {
        const char *unit = parameter->kind == KIND_DURATION ? " ms" : "";
        snprintf(ret_problem, PROBLEM_BYTES, "%s must be %llu..%llu%s, not '%.*s'",
                 parameter_title(parameter, title), (unsigned long long)parameter->min,
                 (unsigned long long)parameter->max, unit, text_head(text, 60), text);
        return false;
    }
    *ret_value = value;
    return true;
}
