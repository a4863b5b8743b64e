/* log.h -- One readable line on stderr for each change of the gateway's state; none per request. */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

/** Writes "2026-01-31T20:00:00.123Z onsale-gateway[42]: " and the message. Safe from any thread. */
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

#endif
