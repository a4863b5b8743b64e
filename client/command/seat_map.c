#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/hall.h"
#include "client/command/output.h"
#include "client/command/text.h"
#include "text/name.h"

/* What is drawn beside the map; each part NULL until it is there. */
struct parts {
    Onsale__V1__GetSeatLayoutResponse *layout;
    Onsale__V1__ListPerformancesResponse *dates;
    Onsale__V1__LookUpPerformanceResponse *looked_up; /* in place of the dates */
    const Onsale__V1__Performance *performance;       /* of either */
};

static enum onsale_status get_layout(struct run *run, struct parts *parts)
{
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    run_fill(run, &request.base);
    request.known_version = 0;
    return onsale_catalog_get_seat_layout(run->channel, &request, NULL, &parts->layout,
                                          &run->error);
}

static const Onsale__V1__Performance *
find_performance(const Onsale__V1__ListPerformancesResponse *dates, uint64_t performance_id)
{
    for (size_t i = 0; i < dates->n_performances; i++)
        if (dates->performances[i]->performance_id == performance_id) return dates->performances[i];
    return NULL;
}

/* Without a token. */
static enum onsale_status look_up(struct run *run, struct parts *parts)
{
    Onsale__V1__LookUpPerformanceRequest request = ONSALE__V1__LOOK_UP_PERFORMANCE_REQUEST__INIT;
    run_fill(run, &request.base);
    enum onsale_status status = onsale_admin_look_up_performance(run->channel, &request, NULL,
                                                                 &parts->looked_up, &run->error);
    if (status == ONSALE_OK) parts->performance = parts->looked_up->performance;
    return status;
}

/* For the names and prices of the tiers: the page of dates on which the performance is. */
static enum onsale_status get_dates(struct run *run, struct parts *parts)
{
    Onsale__V1__ListPerformancesRequest request = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__ListPerformancesResponse *page;
    uint64_t performance_id = arguments_number(&run->arguments, PARAMETER_PERFORMANCE, 0);
    run_fill(run, &request.base);
    request.page_size = PAGE_SIZE_MAX;
    do {
        enum onsale_status status =
            onsale_catalog_list_performances(run->channel, &request, NULL, &page, &run->error);
        if (status != ONSALE_OK) return status;
        protobuf_c_message_free_unpacked((ProtobufCMessage *)parts->dates, NULL);
        parts->dates = page;
        parts->performance = find_performance(page, performance_id);
        request.page_token = page->next_page_token;
    } while (parts->performance == NULL && request.page_token[0] != '\0');
    return ONSALE_OK;
}

static enum onsale_status no_such_section(struct run *run, const char *name)
{
    failure_make(&run->error, ONSALE_SEAT_OUT_OF_RANGE, "the hall has no section %.*s",
                 text_head(name, 60), name);
    return ONSALE_SEAT_OUT_OF_RANGE;
}

static void print_changes(const struct run *run, const struct hall *hall,
                          const Onsale__V1__GetSeatMapResponse *map, uint64_t since)
{
    output_line(stdout, "Version %" PRIu64 " -> %" PRIu64, since, map->version);
    if (map->n_runs == 0)
        output_line(stdout, "Nothing has changed.");
    else
        hall_list_known(hall, run->terminal.table_width, stdout);
}

static enum onsale_status draw(struct run *run, const struct hall *hall,
                               const Onsale__V1__GetSeatMapResponse *map)
{
    const char *section = arguments_text(&run->arguments, PARAMETER_SECTION);
    uint64_t since = arguments_number(&run->arguments, PARAMETER_CHANGES_SINCE, 0);
    struct writer writer = {.out = stdout, .colour = run->colour};
    if (since > 0 && !map->complete) {
        print_changes(run, hall, map, since);
        return ONSALE_OK;
    }
    if (section == NULL)
        hall_draw(hall, run->terminal.width, &writer);
    else if (!hall_draw_section(hall, section, run->terminal.width, &writer))
        return no_such_section(run, section);
    output_line(stdout, "version %" PRIu64, map->version);
    return ONSALE_OK;
}

static enum onsale_status make_and_draw(struct run *run, const struct parts *parts,
                                        const Onsale__V1__GetSeatMapResponse *map)
{
    struct hall hall;
    enum onsale_status status = ONSALE_REPLY_MALFORMED;
    REQUIRE(hall_init(&hall, parts->layout->layout, parts->performance));
    if (hall_apply(&hall, map))
        status = draw(run, &hall, map);
    else
        failure_make(&run->error, status, "the seat map is not one of this hall");
    hall_deinit(&hall);
    return status;
}

enum onsale_status print_seat_map(struct run *run, const ProtobufCMessage *answer)
{
    struct parts parts = {0};
    enum onsale_status status = get_layout(run, &parts);
    if (status == ONSALE_OK)
        status = run->command->asks_admin ? look_up(run, &parts) : get_dates(run, &parts);
    if (status == ONSALE_OK) status = make_and_draw(run, &parts, (const void *)answer);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)parts.layout, NULL);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)parts.dates, NULL);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)parts.looked_up, NULL);
    return status;
}
