/* log.h -- The log of a service, on stderr: a line for each change of its state, each act of
 * administration, and each call or flush that was slow; none for other calls.
 *
 * A line is written by one write, and nobody waits for it: where stderr takes none, as on a full
 * disk or a pipe that nobody reads, the line is lost, and their number is logged when stderr takes
 * lines again. Of lines that come again and again some are written, and then how many were not
 * (log_flood.h). All functions are safe from any thread. */
#ifndef SERVICE_LOG_H
#define SERVICE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "service/log_format.h"

/** What is logged from now on, and how. Before it is called: LOG_INFO, LOG_TEXT. */
void log_set(enum log_level least, enum log_format format);

/** Logs a message; `format` also names what it is a repeat of. */
__attribute__((format(printf, 2, 3))) void log_at(enum log_level level, const char *format, ...);

#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_line(...) log_at(LOG_INFO, __VA_ARGS__)

/** Logs a message with fields. @param may_flood  Whether it is held back if it comes too often. */
void log_event(enum log_level level, bool may_flood, const char *message,
               const struct log_field *fields, size_t fields_count);

/** Says what was held back and is over. Call it every second. */
void log_tick(void);

#endif
