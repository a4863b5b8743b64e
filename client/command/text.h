/* text.h -- Money, times and durations as people read and write them. Safe from any thread. */
#ifndef CLIENT_COMMAND_TEXT_H
#define CLIENT_COMMAND_TEXT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

/** Room for every text of this file. */
struct text {
    char bytes[64];
};

/** "1,165,000", "-330,000". */
struct text text_of_money(int64_t amount);

/** Local time: "Thu 2026-12-24 19:00". */
struct text text_of_moment(unix_ms moment_ms);

/** Local time without the day of the week: "2026-12-24 19:00". */
struct text text_of_minute(unix_ms moment_ms);

/** Local time to the second: "2026-12-24 19:00:30". */
struct text text_of_second(unix_ms moment_ms);

/** Local time to the millisecond, for lists of what happened: "2026-12-24 19:00:00.123". */
struct text text_of_instant(unix_ms moment_ms);

/** RFC 3339 with the offset of local time: "2026-12-24T19:00:00.123+09:00". */
struct text text_of_offset_instant(unix_ms moment_ms);

/** The two largest units: "4 min 58 s", "2 h 10 min", "1.5 s", "3 ms". Negative counts as 0. */
struct text text_of_span(int64_t span_ms);

/** How long something took, three digits of it: "85 us", "1.23 ms", "12.3 ms", "4.56 s". */
struct text text_of_latency(uint64_t ns);

/** Seen from now: "in 4 min 58 s", "12 s ago". */
struct text text_of_distance(unix_ms moment_ms, unix_ms now_ms);

/** "1.4 MiB". */
struct text text_of_bytes(uint64_t bytes);

/** "0190163d-8694-739b-aea5-966c26f8ad91"; "-" unless it has 16 bytes. */
struct text text_of_id(ProtobufCBinaryData id);

/** Value of an enum without what its names have in common: "WAITING". @return A constant. */
const char *text_of_enum(const ProtobufCEnumDescriptor *descriptor, int value);

/** Reads a number: `length` decimal digits, and nothing else.
 * @param ret_number  Set if true is returned only: the digits are one or more, and fit. */
bool number_parse(const char *text, size_t length, uint64_t *ret_number);

/** Reads an RFC 3339 moment: "2026-12-24T19:00:00+09:00", "2026-12-24T10:00:00.5Z".
 * @param ret_moment_ms  Set if true is returned only. Fractions beyond milliseconds are cut. */
bool moment_parse(const char *text, unix_ms *ret_moment_ms);

/** Reads a moment of local time: "2026-12-24", "2026-12-24 19:00", "2026-12-24 19:00:30".
 * @param ret_moment_ms  Set if true is returned only. */
bool moment_parse_local(const char *text, unix_ms *ret_moment_ms);

/** The clock of this machine. */
unix_ms clock_now_ms(void);

#endif
