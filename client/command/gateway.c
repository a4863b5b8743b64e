#include "client/command/gateway.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/curl_library.h"
#include "client/command/failure.h"
#include "client/command/gateway_answer.h"

enum { URL_BYTES_MAX = 512, TIMEOUT_TEXT_BYTES = 48, PATIENCE_MS = 1000 };

/* --- What is sent ----------------------------------------------------------------------------- */

/* Memory that is used up ends the process, as everywhere in the command. */
static struct curl_slist *add_header(const struct curl_library *library, struct curl_slist *headers,
                                     const char *header)
{
    struct curl_slist *longer = library->slist_append(headers, header);
    REQUIRE(longer != NULL);
    return longer;
}

static struct curl_slist *make_headers(const struct curl_library *library, const struct run *run,
                                       const struct gateway_call *call)
{
    char timeout[TIMEOUT_TEXT_BYTES];
    struct curl_slist *headers = add_header(library, NULL, "content-type: application/grpc");
    headers = add_header(library, headers, "te: trailers");
    headers = add_header(library, headers, "user-agent: onsale/" ONSALE_VERSION);
    snprintf(timeout, sizeof timeout, "grpc-timeout: %um", call->timeout_ms);
    if (call->timeout_ms > 0) headers = add_header(library, headers, timeout);
    for (size_t i = 0; i < run->arguments.many_count; i++)
        headers = add_header(library, headers, run->arguments.many[i]);
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
static bool make_url(const struct gateway_call *call, char ret_url[URL_BYTES_MAX])
{
    size_t length = strlen(call->url);
    while (length > 0 && call->url[length - 1] == '/')
        length--;
    bool is_http = strncmp(call->url, "http://", 7) == 0 || strncmp(call->url, "https://", 8) == 0;
    return is_http && snprintf(ret_url, URL_BYTES_MAX, "%.*s/%s", (int)length, call->url,
                               call->method) < URL_BYTES_MAX;
}

static void set_files(const struct curl_library *library, CURL *curl,
                      const struct gateway_call *call)
{
    if (call->authorities != NULL) library->easy_setopt(curl, CURLOPT_CAINFO, call->authorities);
    if (call->certificate != NULL) library->easy_setopt(curl, CURLOPT_SSLCERT, call->certificate);
    if (call->private_key != NULL) library->easy_setopt(curl, CURLOPT_SSLKEY, call->private_key);
}

/* Without TLS there is nothing to agree on HTTP/2 by. */
static void set_protocol(const struct curl_library *library, CURL *curl, const char *url)
{
    bool is_encrypted = strncmp(url, "https://", 8) == 0;
    library->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    library->easy_setopt(curl, CURLOPT_HTTP_VERSION,
                         is_encrypted ? (long)CURL_HTTP_VERSION_2TLS
                                      : (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
}

static void set_call(const struct curl_library *library, CURL *curl,
                     const struct gateway_call *call, const char *url, const uint8_t *body,
                     size_t size)
{
    library->easy_setopt(curl, CURLOPT_URL, url);
    library->easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    library->easy_setopt(curl, CURLOPT_POST, 1L);
    library->easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    library->easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    if (call->timeout_ms > 0)
        library->easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms + PATIENCE_MS);
    set_protocol(library, curl, url);
    set_files(library, curl, call);
}

/* --- What comes back -------------------------------------------------------------------------- */

static void complain(const struct curl_library *library, struct run *run, CURLcode code,
                     const char *what)
{
    enum onsale_status status =
        code == CURLE_OPERATION_TIMEDOUT ? ONSALE_DEADLINE_EXCEEDED : ONSALE_SERVER_UNREACHABLE;
    failure_make(&run->error, status, "the gateway: %s",
                 what[0] == '\0' ? library->easy_strerror(code) : what);
}

static enum onsale_status perform(const struct curl_library *library, CURL *curl, struct run *run,
                                  const struct gateway_call *call)
{
    char problem[CURL_ERROR_SIZE] = "";
    long http_status = 0;
    struct gateway_answer answer = {.run = run, .call = call};
    library->easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
    library->easy_setopt(curl, CURLOPT_HEADERFUNCTION, gateway_answer_header);
    library->easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    library->easy_setopt(curl, CURLOPT_WRITEFUNCTION, gateway_answer_body);
    library->easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    CURLcode code = library->easy_perform(curl);
    library->easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    library->easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    enum onsale_status status = gateway_answer_end(&answer, http_status);
    if (status == ONSALE_SERVER_UNREACHABLE && code != CURLE_OK) {
        complain(library, run, code, problem);
        return run->error.status;
    }
    return status;
}

enum onsale_status gateway_call(struct run *run, const struct gateway_call *call)
{
    char url[URL_BYTES_MAX];
    size_t size;
    if (!make_url(call, url)) {
        failure_make(&run->error, ONSALE_ARGUMENT_INVALID,
                     "--gateway must be http://HOST:PORT or https://HOST:PORT");
        return ONSALE_ARGUMENT_INVALID;
    }
    const struct curl_library *library = curl_library_load();
    if (library == NULL) {
        failure_make(&run->error, ONSALE_INTERNAL,
                     "--gateway needs libcurl.so.4, which is not on this machine: Debian has it as "
                     "libcurl4 or libcurl4t64");
        return ONSALE_INTERNAL;
    }
    CURL *curl = library->easy_init();
    REQUIRE(curl != NULL);
    struct curl_slist *headers = make_headers(library, run, call);
    const uint8_t *body = frame_request(run, call->request, &size);
    set_call(library, curl, call, url, body, size);
    library->easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    enum onsale_status status = perform(library, curl, run, call);
    library->slist_free_all(headers);
    library->easy_cleanup(curl);
    return status;
}
