/* traceparent.h -- The header "traceparent" of W3C Trace Context (level 2), by which programs tell
 * which trace a request belongs to. Pure, hence safe from any thread. */
#ifndef BASE_TRACEPARENT_H
#define BASE_TRACEPARENT_H

#include <stdbool.h>
#include <stdint.h>

enum { TRACE_ID_TEXT_BYTES = 33, TRACEPARENT_TEXT_BYTES = 56, TRACE_ID_BYTES = 16 };

/** Reads the id of the trace. Invalid are version ff, ids of zeros only, capitals, another length;
 * of versions that are not known what they have in common with 00 is read, as the standard wants
 * it.
 * @param text          NULL: there is none.
 * @param ret_trace_id  32 hex digits and a NUL. Set if true is returned only.
 * @return Whether it is valid. Others are to be ignored, and "tracestate" with them. */
bool traceparent_read(const char *text, char ret_trace_id[TRACE_ID_TEXT_BYTES]);

/** Begins a trace: "00-...-00", which is not sampled, as nobody here records spans.
 * @param id  Unpredictable but for its beginning, as a UUIDv7 is; not all zeros in either half. */
void traceparent_make(const uint8_t id[TRACE_ID_BYTES], char ret_text[TRACEPARENT_TEXT_BYTES]);

#endif
