/* forward_call.c -- Hands a call on that is known by name and bytes only, as a gateway does: reads
 * a packed request from stdin and writes the packed response to stdout. Gives up when nobody waits
 * for it any more: here, after PATIENCE_MS.
 *
 * Build: cc forward_call.c -o forward_call $(pkg-config --cflags --libs onsale)
 * Run:   ./forward_call ipc:///run/onsale/onsale.sock ipc:///run/onsale/watch.sock \
 *            onsale.v1.CatalogService/ListConcerts 5000 </dev/null | protoc --decode_raw */
#include <onsale/onsale.h>

#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REQUEST_BYTES_MAX = 64 * 1024, TIMEOUT_MS = 60 * 1000 };

/* What the callback leaves for the thread that waits. */
struct answer {
    sem_t is_there;
    struct onsale_error error;
    int failed;
};

/* On a thread of the library. The bytes are valid in here only. */
static void answer_came(void *context, const struct onsale_error *error, const uint8_t *response,
                        size_t response_size)
{
    struct answer *answer = context;
    if (error != NULL) answer->error = *error;
    answer->failed = error != NULL || fwrite(response, 1, response_size, stdout) != response_size;
    sem_post(&answer->is_there);
}

/* Waits for the answer, but not for longer than somebody else does. The callback comes in any case.
 */
static void await(struct answer *answer, struct onsale_channel *channel, struct onsale_call_id call,
                  long patience_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += patience_ms / 1000;
    until.tv_nsec += patience_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (sem_timedwait(&answer->is_there, &until) != 0) {
        if (errno == EINTR) continue;
        onsale_channel_cancel(channel, call);
        while (sem_wait(&answer->is_there) != 0)
            continue;
        return;
    }
}

static void forward(struct onsale_channel *channel, const char *name, const uint8_t *request,
                    size_t request_size, long patience_ms, struct answer *answer)
{
    const struct onsale_metadata trace = {"traceparent", "00-example-01"};
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    options.deadline_ms = onsale_now_ms() + TIMEOUT_MS;
    options.metadata = &trace;
    options.metadata_count = 1;
    struct onsale_call_id call = onsale_channel_call_bytes_async(
        channel, onsale_method_find(name), request, request_size, &options, answer_came, answer);
    await(answer, channel, call, patience_ms);
}

/* What an HTTP gateway would put into its answer. */
static void tell(const struct onsale_error *error)
{
    fprintf(stderr, "%s: %s\n", error->reason, error->message);
    if (onsale_status_may_retry(error->status))
        fprintf(stderr, "come again in %u ms\n", (unsigned)error->retry_after_ms);
    Onsale__Rpc__V1__BadField *bad = onsale_error_bad_field(error);
    if (bad != NULL) fprintf(stderr, "%s: %s\n", bad->field, bad->description);
    onsale__rpc__v1__bad_field__free_unpacked(bad, NULL);
}

int main(int argc, char **argv)
{
    static uint8_t request[REQUEST_BYTES_MAX];
    static struct answer answer;
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    struct onsale_channel *channel;
    if (argc != 5) {
        fprintf(stderr, "usage: %s URL WATCH_URL METHOD PATIENCE_MS\n", argv[0]);
        return 2;
    }
    options.url = argv[1];
    options.watch_url = argv[2];
    size_t size = fread(request, 1, sizeof request, stdin);
    sem_init(&answer.is_there, 0, 0);
    if (onsale_channel_open(&options, &channel, &answer.error) == ONSALE_OK) {
        forward(channel, argv[3], request, size, strtol(argv[4], NULL, 10), &answer);
        onsale_channel_close(channel);
    } else {
        answer.failed = 1;
    }
    if (answer.error.status != ONSALE_OK) tell(&answer.error);
    return answer.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
