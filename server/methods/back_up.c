#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"

enum status back_up(struct call *call, const Onsale__V1__BackUpRequest *request,
                    Onsale__V1__BackUpResponse *response)
{
    if (request->path[0] != '/') return call_bad_field(call, "path", "must be absolute");

    enum status err = store_back_up(engine_store(call->engine), request->path, &response->bytes);
    if (err == STATUS_ARGUMENT_INVALID)
        return call_bad_field(call, "path", "is there already or can't be made");
    return err;
}
