/* echo_server FOLDER -- Answers every nng request with as many bytes as its last four ask for. */
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/require.h"

enum { CONTEXTS = 1024 };

struct echo {
    nng_ctx context;
    nng_aio *aio;
    bool is_sending;
};

static void on_progress(void *argument)
{
    struct echo *echo = argument;
    if (nng_aio_result(echo->aio) == NNG_ECLOSED) return;
    if (echo->is_sending || nng_aio_result(echo->aio) != 0) {
        echo->is_sending = false;
        nng_ctx_recv(echo->context, echo->aio);
        return;
    }
    nng_msg *message = nng_aio_get_msg(echo->aio);
    uint32_t wanted;
    REQUIRE(nng_msg_chop_u32(message, &wanted) == 0);
    REQUIRE(nng_msg_realloc(message, wanted) == 0);
    echo->is_sending = true;
    nng_aio_set_msg(echo->aio, message);
    nng_ctx_send(echo->context, echo->aio);
}

int main(int argc, char **argv)
{
    static struct echo echoes[CONTEXTS];
    char url[128];
    nng_socket socket;
    REQUIRE(argc == 2);
    snprintf(url, sizeof url, "ipc://%s/echo.sock", argv[1]);
    REQUIRE(nng_rep0_open(&socket) == 0);
    for (size_t i = 0; i < CONTEXTS; i++) {
        REQUIRE(nng_ctx_open(&echoes[i].context, socket) == 0);
        REQUIRE(nng_aio_alloc(&echoes[i].aio, on_progress, &echoes[i]) == 0);
        nng_ctx_recv(echoes[i].context, echoes[i].aio);
    }
    REQUIRE(nng_listen(socket, url, NULL, 0) == 0);
    for (;;)
        pause();
}
