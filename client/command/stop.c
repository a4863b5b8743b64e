/* stop.c -- onsale admin stop, resume, stops */
#include <inttypes.h>
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/show.h"

static const struct parameter parameter_of_performance = {
    .option = "performance",
    .value = "PERFORMANCE",
    .help = "Of this performance alone; of the whole concert if absent.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = UINT32_MAX,
};
static const struct parameter parameter_holding = {
    .option = "holding",
    .help = "Holding seats; both if neither is named.",
    .kind = PARAMETER_FLAG,
};
static const struct parameter parameter_paying = {
    .option = "paying",
    .help = "Paying reservations; both if neither is named.",
    .kind = PARAMETER_FLAG,
};

static const struct column columns[] = {
    {"", COLUMN_LEFT}, {"HOLDING", COLUMN_LEFT}, {"PAYING", COLUMN_LEFT}, {0}};

static void add_stops(struct table *table, const Onsale__V1__SaleStops *stops)
{
    if (stops->performance_id == 0)
        table_cell(table, "whole concert");
    else
        table_cell(table, "performance %" PRIu32, stops->performance_id);
    table_cell(table, "%s", stops->holding_stopped ? "stopped" : "on");
    table_cell(table, "%s", stops->paying_stopped ? "stopped" : "on");
}

static void print_changed(const struct run *run, const ProtobufCMessage *answer)
{
    struct table table;
    (void)run;
    table_init(&table, columns);
    add_stops(&table, ((const Onsale__V1__SetSaleStopsResponse *)answer)->stops);
    show_fields(&table);
}

static enum exit_code change(struct run *run, Onsale__V1__StopChange wanted)
{
    Onsale__V1__SetSaleStopsRequest request = ONSALE__V1__SET_SALE_STOPS_REQUEST__INIT;
    Onsale__V1__SetSaleStopsResponse *response = NULL;
    bool both = run_has(run, &parameter_holding) == run_has(run, &parameter_paying);
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    request.performance_id =
        (uint32_t)arguments_number(&run->arguments, &parameter_of_performance, 0);
    if (both || run_has(run, &parameter_holding)) request.holding = wanted;
    if (both || run_has(run, &parameter_paying)) request.paying = wanted;
    enum onsale_status status =
        onsale_admin_set_sale_stops(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_changed);
}

static enum exit_code stop(struct run *run)
{
    return change(run, ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP);
}

static enum exit_code resume(struct run *run)
{
    return change(run, ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME);
}

static void print_stops(const struct run *run, const ProtobufCMessage *answer)
{
    const Onsale__V1__GetSaleStopsResponse *response = (const void *)answer;
    struct table table;
    (void)run;
    table_init(&table, columns);
    add_stops(&table, response->concert);
    for (size_t i = 0; i < response->n_performances; i++)
        add_stops(&table, response->performances[i]);
    show_fields(&table);
}

static enum exit_code show_stops(struct run *run)
{
    Onsale__V1__GetSaleStopsRequest request = ONSALE__V1__GET_SALE_STOPS_REQUEST__INIT;
    Onsale__V1__GetSaleStopsResponse *response = NULL;
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    enum onsale_status status =
        onsale_admin_get_sale_stops(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_stops);
}

static const struct parameter *const change_parameters[] = {
    &parameter_concert, &parameter_of_performance, &parameter_holding, &parameter_paying, NULL};
static const struct parameter *const stops_parameters[] = {&parameter_concert, NULL};

const struct command stop_commands[] = {
    {"admin stop", change_parameters, "Stop holding and paying, at once.",
     "Holds that are there go on expiring and can be cancelled. To let nobody in:\n"
     "onsale admin policy set CONCERT --admission paused\n",
     stop},
    {"admin resume", change_parameters, "Let holding and paying go on.",
     "A performance goes on when neither it nor its concert is stopped.\n", resume},
    {"admin stops", stops_parameters, "Show what is stopped.",
     "Of the performances those that are stopped by themselves.\n", show_stops},
    {0},
};
