/* log.h -- The log: one readable line on stderr for each change of the server's state; none per
 * call. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

/** Writes "2026-01-31T20:00:00.123Z onsaled[42]: " and the message. Safe from any thread. */
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

#endif
