#include "client/command/parameter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <onsale/id.h>

#include "base/hex.h"
#include "base/limits.h"
#include "client/command/text.h"
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

bool parameter_is_needed(const struct parameter *parameter)
{
    return parameter->need == NEED_REQUIRED || parameter->need == NEED_REPEATED;
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

static bool number_read(const struct parameter *parameter, const char *text, struct value *value)
{
    char digits[32];
    (void)parameter;
    return commas_strip(text, digits) && number_parse(digits, strlen(digits), &value->number);
}

static bool duration_read(const struct parameter *parameter, const char *text, struct value *value)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"min", 60 * 1000}, {"h", 60 * 60 * 1000}};
    size_t digits = strspn(text, "0123456789");
    uint64_t count;
    (void)parameter;
    if (!number_parse(text, digits, &count)) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(text + digits, units[i].name) == 0)
            return !__builtin_mul_overflow(count, units[i].ms, &value->number);
    return false;
}

static bool moment_read(const struct parameter *parameter, const char *text, struct value *value)
{
    struct value ago;
    unix_ms moment_ms, now_ms = clock_now_ms();
    if (duration_read(parameter, text, &ago))
        moment_ms = ago.number < (uint64_t)now_ms ? now_ms - (unix_ms)ago.number : 0;
    else if (!moment_parse(text, &moment_ms) && !moment_parse_local(text, &moment_ms))
        return false;
    value->number = (uint64_t)moment_ms;
    return moment_ms >= 0;
}

static bool token_read(const struct parameter *parameter, const char *text, struct value *value)
{
    (void)parameter;
    return strlen(text) == 2 * ONSALE_TOKEN_BYTES &&
           hex_read(text, ONSALE_TOKEN_BYTES, value->bytes);
}

static bool choice_read(const struct parameter *parameter, const char *text, struct value *value)
{
    size_t length = strlen(text);
    value->number = parameter->min;
    for (const char *choice = parameter->value;; choice++, value->number++) {
        size_t choice_length = strcspn(choice, "|");
        if (choice_length == length && memcmp(choice, text, length) == 0) return true;
        choice += choice_length;
        if (*choice == '\0') return false;
    }
}

/* How people call a parameter: --token, or CONCERT. */
static const char *parameter_title(const struct parameter *parameter, char title[64])
{
    if (parameter->option == NULL) return parameter->value;
    snprintf(title, 64, "--%s", parameter->option);
    return title;
}

static bool id_read(const struct parameter *parameter, const char *text, struct value *value)
{
    (void)parameter;
    return onsale_id_parse(text, value->bytes);
}

static bool text_read(const struct parameter *parameter, const char *text, struct value *value)
{
    value->number = 1; /* a flag is on */
    return parameter->kind == KIND_FLAG || text[0] != '\0';
}

/* What is allowed in either is the library's to say. */
static bool header_read(const struct parameter *parameter, const char *text, struct value *value)
{
    (void)parameter;
    (void)value;
    size_t length = strcspn(text, ":");
    return length > 0 && text[length] == ':' && strcspn(text, " \t") > length;
}

#define MOMENT_WANTED                                                                              \
    "a moment such as 2026-12-24T19:00:00+09:00 or '2026-12-24 19:00', or how long ago: 10min"
#define ID_WANTED "a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91"

static const struct {
    bool (*read)(const struct parameter *parameter, const char *text, struct value *value);
    const char *wanted; /* NULL: one of the choices */
    const char *unit;   /* NULL: there is no range */
} kinds[] = {
    [KIND_TEXT] = {text_read, "another value", NULL},
    [KIND_FLAG] = {text_read, "another value", NULL},
    [KIND_NUMBER] = {number_read, "a number", ""},
    [KIND_DURATION] = {duration_read, "a duration such as 1500ms, 30s, 5min or 2h", " ms"},
    [KIND_MOMENT] = {moment_read, MOMENT_WANTED, NULL},
    [KIND_ID] = {id_read, ID_WANTED, NULL},
    [KIND_NEW_ID] = {id_read, ID_WANTED, NULL},
    [KIND_TOKEN] = {token_read, "56 hex digits", NULL},
    [KIND_CHOICE] = {choice_read, NULL, NULL},
    [KIND_HEADER] = {header_read, "as in 'accept-language: ko'", NULL},
};

bool value_parse(const struct parameter *parameter, const char *text, struct value *ret_value,
                 char ret_problem[PROBLEM_BYTES])
{
    char title[64];
    struct value value = {.text = text};
    const char *wanted = kinds[parameter->kind].wanted, *unit = kinds[parameter->kind].unit;
    if (!kinds[parameter->kind].read(parameter, text, &value)) {
        snprintf(ret_problem, PROBLEM_BYTES, "%s must be %s, not '%.*s'",
                 parameter_title(parameter, title), wanted == NULL ? parameter->value : wanted,
                 text_head(text, 60), text);
        return false;
    }
    if (unit != NULL && (value.number < parameter->min || value.number > parameter->max)) {
        snprintf(ret_problem, PROBLEM_BYTES, "%s must be %" PRIu64 "..%" PRIu64 "%s, not '%.*s'",
                 parameter_title(parameter, title), parameter->min, parameter->max, unit,
                 text_head(text, 60), text);
        return false;
    }
    *ret_value = value;
    return true;
}
