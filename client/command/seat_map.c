#include <inttypes.h>
#include <stdio.h>

#include "client/command/output.h"
#include "client/command/pages.h"
#include "client/command/seat_arguments.h"

/* For the names and prices of the tiers: as administrators see it, or as a buyer's list of dates
 * has it.
 * @param ret_performance  Set if true is returned only; NULL: it is not in the list. */
static bool find_performance(struct run *run, uint32_t performance_id,
                             const Onsale__V1__Performance **ret_performance)
{
    struct pages dates = pages_of(run, &onsale_catalog_list_performances_method, "performances");
    const Onsale__V1__Performance *performance;
    if (run->command->asks_admin) {
        const Onsale__V1__LookUpPerformanceResponse *found = run_look_up(
            run, &onsale_admin_look_up_performance_method, "performance_id", performance_id);
        *ret_performance = found == NULL ? NULL : found->performance;
        return found != NULL;
    }
    while ((performance = pages_next(&dates)) != NULL &&
           performance->performance_id != performance_id)
        continue;
    *ret_performance = performance;
    return !dates.is_refused;
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

static bool draw(struct run *run, const struct hall *hall,
                 const Onsale__V1__GetSeatMapResponse *map)
{
    const char *section = arguments_text(&run->arguments, PARAMETER_SECTION);
    uint64_t since = arguments_number(&run->arguments, PARAMETER_CHANGES_SINCE, 0);
    struct writer writer = {.out = stdout, .colour = run->colour};
    if (since > 0 && !map->complete) {
        print_changes(run, hall, map, since);
        return true;
    }
    if (section == NULL)
        hall_draw(hall, run->terminal.width, &writer);
    else if (!hall_draw_section(hall, section, run->terminal.width, &writer))
        return run_fail(run, ONSALE_SEAT_OUT_OF_RANGE, "the hall has no section %.*s",
                        text_head(section, 60), section);
    output_line(stdout, "version %" PRIu64, map->version);
    return true;
}

bool print_seat_map(struct run *run, const ProtobufCMessage *answer)
{
    struct hall hall;
    const Onsale__V1__GetSeatMapResponse *map = (const void *)answer;
    uint32_t performance_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_PERFORMANCE, 0);
    const Onsale__V1__Performance *performance;
    const Onsale__V1__SeatLayout *layout = hall_get(run, performance_id);
    if (layout == NULL || !find_performance(run, performance_id, &performance) ||
        !hall_open(run, layout, performance, map, &hall))
        return false;
    bool is_drawn = draw(run, &hall, map);
    hall_deinit(&hall);
    return is_drawn;
}
