#include "rpc/channel/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { GRPC_CODE_MAX = ONSALE__RPC__V1__CODE__CODE_UNAUTHENTICATED };

static void text_copy(char *to, size_t capacity, const char *from)
{
    size_t length = strlen(from);
    if (length >= capacity) {
        length = capacity - 1;
        while (length > 0 && ((uint8_t)from[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, from, length);
    to[length] = '\0';
}

void channel_error_set(struct onsale_error *error, enum status status, bool korean,
                       const char *format, ...)
{
    *error = (struct onsale_error){
        .status = (enum onsale_status)status,
        .code = (Onsale__Rpc__V1__Code)status_grpc_code(status),
    };
    text_copy(error->reason, sizeof error->reason, status_name(status));
    if (korean) {
        text_copy(error->message, sizeof error->message, status_korean(status));
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
}

static enum status status_of_reason(const char *reason)
{
    enum status status = status_from_name(reason);
    bool is_known = status != STATUS_OK && strcmp(status_name(status), reason) == 0;
    return is_known ? status : STATUS_UNKNOWN_REASON;
}

static void add_detail(struct onsale_error *error, const Onsale__Rpc__V1__Detail *from)
{
    size_t used = 0;
    for (size_t i = 0; i < error->details_count; i++)
        used += error->details[i].size;
    if (error->details_count == ONSALE_DETAILS_MAX ||
        from->value.len > sizeof error->detail_bytes - used ||
        strlen(from->type) >= sizeof error->details[0].type)
        return;

    struct onsale_detail *detail = &error->details[error->details_count++];
    text_copy(detail->type, sizeof detail->type, from->type);
    detail->offset = used;
    detail->size = from->value.len;
    if (detail->size > 0) memcpy(error->detail_bytes + used, from->value.data, detail->size);
}

void channel_error_from_result(struct onsale_error *error, const Onsale__Rpc__V1__Result *result)
{
    int code = (int)result->code;
    memset(error, 0, offsetof(struct onsale_error, detail_bytes));
    error->status = (enum onsale_status)status_of_reason(result->reason);
    bool is_known = code >= 1 && code <= GRPC_CODE_MAX;
    error->code = is_known ? result->code : ONSALE__RPC__V1__CODE__CODE_UNKNOWN;
    error->retry_after_ms = result->retry_after_ms;
    text_copy(error->reason, sizeof error->reason, result->reason);
    text_copy(error->message, sizeof error->message, result->message);
    for (size_t i = 0; i < result->n_details; i++)
        add_detail(error, result->details[i]);
}
