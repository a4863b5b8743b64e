/* redis_load FOLDER SECONDS CONNECTIONS PIPELINE -- Claims seats in Redis: SET NX with an expiry,
 * so many commands of each connection at once. Two threads, each with half of the connections. */
#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "bench/measure/round.h"

enum { THREADS = 2, CONNECTIONS_MAX = 512 };

struct caller {
    pthread_t thread;
    const char *path;
    size_t connections;
    size_t pipeline;
    uint64_t end_ns;
    uint64_t next_seat;
    uint64_t done;
    uint64_t refused;
    struct latencies *latencies;
};

static void send_claims(struct caller *caller, redisContext *connection)
{
    int unsent = 0;
    for (size_t i = 0; i < caller->pipeline; i++) {
        unsigned long long seat = caller->next_seat++;
        redisAppendCommand(connection, "SET seat:%llu %016llx NX EX 300", seat, seat);
    }
    while (unsent == 0)
        REQUIRE(redisBufferWrite(connection, &unsent) == REDIS_OK);
}

static void take_answers(struct caller *caller, redisContext *connection)
{
    for (size_t i = 0; i < caller->pipeline; i++) {
        redisReply *reply;
        REQUIRE(redisGetReply(connection, (void **)&reply) == REDIS_OK);
        bool is_done = reply->type == REDIS_REPLY_STATUS;
        caller->done += is_done;
        caller->refused += !is_done;
        freeReplyObject(reply);
    }
}

/* All connections are asked before the first answer is awaited, so the server has them at once. */
static void *caller_run(void *argument)
{
    struct caller *caller = argument;
    redisContext *connections[CONNECTIONS_MAX];
    uint64_t now_ns = clock_now_ns();
    for (size_t i = 0; i < caller->connections; i++) {
        connections[i] = redisConnectUnix(caller->path);
        REQUIRE(connections[i] != NULL);
        REQUIRE(connections[i]->err == 0);
    }
    while (now_ns < caller->end_ns) {
        uint64_t started_ns = now_ns;
        for (size_t i = 0; i < caller->connections; i++)
            send_claims(caller, connections[i]);
        for (size_t i = 0; i < caller->connections; i++)
            take_answers(caller, connections[i]);
        now_ns = clock_now_ns();
        latencies_add(caller->latencies, now_ns - started_ns);
    }
    for (size_t i = 0; i < caller->connections; i++)
        redisFree(connections[i]);
    return NULL;
}

static void measure(const char *path, double seconds, size_t connections, size_t pipeline)
{
    static struct latencies latencies;
    struct caller callers[THREADS];
    struct round round = {0};
    uint64_t started_ns = clock_now_ns();
    REQUIRE(connections / THREADS <= CONNECTIONS_MAX);
    for (uint64_t i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){
            .path = path,
            .connections = connections / THREADS,
            .pipeline = pipeline,
            .end_ns = started_ns + (uint64_t)(seconds * (double)NS_PER_SECOND),
            .next_seat = i << 32,
            .latencies = &latencies,
        };
        REQUIRE(pthread_create(&callers[i].thread, NULL, caller_run, &callers[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(callers[i].thread, NULL) == 0);
        round.operations += callers[i].done;
        round.refused += callers[i].refused;
    }
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    round_take_latencies(&round, &latencies);
    round_print(&round);
}

/* All seats are free again. @return False if the server can't be reached. */
static bool clear(const char *path)
{
    redisContext *connection = redisConnectUnix(path);
    bool is_fine = connection != NULL && connection->err == 0;
    if (is_fine) freeReplyObject(redisCommand(connection, "FLUSHALL"));
    if (connection != NULL) redisFree(connection);
    return is_fine;
}

int main(int argc, char **argv)
{
    char path[256];
    REQUIRE(argc >= 4);
    snprintf(path, sizeof path, "%s/redis.sock", argv[1]);
    if (!clear(path)) return EXIT_FAILURE;
    if (strcmp(argv[3], "prepare") == 0) return EXIT_SUCCESS;
    REQUIRE(argc == 5);
    measure(path, strtod(argv[2], NULL), strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
    return EXIT_SUCCESS;
}
