/* field.h -- Checks of single fields of an import; problems name the field by its full path. */
#ifndef SERVER_CATALOGUE_FIELD_H
#define SERVER_CATALOGUE_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "server/engine/call.h"

/** Where a message is, for example "layouts[0].sections[3]". */
struct field_path {
    char text[64];
};

__attribute__((format(printf, 1, 2))) struct field_path field_path_make(const char *format, ...);

/** Refuses a field of the message at `path`.
 * @return STATUS_ARGUMENT_INVALID naming the field. */
enum status field_refuse(struct call *call, const struct field_path *path, const char *field,
                         const char *description);

/** A number, or the count of a repeated field, that must be min..max.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the field. */
enum status field_check_range(struct call *call, const struct field_path *path, const char *field,
                              int64_t value, int64_t min, int64_t max);

/** A text that must have bytes_min..bytes_max bytes and be a title (text/name.h).
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the field. */
enum status field_check_title(struct call *call, const struct field_path *path, const char *field,
                              const char *text, size_t bytes_min, size_t bytes_max);

/** A text that must have 1..bytes_max bytes and be a name that is typed (text/name.h).
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the field. */
enum status field_check_name(struct call *call, const struct field_path *path, const char *field,
                             const char *text, size_t bytes_max);

#endif
