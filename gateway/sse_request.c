#include "gateway/sse_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "gateway/sse.h"
#include "json/base64.h"

enum { TOKEN_TEXT_BYTES = 64, DECIMAL = 10, DIGITS_MAX = 20 };

/* --- The path ----------------------------------------------------------------------------------
 */

/* "17" or "17/seats" -> 17. */
static bool read_id(const char *text, const char *behind, uint32_t *ret_id)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, DECIMAL);
    bool is_number = text[0] >= '0' && text[0] <= '9' && errno == 0 && number <= UINT32_MAX;
    if (!is_number || strcmp(end, behind) != 0) return false;
    *ret_id = (uint32_t)number;
    return true;
}

static enum status read_path(const char *path, struct sse_request *request)
{
    static const char seats[] = SSE_PATH "performances/", sale[] = SSE_PATH "sale/";
    if (strcmp(path, SSE_PATH "queue") == 0) {
        request->kind = NEWS_QUEUE_ENTRY;
        return STATUS_OK;
    }
    if (strncmp(path, seats, sizeof seats - 1) == 0 && strstr(path, "/seats") != NULL) {
        request->kind = NEWS_SEATS;
        return read_id(path + sizeof seats - 1, "/seats", &request->id) ? STATUS_OK
                                                                        : STATUS_ARGUMENT_INVALID;
    }
    if (strncmp(path, sale, sizeof sale - 1) == 0) {
        request->kind = NEWS_SALE;
        return read_id(path + sizeof sale - 1, "", &request->id) ? STATUS_OK
                                                                 : STATUS_ARGUMENT_INVALID;
    }
    return STATUS_METHOD_UNKNOWN;
}

/* --- The token ---------------------------------------------------------------------------------
 */

/* Up to `size` characters of a query, with what is escaped. @return False if it is too long, or
 * not escaped rightly. */
static bool unescape(const char *text, size_t size, char ret_text[TOKEN_TEXT_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '%') {
            uint8_t byte;
            if (size - i < 3 || !hex_read(text + i + 1, 1, &byte)) return false;
            c = (char)byte;
            i += 2;
        }
        if (length == TOKEN_TEXT_BYTES - 1 || c == '\0') return false;
        ret_text[length++] = c;
    }
    ret_text[length] = '\0';
    return true;
}

/* @return The value's first character; NULL if the query has none of that name. */
static const char *query_value(const char *query, const char *name, size_t *ret_size)
{
    size_t name_size = strlen(name);
    while (*query != '\0') {
        size_t size = strcspn(query, "&");
        if (size > name_size && strncmp(query, name, name_size) == 0 && query[name_size] == '=') {
            *ret_size = size - name_size - 1;
            return query + name_size + 1;
        }
        query += size;
        query += strspn(query, "&");
    }
    return NULL;
}

static enum status read_token_text(const char *text, struct sse_request *request)
{
    size_t length = strlen(text);
    if (base64_size_max(length) > SSE_TOKEN_BYTES_MAX) return STATUS_TOKEN_UNKNOWN;
    bool is_read = base64_read(text, length, request->token, &request->token_size);
    return is_read ? STATUS_OK : STATUS_TOKEN_UNKNOWN;
}

static enum status read_token(const struct request *http, struct sse_request *request)
{
    static const char bearer[] = "Bearer ";
    const char *header = request_header(http, "authorization");
    char text[TOKEN_TEXT_BYTES];
    size_t size;
    if (header != NULL) {
        if (strncasecmp(header, bearer, sizeof bearer - 1) == 0) header += sizeof bearer - 1;
        return read_token_text(header, request);
    }
    const char *value = query_value(http->query, "token", &size);
    if (value == NULL) return STATUS_OK;
    return unescape(value, size, text) ? read_token_text(text, request) : STATUS_TOKEN_UNKNOWN;
}

/* --- Ids ---------------------------------------------------------------------------------------
 */

/* Each event has an id, and printf takes its time. @return Behind the last digit. */
static char *put_number(char *to, uint64_t number)
{
    char digits[DIGITS_MAX], *end = digits + sizeof digits, *at = end;
    do {
        *--at = (char)('0' + number % DECIMAL);
        number /= DECIMAL;
    } while (number > 0);
    memcpy(to, at, (size_t)(end - at));
    return to + (end - at);
}

/* Of a queue entry: status and position, which a person can read. */
void sse_id_write(enum news_kind kind, uint64_t version, char ret_id[SSE_ID_BYTES])
{
    char *at = ret_id;
    if (kind == NEWS_QUEUE_ENTRY) {
        at = put_number(at, version >> 32);
        *at++ = '.';
        version = (uint32_t)version;
    }
    *put_number(at, version) = '\0';
}

uint64_t sse_id_read(enum news_kind kind, const char *id)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(id, &end, DECIMAL);
    bool is_number = kind == NEWS_SEATS && id[0] >= '0' && id[0] <= '9' && *end == '\0';
    return is_number && errno == 0 ? number : 0;
}

enum status sse_request_read(const struct request *http, struct sse_request *ret_request)
{
    struct sse_request request = {.kind = NEWS_SALE};
    const char *last_id = request_header(http, "last-event-id");
    if (last_id != NULL && strlen(last_id) < SSE_ID_BYTES) strcpy(request.last_id, last_id);
    enum status status = read_path(http->path, &request);
    if (status == STATUS_OK) status = read_token(http, &request);
    if (status == STATUS_OK) *ret_request = request;
    return status;
}
