/* log_format.h -- A line of the log as text, logfmt or JSON. Pure. */
#ifndef SERVICE_LOG_FORMAT_H
#define SERVICE_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

enum log_format { LOG_TEXT, LOG_LOGFMT, LOG_JSON };

struct log_field {
    const char *name; /* letters, digits and "_" */
    const char *value;
};

struct log_record {
    const char *program; /* "onsaled" */
    unix_ms at_ms;
    int pid;
    enum log_level level;
    const char *message;
    const struct log_field *fields;
    size_t fields_count;
    bool is_for_journal; /* systemd's takes "<4>" in front of a line as its level and away; it
                          * knows time and process, so a text has none of them */
};

enum { LOG_RECORD_BYTES = 4096 };

/** Writes a line with its "\n". What would not be text on a terminal or in JSON is replaced, and
 * what does not fit is cut off so that the line is a whole one.
 * @return Its length. */
size_t log_record_write(const struct log_record *record, enum log_format format,
                        char ret_line[LOG_RECORD_BYTES]);

#endif
