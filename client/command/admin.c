/* admin.c -- onsale admin ...; the policy is in policy.c */
#include <inttypes.h>
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/import.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"
#include "client/command/show.h"
#include "client/command/text.h"

static const struct parameter parameter_path = {
    .value = "PATH",
    .help = "Absolute path of a new folder on the server's machine.",
    .required = true,
};

static void print_user(const struct run *run, const ProtobufCMessage *answer)
{
    const Onsale__V1__CreateUserResponse *response = (const void *)answer;
    output_line(stdout, "User %" PRIu64 " %s", run_number(run, &parameter_user_word),
                response->created ? "created" : "was there already");
}

static enum exit_code create_user(struct run *run)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user_word);
    enum onsale_status status =
        onsale_admin_create_user(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_user);
}

static void print_blocked(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    output_line(stdout, "Blocked %" PRIu32 " seats",
                ((const Onsale__V1__BlockSeatsResponse *)answer)->changed);
}

static enum exit_code block(struct run *run)
{
    Onsale__V1__BlockSeatsRequest request = ONSALE__V1__BLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__BlockSeatsResponse *response = NULL;
    struct seat_list seats = {0};
    enum onsale_status status = seat_list_read(run, &seats);
    if (status == ONSALE_OK) {
        request.performance_id = (uint32_t)run_number(run, &parameter_performance);
        request.seat_indexes = seats.seat_indexes;
        request.n_seat_indexes = seats.count;
        status = onsale_admin_block_seats(run->channel, &request, NULL, &response, &run->error);
    }
    seat_list_deinit(&seats);
    return run_finish(run, status, response, print_blocked);
}

static void print_unblocked(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    output_line(stdout, "Unblocked %" PRIu32 " seats",
                ((const Onsale__V1__UnblockSeatsResponse *)answer)->changed);
}

static enum exit_code unblock(struct run *run)
{
    Onsale__V1__UnblockSeatsRequest request = ONSALE__V1__UNBLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__UnblockSeatsResponse *response = NULL;
    struct seat_list seats = {0};
    enum onsale_status status = seat_list_read(run, &seats);
    if (status == ONSALE_OK) {
        request.performance_id = (uint32_t)run_number(run, &parameter_performance);
        request.seat_indexes = seats.seat_indexes;
        request.n_seat_indexes = seats.count;
        status = onsale_admin_unblock_seats(run->channel, &request, NULL, &response, &run->error);
    }
    seat_list_deinit(&seats);
    return run_finish(run, status, response, print_unblocked);
}

static void add_admission_cell(struct table *table, const Onsale__V1__QueueStats *queue)
{
    unix_ms now_ms = clock_now_ms();
    if (queue->admission_paused)
        table_cell(table, "paused");
    else if (queue->opens_at_ms > now_ms)
        table_cell(table, "opens %s", text_of_distance(queue->opens_at_ms, now_ms).bytes);
    else
        table_cell(table, "on");
}

static void add_stops_cell(struct table *table, const Onsale__V1__QueueStats *queue)
{
    if (!queue->holding_stopped && !queue->paying_stopped)
        table_cell(table, "-");
    else
        table_cell(table, "%s%s%s", queue->holding_stopped ? "holding" : "",
                   queue->holding_stopped && queue->paying_stopped ? ", " : "",
                   queue->paying_stopped ? "paying" : "");
}

static void print_queues(Onsale__V1__QueueStats *const *queues, size_t count)
{
    static const struct column columns[] = {
        {"CONCERT", COLUMN_RIGHT},
        {"WAITING", COLUMN_RIGHT},
        {"ACTIVE", COLUMN_RIGHT},
        {"ENTERED", COLUMN_RIGHT},
        {"ADMISSION", COLUMN_LEFT},
        {"STOPPED", COLUMN_LEFT},
        {0},
    };
    struct table table;
    table_init(&table, columns);
    for (size_t i = 0; i < count; i++) {
        table_cell(&table, "%" PRIu32, queues[i]->concert_id);
        table_cell(&table, "%s", text_of_money(queues[i]->waiting).bytes);
        table_cell(&table, "%s", text_of_money(queues[i]->active).bytes);
        table_cell(&table, "%s", text_of_money((int64_t)queues[i]->entered).bytes);
        add_admission_cell(&table, queues[i]);
        add_stops_cell(&table, queues[i]);
    }
    show_fields(&table);
}

static void show_count(struct table *table, const char *name, uint64_t count)
{
    show_field(table, name, "%s", text_of_money((int64_t)count).bytes);
}

