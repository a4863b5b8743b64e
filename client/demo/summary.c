#include <inttypes.h>
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/table.h"
#include "client/command/text.h"
#include "client/demo/story.h"

static const struct onsale_call_options slow = {.timeout_ms = 60 * 1000};

static void count(struct table *table, const char *name, uint64_t number)
{
    table_cell(table, "%s", name);
    table_cell(table, "%s", text_of_money((int64_t)number).bytes);
}

static void microseconds(struct table *table, const char *name, uint32_t us)
{
    table_cell(table, "%s", name);
    table_cell(table, "%u.%02u ms", us / 1000, us % 1000 / 10);
}

static void print_numbers(struct tally *tally, const Onsale__V1__GetStatsResponse *stats,
                          int64_t took_us)
{
    struct table table;
    table_init(&table, (struct column[]){{"", NULL, COLUMN_LEFT}, {"", NULL, COLUMN_LEFT}, {0}});
    count(&table, "  users", stats->users);
    count(&table, "  reservations held", stats->reservations);
    count(&table, "  tickets issued", stats->tickets);
    count(&table, "  users who left", atomic_load(&tally->left));
    count(&table, "  refused, seat taken", atomic_load(&tally->seat_taken));
    count(&table, "  events", stats->last_event_number);
    count(&table, "  calls of this demo", atomic_load(&tally->calls));
    microseconds(&table, "  a call takes, median", tally_percentile_us(tally, 50));
    microseconds(&table, "  99 of 100 take at most", tally_percentile_us(tally, 99));
    count(&table, "  commands on disk", stats->commands);
    count(&table, "  in batches", stats->batches);
    table_cell(&table, "  store");
    table_cell(&table, "%s", text_of_bytes(stats->store_used_bytes).bytes);
    table_cell(&table, "  the whole evening");
    table_cell(&table, "%s", text_of_span(took_us / 1000).bytes);
    table_print(&table, 0, stdout);
    table_deinit(&table);
}

bool summary_print(struct shop *shop, const struct shell *shell, int64_t took_us)
{
    static const char *const check[] = {"admin", "check", NULL};
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *stats;
    struct onsale_error error;

    shell_heading(shell, "8. Is everything as it must be?");
    bool sound = shell_run(shell, check) == EXIT_CODE_OK;
    shell_heading(shell, "The evening in numbers");
    if (onsale_admin_get_stats(shop->channel, &request, &slow, &stats, &error) != ONSALE_OK)
        return false;
    print_numbers(&shop->tally, stats, took_us);
    protobuf_c_message_free_unpacked(&stats->base, NULL);
    return sound;
}
