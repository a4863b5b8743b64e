/* http1_head.h -- The head of a request of HTTP/1.1: request line and headers, read strictly.
 *
 * What two readers could take for different things is refused: folded lines, bare line ends, spaces
 * before a colon, two lengths, a length beside a transfer coding, repeated hosts. Bodies have a
 * length or there are none: chunked ones are refused. */
#ifndef GATEWAY_HTTP1_HEAD_H
#define GATEWAY_HTTP1_HEAD_H

#include "gateway/exchange.h"

/** What a head says. Texts lie in the bytes that were read. */
struct http1_head {
    const char *method;
    char *target; /* begins with '/', or is "*" */
    const char *host;
    bool is_1_1; /* else 1.0 */
    bool keeps_alive;
    bool expects_continue;
    size_t content_length; /* 0 if there is no body */
    struct header *headers;
    size_t headers_count;
};

/** Looks for the end of a head.
 * @param looked_at  Bytes in which it was looked for before; 0 at first.
 * @return Bytes of the head, the empty line included; 0 if it is not there yet. */
size_t http1_head_find_end(const uint8_t *bytes, size_t size, size_t looked_at);

/** Reads a whole head, in place: texts are cut off by NULs, names get lower case.
 * @param bytes     As many as http1_head_find_end said.
 * @param headers   Room for `headers_max`.
 * @param ret_head  Set if it is valid.
 * @return 0 if it is valid; else the status to refuse it with: 400, 411, 417, 431, 501 or 505. */
unsigned http1_head_parse(char *bytes, size_t size, struct header *headers, size_t headers_max,
                          struct http1_head *ret_head);

/** Whether a request can begin so. What can't, such as the greeting of who speaks TLS where it is
 * not spoken, need not be waited for. */
bool http1_head_may_begin(uint8_t first);

#endif
