/* echo_load FOLDER SECONDS REQUEST_BYTES ANSWER_BYTES SOCKETS CONTEXTS -- Loads echo_server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/load/frame_loop.h"

/* The server reads the last four bytes, big-endian: how long the answer is to be. */
static struct frames frame_make(size_t request_bytes, uint32_t answer_bytes)
{
    struct frames frames = {.count = 1, .is_cycle = true};
    frames.bytes = calloc(1, request_bytes);
    frames.ends = malloc(sizeof *frames.ends);
    REQUIRE(frames.bytes != NULL);
    REQUIRE(frames.ends != NULL);
    REQUIRE(request_bytes >= sizeof answer_bytes);
    frames.ends[0] = request_bytes;
    for (size_t i = 0; i < sizeof answer_bytes; i++)
        frames.bytes[request_bytes - 1 - i] = (uint8_t)(answer_bytes >> 8 * i);
    return frames;
}

int main(int argc, char **argv)
{
    static const char scheme[] = "ipc://";
    char url[128];
    struct round round;
    REQUIRE(argc >= 4);
    snprintf(url, sizeof url, "%s%s/echo.sock", scheme, argv[1]);
    if (strcmp(argv[3], "prepare") == 0)
        return access(url + sizeof scheme - 1, F_OK) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    REQUIRE(argc == 7);
    struct frames frames =
        frame_make(strtoul(argv[3], NULL, 10), (uint32_t)strtoul(argv[4], NULL, 10));
    struct frame_shape shape = {(uint32_t)strtoul(argv[5], NULL, 10),
                                (uint32_t)strtoul(argv[6], NULL, 10)};
    bool is_fine = frame_loop_run(url, &frames, shape, strtod(argv[2], NULL), &round);
    free(frames.bytes);
    free(frames.ends);
    if (is_fine) round_print(&round);
    return is_fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
