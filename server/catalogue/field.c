#include "server/catalogue/field.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/name.h"

struct field_path field_path_make(const char *format, ...)
{
    struct field_path path;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path.text, sizeof path.text, format, arguments);
    va_end(arguments);
    return path;
}

enum status field_refuse(struct call *call, const struct field_path *path, const char *field,
                         const char *description)
{
    const char *whole = arena_printf(call->rpc->arena, "%s.%s", path->text, field);
    return call_bad_field(call, whole == NULL ? field : whole, "%s", description);
}

enum status field_check_range(struct call *call, const struct field_path *path, const char *field,
                              int64_t value, int64_t min, int64_t max)
{
    char description[64];
    if (value >= min && value <= max) return STATUS_OK;
    snprintf(description, sizeof description, "must be %" PRId64 "..%" PRId64, min, max);
    return field_refuse(call, path, field, description);
}

static enum status check_length(struct call *call, const struct field_path *path, const char *field,
                                const char *text, size_t bytes_min, size_t bytes_max)
{
    char description[64];
    size_t bytes = strlen(text);
    if (bytes >= bytes_min && bytes <= bytes_max) return STATUS_OK;
    snprintf(description, sizeof description, "must have %zu..%zu bytes", bytes_min, bytes_max);
    return field_refuse(call, path, field, description);
}

enum status field_check_title(struct call *call, const struct field_path *path, const char *field,
                              const char *text, size_t bytes_min, size_t bytes_max)
{
    char problem[NAME_PROBLEM_BYTES];
    enum status err = check_length(call, path, field, text, bytes_min, bytes_max);
    if (err != STATUS_OK || title_check(text, problem)) return err;
    return field_refuse(call, path, field, problem);
}

enum status field_check_name(struct call *call, const struct field_path *path, const char *field,
                             const char *text, size_t bytes_max)
{
    char problem[NAME_PROBLEM_BYTES];
    enum status err = check_length(call, path, field, text, 1, bytes_max);
    if (err != STATUS_OK || name_check(text, problem)) return err;
    return field_refuse(call, path, field, problem);
}
