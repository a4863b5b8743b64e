/* postgres_load FOLDER SECONDS CONNECTIONS -- Claims seats in PostgreSQL: one prepared statement,
 * and so one round trip and one transaction, takes the seat and writes the reservation. */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "bench/measure/round.h"

enum { CONNECTIONS_MAX = 64, CONNECTION_TEXT_BYTES = 512, SEATS = 1000 * 1000 };
enum { SEATS_OF_PERFORMANCE = 20 * 1000 };

static const char make_tables[] =
    "CREATE TABLE seat (seat_id int PRIMARY KEY, state smallint NOT NULL, reservation_id bigint)"
    "  WITH (fillfactor = 50);"
    "CREATE TABLE reservation (reservation_id bigint PRIMARY KEY, user_id bigint NOT NULL,"
    "  seat_id int NOT NULL, expires_at timestamptz NOT NULL);"
    "INSERT INTO seat SELECT n, 0, NULL FROM generate_series(0, 999999) n;"
    "VACUUM ANALYZE seat";

static const char claim_seat[] =
    "WITH claimed AS (UPDATE seat SET state = 1, reservation_id = $1"
    "  WHERE seat_id = $2 AND state = 0 RETURNING seat_id) "
    "INSERT INTO reservation SELECT $1, $1, seat_id, now() + interval '5 minutes' FROM claimed";

static const char free_seats[] =
    "UPDATE seat SET state = 0 WHERE state <> 0; TRUNCATE reservation; VACUUM seat";

struct load {
    char connection_text[CONNECTION_TEXT_BYTES];
    uint64_t end_ns;
    uint64_t next_claim;
    struct latencies latencies;
};

struct caller {
    struct load *load;
    pthread_t thread;
    uint64_t done;
    uint64_t refused;
};

static PGconn *connect_to(const struct load *load)
{
    PGconn *connection = PQconnectdb(load->connection_text);
    if (PQstatus(connection) == CONNECTION_OK) return connection;
    PQfinish(connection);
    return NULL;
}

/* Statements one by one, for some may not share a transaction. @return False if one failed. */
static bool execute(PGconn *connection, const char *statements)
{
    char *text = strdup(statements);
    char *rest = text;
    bool is_fine = true;
    REQUIRE(text != NULL);
    for (char *one = strsep(&rest, ";"); is_fine && one != NULL; one = strsep(&rest, ";")) {
        PGresult *result = PQexec(connection, one);
        is_fine = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (!is_fine) fprintf(stderr, "%s: %s", one, PQerrorMessage(connection));
        PQclear(result);
    }
    free(text);
    return is_fine;
}

/* One performance after the other, the seats of each without an order, as the claims of ours. */
static uint64_t seat_of(uint64_t number)
{
    static const uint64_t LARGE_PRIME = 2654435761;
    uint64_t place = number % SEATS_OF_PERFORMANCE;
    return number - place + place * LARGE_PRIME % SEATS_OF_PERFORMANCE;
}

/* @return Whether the seat was free. */
static bool claim(PGconn *connection, uint64_t number)
{
    char id[24];
    char seat[24];
    const char *const values[] = {id, seat};
    snprintf(id, sizeof id, "%llu", (unsigned long long)number);
    snprintf(seat, sizeof seat, "%llu", (unsigned long long)seat_of(number));
    PGresult *result = PQexecPrepared(connection, "claim", 2, values, NULL, NULL, 0);
    bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK && PQcmdTuples(result)[0] == '1';
    PQclear(result);
    return is_done;
}

static void *caller_run(void *argument)
{
    struct caller *caller = argument;
    struct load *load = caller->load;
    PGconn *connection = connect_to(load);
    REQUIRE(connection != NULL);
    PQclear(PQprepare(connection, "claim", claim_seat, 0, NULL));
    uint64_t now_ns = clock_now_ns();
    while (now_ns < load->end_ns) {
        uint64_t started_ns = now_ns;
        uint64_t number = __atomic_fetch_add(&load->next_claim, 1, __ATOMIC_RELAXED);
        if (number >= SEATS) break;
        bool is_done = claim(connection, number);
        now_ns = clock_now_ns();
        caller->done += is_done;
        caller->refused += !is_done;
        latencies_add(&load->latencies, now_ns - started_ns);
    }
    PQfinish(connection);
    return NULL;
}

static void measure(struct load *load, double seconds, size_t connections)
{
    struct caller callers[CONNECTIONS_MAX];
    struct round round = {0};
    uint64_t started_ns = clock_now_ns();
    REQUIRE(connections <= CONNECTIONS_MAX);
    load->end_ns = started_ns + (uint64_t)(seconds * (double)NS_PER_SECOND);
    for (size_t i = 0; i < connections; i++) {
        callers[i] = (struct caller){.load = load};
        REQUIRE(pthread_create(&callers[i].thread, NULL, caller_run, &callers[i]) == 0);
    }
    for (size_t i = 0; i < connections; i++) {
        REQUIRE(pthread_join(callers[i].thread, NULL) == 0);
        round.operations += callers[i].done;
        round.refused += callers[i].refused;
    }
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    round_take_latencies(&round, &load->latencies);
    round_print(&round);
}

static bool run_once(const struct load *load, const char *statements)
{
    PGconn *connection = connect_to(load);
    if (connection == NULL) return false;
    bool is_fine = execute(connection, statements);
    PQfinish(connection);
    return is_fine;
}

int main(int argc, char **argv)
{
    static struct load load;
    REQUIRE(argc == 4);
    snprintf(load.connection_text, sizeof load.connection_text,
             "host=%s user=bench dbname=postgres", argv[1]);
    if (strcmp(argv[3], "prepare") == 0)
        return run_once(&load, make_tables) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (!run_once(&load, free_seats)) return EXIT_FAILURE;
    measure(&load, strtod(argv[2], NULL), strtoul(argv[3], NULL, 10));
    return EXIT_SUCCESS;
}
