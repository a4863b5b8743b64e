#include "rpc/call.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "onsale/rpc/v1/rpc.pb-c.h"

_Static_assert(sizeof((struct rpc_call *)0)->details / sizeof(struct rpc_detail) ==
                   DETAILS_PER_RESULT_MAX,
               "a call has room for as many details as a result");

enum { DESCRIPTION_BYTES_MAX = 256 };

void rpc_call_add_detail(struct rpc_call *call, const struct onsale_packer *packer,
                         const ProtobufCMessage *value)
{
    if (call->details_count < DETAILS_PER_RESULT_MAX)
        call->details[call->details_count++] = (struct rpc_detail){packer, value};
}

/* Without memory the status alone has to do. */
static void say_bad_field(struct rpc_call *call, enum status status, const char *field,
                          const char *description)
{
    const char *text = call->korean ? status_korean(status) : description;
    call->message = field[0] == '\0' ? arena_printf(call->arena, "%s", text)
                                     : arena_printf(call->arena, "%s: %s", field, text);
    Onsale__Rpc__V1__BadField *bad = arena_calloc(call->arena, 1, sizeof *bad);
    if (bad == NULL) return;
    onsale__rpc__v1__bad_field__init(bad);
    bad->field = arena_printf(call->arena, "%s", field);
    bad->description = arena_printf(call->arena, "%s", description);
    if (bad->field != NULL && bad->description != NULL)
        rpc_call_add_detail(call, &onsale__rpc__v1__bad_field__packer, &bad->base);
}

enum status rpc_call_bad_field(struct rpc_call *call, enum status status, const char *field,
                               const char *description, ...)
{
    char text[DESCRIPTION_BYTES_MAX];
    va_list arguments;
    va_start(arguments, description);
    vsnprintf(text, sizeof text, description, arguments);
    va_end(arguments);
    say_bad_field(call, status, field, text);
    return status;
}
