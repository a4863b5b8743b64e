/* catalog.c -- onsale concert ..., performance list */
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/pages.h"
#include "client/command/seat_map.h"
#include "client/command/show.h"
#include "client/command/text.h"

static enum onsale_status fetch_concerts(struct run *run, uint32_t page_size, char *page_token,
                                         ProtobufCMessage **ret_page)
{
    Onsale__V1__ListConcertsRequest request = ONSALE__V1__LIST_CONCERTS_REQUEST__INIT;
    Onsale__V1__ListConcertsResponse *response;
    request.page_size = page_size;
    request.page_token = page_token;
    enum onsale_status status =
        onsale_catalog_list_concerts(run->channel, &request, NULL, &response, &run->error);
    if (status == ONSALE_OK) *ret_page = &response->base;
    return status;
}

static void add_concert_row(struct table *table, const ProtobufCMessage *item)
{
    const Onsale__V1__Concert *concert = (const void *)item;
    table_cell(table, "%u", concert->concert_id);
    table_cell(table, "%s", concert->title);
    table_cell(table, "%s", concert->artist);
    table_cell(table, "%s", concert->venue);
}

static enum exit_code list_concerts(struct run *run)
{
    static const struct column columns[] = {
        {"CONCERT", COLUMN_RIGHT},
        {"TITLE", COLUMN_LEFT},
        {"ARTIST", COLUMN_LEFT},
        {"VENUE", COLUMN_LEFT},
        {0},
    };
    static const struct list list = {fetch_concerts, add_concert_row, columns, "No concerts."};
    return list_print(run, &list);
}

static void print_concert(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__Concert *concert = ((const Onsale__V1__GetConcertResponse *)answer)->concert;
    struct table table;
    table_init(&table, field_columns);
    show_field(&table, "Concert", "%u", concert->concert_id);
    show_field(&table, "Title", "%s", concert->title);
    show_field(&table, "Artist", "%s", concert->artist);
    show_field(&table, "Venue", "%s", concert->venue);
    show_fields(&table);
}

static enum exit_code show_concert(struct run *run)
{
    Onsale__V1__GetConcertRequest request = ONSALE__V1__GET_CONCERT_REQUEST__INIT;
    Onsale__V1__GetConcertResponse *response = NULL;
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    enum onsale_status status =
        onsale_catalog_get_concert(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_concert);
}

static enum onsale_status fetch_performances(struct run *run, uint32_t page_size, char *page_token,
                                             ProtobufCMessage **ret_page)
{
    Onsale__V1__ListPerformancesRequest request = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__ListPerformancesResponse *response;
    request.token = run_bytes(run, &parameter_token);
    request.page_size = page_size;
    request.page_token = page_token;
    enum onsale_status status =
        onsale_catalog_list_performances(run->channel, &request, NULL, &response, &run->error);
    if (status == ONSALE_OK) *ret_page = &response->base;
    return status;
}

static void add_sale_cell(struct table *table, const Onsale__V1__Performance *performance)
{
    unix_ms now_ms = clock_now_ms();
    if (now_ms < performance->sale_opens_at_ms)
        table_cell(table, "opens %s",
                   text_of_distance(performance->sale_opens_at_ms, now_ms).bytes);
    else if (now_ms < performance->sale_closes_at_ms)
        table_cell(table, "%s until %s",
                   performance->holding_stopped  ? "holding stopped, open"
                   : performance->paying_stopped ? "paying stopped, open"
                                                 : "open",
                   text_of_moment(performance->sale_closes_at_ms).bytes);
    else
        table_cell(table, "closed");
}

/* A performance has a line for each tier; the first one tells of both. */
static void add_performance_rows(struct table *table, const ProtobufCMessage *item)
{
    const Onsale__V1__Performance *performance = (const void *)item;
    for (size_t i = 0; i < performance->n_tiers; i++) {
        const Onsale__V1__PriceTier *tier = performance->tiers[i];
        if (i == 0) {
            table_cell(table, "%u", performance->performance_id);
            table_cell(table, "%s", text_of_moment(performance->starts_at_ms).bytes);
            add_sale_cell(table, performance);
        } else {
            for (int empty = 0; empty < 3; empty++)
                table_cell(table, "%s", "");
        }
        table_cell(table, "%s", tier->name);
        table_cell(table, "%s %s", text_of_money(tier->price).bytes, performance->currency);
        table_cell(table, "%s", text_of_money(tier->remaining).bytes);
        table_cell(table, "%s", text_of_money(tier->seats).bytes);
    }
}

static enum exit_code list_performances(struct run *run)
{
    static const struct column columns[] = {
        {"PERFORMANCE", COLUMN_RIGHT}, {"STARTS", COLUMN_LEFT},
        {"SALE", COLUMN_LEFT},         {"TIER", COLUMN_LEFT},
        {"PRICE", COLUMN_RIGHT},       {"LEFT", COLUMN_RIGHT},
        {"SEATS", COLUMN_RIGHT},       {0},
    };
    static const struct list list = {fetch_performances, add_performance_rows, columns,
                                     "No dates."};
    return list_print(run, &list);
}

static const struct parameter *const concerts_parameters[] = {&parameter_limit, NULL};
static const struct parameter *const concert_parameters[] = {&parameter_concert, NULL};
static const struct parameter *const performances_parameters[] = {&parameter_token,
                                                                  &parameter_limit, NULL};

const struct command catalog_commands[] = {
    {"concert list", concerts_parameters, "List the concerts.", NULL, list_concerts},
    {"concert show", concert_parameters, "Show a concert.", NULL, show_concert},
    {"performance list", performances_parameters,
     "List the dates of the token's concert, with prices and seats left.", NULL, list_performances},
    {"performance seats", seat_map_parameters, "Draw the hall with the state of every seat.",
     "A character a seat: . available, h held, # sold, x blocked.\n"
     "With --section one section is drawn with its seat numbers.\n"
     "With --changes-since only what has changed since a version is listed.\n",
     seat_map_show},
    {0},
};
