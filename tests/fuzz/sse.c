/* sse.c -- A request for a stream of events: the first line is its path and query, the second its
 * Authorization, the third its Last-Event-ID. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "gateway/sse_request.h"
#include "tests/fuzz/fuzz.h"

/* What is behind the mark, which is cut off; "" if there is none. */
static char *cut(char *text, char mark)
{
    char *at = strchr(text, mark);
    if (at == NULL) return text + strlen(text);
    *at = '\0';
    return at + 1;
}

static void require_id(enum news_kind kind, const char *id)
{
    char again[SSE_ID_BYTES];
    uint64_t version = sse_id_read(kind, id);
    sse_id_write(kind, version, again);
    REQUIRE(sse_id_read(kind, again) == version);
}

static void require_request(const struct sse_request *request)
{
    REQUIRE(request->kind <= NEWS_SALE);
    REQUIRE(request->token_size <= SSE_TOKEN_BYTES_MAX);
    REQUIRE(memchr(request->last_id, '\0', SSE_ID_BYTES) != NULL);
    require_id(request->kind, request->last_id);
}

static void read_lines(char *path)
{
    char *authorization = cut(path, '\n');
    char *last_id = cut(authorization, '\n');
    cut(last_id, '\n');
    const struct header headers[] = {{"authorization", authorization}, {"last-event-id", last_id}};
    bool has_none = authorization[0] == '\0'; /* then the query's token counts */
    struct request request = {
        .method = "GET", .headers = headers + has_none, .headers_count = 2 - has_none};
    struct sse_request read;
    request.query = cut(path, '?');
    request.path = path;
    if (sse_request_read(&request, &read) == STATUS_OK) require_request(&read);
    for (enum news_kind kind = NEWS_QUEUE_ENTRY; kind <= NEWS_SALE; kind++)
        require_id(kind, last_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = malloc(size + 1);
    REQUIRE(text != NULL);
    if (size > 0) memcpy(text, bytes, size);
    text[size] = '\0';
    read_lines(text);
    free(text);
    return 0;
}
