#include "client/command/gateway.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <string.h>

#include "base/require.h"
#include "client/command/gateway_answer.h"

enum { URL_BYTES_MAX = 512, TIMEOUT_TEXT_BYTES = 48, PATIENCE_MS = 1000 };

/* --- libcurl -----------------------------------------------------------------------------------
 */

/* It is loaded when it is first needed: with what it brings it takes three times as long to load as
 * all the rest of the command, which most runs of it would pay for nothing. What is used of it: */
#define CURL_FUNCTIONS(FUNCTION)                                                                   \
    FUNCTION(global_init)                                                                          \
    FUNCTION(easy_init)                                                                            \
    FUNCTION(easy_setopt)                                                                          \
    FUNCTION(easy_perform)                                                                         \
    FUNCTION(easy_getinfo)                                                                         \
    FUNCTION(easy_cleanup)                                                                         \
    FUNCTION(easy_strerror)                                                                        \
    FUNCTION(slist_append)                                                                         \
    FUNCTION(slist_free_all)

static struct {
#define CURL_MEMBER(name) __typeof__(&curl_##name) name;
    CURL_FUNCTIONS(CURL_MEMBER)
} curl_library;

/* @return False if it is not on this machine, or lacks a function. */
static bool load_library(void)
{
    void *file = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    bool is_whole = file != NULL;
    void *function;
#define CURL_LOAD(name)                                                                            \
    function = is_whole ? dlsym(file, "curl_" #name) : NULL;                                       \
    memcpy(&curl_library.name, &function, sizeof function);                                        \
    is_whole = function != NULL;
    CURL_FUNCTIONS(CURL_LOAD)
    return is_whole && curl_library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* --- What is sent ----------------------------------------------------------------------------- */

/* Memory that is used up ends the process, as everywhere in the command. */
static struct curl_slist *add_header(struct curl_slist *headers, const char *header)
{
    struct curl_slist *longer = curl_library.slist_append(headers, header);
    REQUIRE(longer != NULL);
    return longer;
}

static struct curl_slist *make_headers(const struct run *run, const struct gateway_call *call)
{
    char timeout[TIMEOUT_TEXT_BYTES];
    struct curl_slist *headers = add_header(NULL, "content-type: application/grpc");
    headers = add_header(headers, "te: trailers");
    headers = add_header(headers, "user-agent: onsale/" ONSALE_VERSION);
    snprintf(timeout, sizeof timeout, "grpc-timeout: %um", call->timeout_ms);
    if (call->timeout_ms > 0) headers = add_header(headers, timeout);
    for (size_t i = 0; i < run->arguments.many_count; i++)
        headers = add_header(headers, run->arguments.many[i]);
    return headers;
}

/* A byte that says that it is not compressed, the length, the message. */
static uint8_t *frame_request(struct run *run, const ProtobufCMessage *request, size_t *ret_size)
{
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *body = run_alloc(run, GRPC_PREFIX_BYTES + size, 1);
    for (int i = 0; i < 4; i++)
        body[1 + i] = (uint8_t)(size >> (24 - 8 * i));
    protobuf_c_message_pack(request, body + GRPC_PREFIX_BYTES);
    *ret_size = GRPC_PREFIX_BYTES + size;
    return body;
}

/* @return Whether it is one. */
static bool make_url(const char *gateway, const char *method, char ret_url[URL_BYTES_MAX])
{
    size_t length = strlen(gateway);
    while (length > 0 && gateway[length - 1] == '/')
        length--;
    bool is_http = strncmp(gateway, "http://", 7) == 0 || strncmp(gateway, "https://", 8) == 0;
    return is_http && snprintf(ret_url, URL_BYTES_MAX, "%.*s/%s", (int)length, gateway, method) <
                          URL_BYTES_MAX;
}

static void set_text(CURL *curl, CURLoption option, const char *text)
{
    if (text != NULL) curl_library.easy_setopt(curl, option, text);
}

static void set_file(CURL *curl, CURLoption option, const struct run *run, enum parameter_name name)
{
    set_text(curl, option, arguments_text(&run->arguments, name));
}

static void set_call(CURL *curl, const struct run *run, uint32_t timeout_ms, const char *url)
{
    bool is_encrypted = strncmp(url, "https://", 8) == 0;
    set_text(curl, CURLOPT_URL, url);
    curl_library.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_library.easy_setopt(curl, CURLOPT_POST, 1L);
    if (timeout_ms > 0)
        curl_library.easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms + PATIENCE_MS);
    set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    /* Without TLS there is nothing to agree on HTTP/2 by. */
    long version = is_encrypted ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    curl_library.easy_setopt(curl, CURLOPT_HTTP_VERSION, version);
    set_file(curl, CURLOPT_CAINFO, run, PARAMETER_AUTHORITIES);
    set_file(curl, CURLOPT_SSLCERT, run, PARAMETER_CERTIFICATE);
    set_file(curl, CURLOPT_SSLKEY, run, PARAMETER_PRIVATE_KEY);
}

/* --- What comes back -------------------------------------------------------------------------- */

static bool perform(CURL *curl, struct run *run, const struct gateway_call *call)
{
    char problem[CURL_ERROR_SIZE] = "";
    long http_status = 0;
    struct gateway_answer answer = {.run = run, .call = call};
    curl_library.easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
    curl_library.easy_setopt(curl, CURLOPT_HEADERFUNCTION, gateway_answer_header);
    curl_library.easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    curl_library.easy_setopt(curl, CURLOPT_WRITEFUNCTION, gateway_answer_body);
    curl_library.easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    CURLcode code = curl_library.easy_perform(curl);
    curl_library.easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    curl_library.easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    enum onsale_status status = gateway_answer_end(&answer, http_status);
    if (status == ONSALE_SERVER_UNREACHABLE && code != CURLE_OK)
        run_fail(run, code == CURLE_OPERATION_TIMEDOUT ? ONSALE_DEADLINE_EXCEEDED : status,
                 "the gateway: %s",
                 problem[0] == '\0' ? curl_library.easy_strerror(code) : problem);
    return status == ONSALE_OK;
}

bool gateway_call(struct run *run, const struct gateway_call *call)
{
    char url[URL_BYTES_MAX];
    size_t size;
    if (!make_url(arguments_text(&run->arguments, PARAMETER_GATEWAY), call->method, url))
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "--gateway must be http://HOST:PORT or https://HOST:PORT");
    if (!load_library())
        return run_fail(run, ONSALE_INTERNAL,
                        "--gateway needs libcurl.so.4, which is not on this machine: Debian has it "
                        "as libcurl4 or libcurl4t64");
    CURL *curl = curl_library.easy_init();
    REQUIRE(curl != NULL);
    struct curl_slist *headers = make_headers(run, call);
    const uint8_t *body = frame_request(run, call->request, &size);
    set_call(curl, run, call->timeout_ms, url);
    curl_library.easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_library.easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    curl_library.easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    bool is_done = perform(curl, run, call);
    curl_library.slist_free_all(headers);
    curl_library.easy_cleanup(curl);
    return is_done;
}
