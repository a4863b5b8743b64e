/* begin_cure.c -- Ends stream operations that nng refused to begin. See nng_cures.h.
 *
 * Right after the call, the result NNG_ECANCELED means "refused", and nothing else does:
 * - nng_aio_begin sets it when the aio was stopped. Otherwise it sets 0, and then the result is
 *   that of the operation: 0, an error of the socket, NNG_ETIMEDOUT, or NNG_ECLOSED from a close,
 *   be it between begin and schedule, in the queue, or made by another thread before we look.
 * - An accepted operation gets NNG_ECANCELED from nng_aio_stop and nng_aio_cancel only. The
 *   transports of ipc and tcp close an aio (NNG_ECLOSED; begins are refused from then on) before
 *   they stop it, and nobody cancels it: the aios of nng's users are others.
 * - It is not the result of an earlier operation, since begin sets it anew; nor of a later one: the
 *   callback, which alone begins the next, first takes the lock that our caller holds. That lock
 *   also keeps the aio from being freed meanwhile.
 * - A refused operation has no task prepared and is in no queue, so nobody else ends it. */
#include <dlfcn.h>

#include "base/require.h"
#include "rpc/nng_cures/nng_cures.h"

typedef void stream_begin(nng_stream *stream, nng_aio *aio);

static stream_begin *begin_recv;
static stream_begin *begin_send;

/* The next definition after ours is libnng's. In libonsale, if the program has loaded libnng before
 * it, none comes after ours: then libnng's is the first of all, and calls itself. */
static stream_begin *find(const char *name)
{
    stream_begin *function;
    *(void **)&function = dlsym(RTLD_NEXT, name);
    if (function == NULL) *(void **)&function = dlsym(RTLD_DEFAULT, name);
    REQUIRE(function != NULL);
    return function;
}

__attribute__((constructor)) static void find_both(void)
{
    begin_recv = find("nng_stream_recv");
    begin_send = find("nng_stream_send");
}

static void end_if_refused(nng_aio *aio)
{
    if (nng_aio_result(aio) == NNG_ECANCELED) nng_aio_finish(aio, NNG_ECLOSED);
}

void nng_stream_recv(nng_stream *stream, nng_aio *aio)
{
    begin_recv(stream, aio);
    end_if_refused(aio);
}

void nng_stream_send(nng_stream *stream, nng_aio *aio)
{
    begin_send(stream, aio);
    end_if_refused(aio);
}
