/* nng_cures.h -- Functions that keep nng 1.5 alive, which Debian 12 has, when peers die.
 *
 * libnng calls them through the dynamic linker, so what the executable defines comes before the
 * original. The meson.build here lists the files that the nng we build against needs: none from 1.9
 * on. Every executable that uses nng has them among its sources.
 *
 * nng_stream_recv, nng_stream_send (nng before 1.9): closing a connection stops the aio with which
 * its transport receives, and another with which it sends. A message has several parts. If the next
 * part is begun just when the aio was stopped, nng_aio_begin refuses it and nobody is called back.
 * So the request for the whole message never ends, and nng's only reaper thread, which frees closed
 * connections, waits for it forever. The cure ends the operation that was refused, with
 * NNG_ECLOSED: the transport's callback then fails the request as for any broken connection.
 *
 * It is in libonsale, too, and exported: libnng finds it there if the program has not named libnng
 * before libonsale when it was linked, or if it loads libonsale by dlopen. */
#ifndef RPC_NNG_CURES_H
#define RPC_NNG_CURES_H

#include <nng/nng.h>

/* --- begin_cure.c ----------------------------------------------------------------------------- */

void nng_stream_recv(nng_stream *stream, nng_aio *aio);
void nng_stream_send(nng_stream *stream, nng_aio *aio);

#endif