static void print_stats(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__GetStatsResponse *stats = (const void *)answer;
    struct table table;
    table_init(&table, field_columns);
    show_field(&table, "Version", "%s", stats->version);
    show_field(&table, "Up for", "%s", text_of_span(stats->uptime_ms).bytes);
    show_count(&table, "Users", stats->users);
    show_count(&table, "Reservations", stats->reservations);
    show_count(&table, "Tickets", stats->tickets);
    show_count(&table, "Events", stats->last_event_number);
    show_count(&table, "Commands executed", stats->commands);
    show_count(&table, "in batches", stats->batches);
    show_count(&table, "Commands waiting", stats->writer_waiting);
    show_count(&table, "Connections", stats->connections);
    show_count(&table, "Refused as overloaded", stats->overload_refusals);
    if (stats->clock_behind_ms > 0)
        show_field(&table, "Clock", "%s behind", text_of_span(stats->clock_behind_ms).bytes);
    if (stats->clock_jumped_ms > 0)
        show_field(&table, "Clock", "jumped ahead by %s",
                   text_of_span(stats->clock_jumped_ms).bytes);
    show_count(&table, "closed unread", stats->connections_closed_unread);
    show_count(&table, "Long polls waiting", stats->long_polls_waiting);
    show_field(&table, "Memory", "%s of %s", text_of_bytes(stats->memory_used_bytes).bytes,
               text_of_bytes(stats->memory_budget_bytes).bytes);
    show_field(&table, "Store", "%s of %s", text_of_bytes(stats->store_used_bytes).bytes,
               text_of_bytes(stats->store_limit_bytes).bytes);
    show_fields(&table);
    if (stats->n_queues > 0) {
        putchar('\n');
        print_queues(stats->queues, stats->n_queues);
    }
}

static enum exit_code stats(struct run *run)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response = NULL;
    enum onsale_status status =
        onsale_admin_get_stats(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_stats);
}

static void print_confirmed(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__ConfirmClockResponse *response = (const void *)answer;
    struct text instant = text_of_instant(response->now_ms);
    if (response->jumped_ms == 0)
        output_line(stdout, "The clock has not jumped: it is %s", instant.bytes);
    else
        output_line(stdout, "Went on by %s: it is %s", text_of_span(response->jumped_ms).bytes,
                    instant.bytes);
}

static enum exit_code confirm_clock(struct run *run)
{
    Onsale__V1__ConfirmClockRequest request = ONSALE__V1__CONFIRM_CLOCK_REQUEST__INIT;
    Onsale__V1__ConfirmClockResponse *response = NULL;
    enum onsale_status status =
        onsale_admin_confirm_clock(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_confirmed);
}

static void print_check(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__CheckInvariantsResponse *check = (const void *)answer;
    struct table table;
    table_init(&table, field_columns);
    show_count(&table, "Seats checked", check->seats_checked);
    show_count(&table, "Reservations checked", check->reservations_checked);
    show_count(&table, "Tickets checked", check->tickets_checked);
    show_count(&table, "Wallets checked", check->wallets_checked);
    show_count(&table, "Queue entries checked", check->queue_entries_checked);
    show_count(&table, "Events checked", check->events_checked);
    show_fields(&table);
    for (size_t i = 0; i < check->n_violations; i++)
        output_line(stdout, "VIOLATED  %s: %s", check->violations[i]->invariant,
                    check->violations[i]->description);
    if (check->n_violations == 0) output_line(stdout, "Every invariant holds.");
}

/* A store that is not sound is a failure, for scripts too. */
static enum exit_code check(struct run *run)
{
    Onsale__V1__CheckInvariantsRequest request = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    Onsale__V1__CheckInvariantsResponse *response = NULL;
    enum onsale_status status = onsale_admin_check_invariants(
        run->channel, &request, run_slow_options(run), &response, &run->error);
    bool sound = status != ONSALE_OK || response->n_violations == 0;
    enum exit_code code = run_finish(run, status, response, print_check);
    return sound ? code : EXIT_CODE_INTERNAL;
}

static void print_backup(const struct run *run, const ProtobufCMessage *answer)
{
    const Onsale__V1__BackUpResponse *response = (const void *)answer;
    output_line(stdout, "Copied %s to %s", text_of_bytes(response->bytes).bytes,
                arguments_text(&run->arguments, &parameter_path));
}

static enum exit_code back_up(struct run *run)
{
    Onsale__V1__BackUpRequest request = ONSALE__V1__BACK_UP_REQUEST__INIT;
    Onsale__V1__BackUpResponse *response = NULL;
    request.path = (char *)arguments_text(&run->arguments, &parameter_path);
    enum onsale_status status =
        onsale_admin_back_up(run->channel, &request, run_slow_options(run), &response, &run->error);
    return run_finish(run, status, response, print_backup);
}

static const struct parameter *const user_parameters[] = {&parameter_user_word, NULL};
static const struct parameter *const seats_parameters[] = {&parameter_performance, &parameter_seats,
                                                           NULL};
static const struct parameter *const no_parameters[] = {NULL};
static const struct parameter *const backup_parameters[] = {&parameter_path, NULL};

const struct command admin_commands[] = {
    {"admin create-user", user_parameters, "Make a user known.", NULL, create_user},
    {"admin import", import_parameters, "Put a concert from a JSON file on sale.",
     "Importing the same again changes nothing. What is odd, such as a show in the past or a tier\n"
     "without seats, is imported with a warning on stderr.\n",
     import_catalogue},
    {"admin block", seats_parameters, "Take seats out of the sale, all or none.", NULL, block},
    {"admin unblock", seats_parameters, "Put blocked seats back into the sale.", NULL, unblock},
    {"admin stats", no_parameters, "Tell what the server holds and how it does.", NULL, stats},
    {"admin confirm-clock", no_parameters, "Say that the server's clock is right though it jumped.",
     "What has ended by it ends then. Writes are refused until this or until the clock is right.\n",
     confirm_clock},
    {"admin check", no_parameters, "Check every invariant of the whole store.",
     "Ends with 1 if one does not hold.\n", check},
    {"admin backup", backup_parameters, "Copy the store while the server goes on.", NULL, back_up},
    {0},
};
