#include "gateway/http1_head.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    BAD_REQUEST = 400,
    LENGTH_REQUIRED = 411,
    EXPECTATION_FAILED = 417,
    TOO_MANY_HEADERS = 431,
    VERSION_UNKNOWN = 505,
    LENGTH_DIGITS_MAX = 15,
};

static const char end_of_head[] = "\r\n\r\n";
enum { END_BYTES = sizeof end_of_head - 1, LINE_END_BYTES = 2 };

size_t http1_head_find_end(const uint8_t *bytes, size_t size, size_t looked_at)
{
    size_t from = looked_at < END_BYTES ? 0 : looked_at - END_BYTES + 1;
    const uint8_t *end =
        size < from + END_BYTES ? NULL : memmem(bytes + from, size - from, end_of_head, END_BYTES);
    return end == NULL ? 0 : (size_t)(end - bytes) + END_BYTES;
}

/* --- Characters --------------------------------------------------------------------------------
 */

/* RFC 9110, 5.6.2. */
static bool is_token_char(char c)
{
    return isalnum((unsigned char)c) != 0 || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool http1_head_may_begin(uint8_t first)
{
    return is_token_char((char)first);
}

static bool is_token(const char *text)
{
    const char *at = text;
    while (is_token_char(*at))
        at++;
    return at > text && *at == '\0';
}

static bool is_target_char(char c)
{
    return c > ' ' && c <= '~';
}

static bool is_value_char(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* --- The request line --------------------------------------------------------------------------
 */

/* Cuts off the word before the next space. @return What follows; NULL if there is no space. */
static char *cut_word(char *text)
{
    char *space = strchr(text, ' ');
    if (space == NULL) return NULL;
    *space = '\0';
    return space + 1;
}

static bool is_target(const char *target, const char *method)
{
    const char *at = target;
    while (is_target_char(*at) && *at != '#')
        at++;
    if (*at != '\0') return false;
    return target[0] == '/' || (strcmp(target, "*") == 0 && strcmp(method, "OPTIONS") == 0);
}

/* "HTTP/2.0" */
static bool is_version(const char *text)
{
    return strncmp(text, "HTTP/", 5) == 0 && strlen(text) == 8 &&
           isdigit((unsigned char)text[5]) != 0 && text[6] == '.' &&
           isdigit((unsigned char)text[7]) != 0;
}

static unsigned parse_request_line(char *line, struct http1_head *head)
{
    char *target = cut_word(line);
    char *version = target == NULL ? NULL : cut_word(target);
    if (version == NULL || !is_token(line) || !is_target(target, line)) return BAD_REQUEST;
    head->method = line;
    head->target = target;
    head->is_1_1 = strcmp(version, "HTTP/1.1") == 0;
    if (head->is_1_1 || strcmp(version, "HTTP/1.0") == 0) return 0;
    return is_version(version) ? VERSION_UNKNOWN : BAD_REQUEST;
}

/* --- Headers -----------------------------------------------------------------------------------
 */

/* "Name: value" -> the two, without the blanks around the value. */
static bool parse_header_line(char *line, struct header *ret_header)
{
    char *colon = strchr(line, ':');
    if (colon == NULL) return false;
    *colon = '\0';
    if (!is_token(line)) return false;
    for (char *at = line; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    char *value = colon + 1;
    while (is_blank(*value))
        value++;
    char *end = value + strlen(value);
    while (end > value && is_blank(end[-1]))
        end--;
    *end = '\0';
    for (const char *at = value; *at != '\0'; at++)
        if (!is_value_char(*at)) return false;
    *ret_header = (struct header){line, value};
    return true;
}

/* Lines end in CR LF; neither stands anywhere else, nor does a NUL.
 * @return The line after it; NULL if it does not end so. */
static char *cut_line(char *line, const char *end)
{
    char *line_end = memchr(line, '\n', (size_t)(end - line));
    if (line_end == NULL || line_end == line || line_end[-1] != '\r') return NULL;
    line_end[-1] = '\0';
    if (strlen(line) != (size_t)(line_end - line) - 1 || strchr(line, '\r') != NULL) return NULL;
    return line_end + 1;
}

static unsigned parse_headers(char *line, const char *end, size_t headers_max,
                              struct http1_head *head)
{
    while (end - line > LINE_END_BYTES) {
        char *next = cut_line(line, end);
        if (next == NULL) return BAD_REQUEST;
        if (head->headers_count == headers_max) return TOO_MANY_HEADERS;
        if (!parse_header_line(line, &head->headers[head->headers_count])) return BAD_REQUEST;
        head->headers_count++;
        line = next;
    }
    return 0;
}

/* --- What they mean ----------------------------------------------------------------------------
 */

/* These must not come twice: nobody could tell which one counts. */
static const char *const single_names[] = {
    "authorization", "content-length",  "content-type",      "expect",
    "host",          "idempotency-key", "transfer-encoding",
};

enum { SINGLE_NAMES = sizeof single_names / sizeof single_names[0] };

static const char *find(const struct http1_head *head, const char *name, size_t *ret_count)
{
    const char *value = NULL;
    *ret_count = 0;
    for (size_t i = head->headers_count; i > 0; i--) {
        if (strcmp(head->headers[i - 1].name, name) != 0) continue;
        value = head->headers[i - 1].value;
        ++*ret_count;
    }
    return value;
}

static bool has_repeated(const struct http1_head *head)
{
    size_t count;
    for (size_t i = 0; i < SINGLE_NAMES; i++) {
        find(head, single_names[i], &count);
        if (count > 1) return true;
    }
    return false;
}

static unsigned read_length(struct http1_head *head)
{
    size_t count;
    const char *length = find(head, "content-length", &count);
    if (find(head, "transfer-encoding", &count) != NULL)
        return length == NULL ? LENGTH_REQUIRED : BAD_REQUEST;
    if (length == NULL) return 0;
    size_t digits = strspn(length, "0123456789");
    if (digits == 0 || digits > LENGTH_DIGITS_MAX || length[digits] != '\0') return BAD_REQUEST;
    for (const char *at = length; *at != '\0'; at++)
        head->content_length = head->content_length * 10 + (size_t)(*at - '0');
    return 0;
}

/* Whether a list such as "keep-alive, Upgrade" has the word. */
static bool has_word(const char *list, const char *word)
{
    size_t size = strlen(word);
    while (*list != '\0') {
        list += strspn(list, ", \t");
        size_t found = strcspn(list, ", \t");
        if (found == size && strncasecmp(list, word, size) == 0) return true;
        list += found;
    }
    return false;
}

static void read_connection(struct http1_head *head)
{
    head->keeps_alive = head->is_1_1;
    for (size_t i = 0; i < head->headers_count; i++) {
        if (strcmp(head->headers[i].name, "connection") != 0) continue;
        if (has_word(head->headers[i].value, "close"))
            head->keeps_alive = false;
        else if (!head->is_1_1 && has_word(head->headers[i].value, "keep-alive"))
            head->keeps_alive = true;
    }
}

static unsigned read_expectation(struct http1_head *head)
{
    size_t count;
    const char *expectation = find(head, "expect", &count);
    if (expectation == NULL) return 0;
    if (strcasecmp(expectation, "100-continue") != 0) return EXPECTATION_FAILED;
    head->expects_continue = head->is_1_1;
    return 0;
}

static unsigned read_meaning(struct http1_head *head)
{
    size_t count;
    const char *host = find(head, "host", &count);
    if (has_repeated(head) || (host == NULL && head->is_1_1)) return BAD_REQUEST;
    head->host = host == NULL ? "" : host;
    read_connection(head);
    unsigned problem = read_length(head);
    return problem != 0 ? problem : read_expectation(head);
}

unsigned http1_head_parse(char *bytes, size_t size, struct header *headers, size_t headers_max,
                          struct http1_head *ret_head)
{
    struct http1_head head = {.headers = headers};
    const char *end = bytes + size;
    char *line = cut_line(bytes, end);
    if (line == NULL) return BAD_REQUEST;
    unsigned problem = parse_request_line(bytes, &head);
    if (problem == 0) problem = parse_headers(line, end, headers_max, &head);
    if (problem == 0) problem = read_meaning(&head);
    if (problem == 0) *ret_head = head;
    return problem;
}
