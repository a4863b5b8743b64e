#include "bench/measure/host.h"

#include <inttypes.h>
#include <stdio.h>

/* The first line: user, nice, system, idle, iowait, irq, softirq, steal. What guests of our own
 * took is in user already. */
enum { FIELDS = 8, STEAL = 7 };

struct host_time host_time_now(void)
{
    struct host_time time = {0};
    FILE *file = fopen("/proc/stat", "r");
    if (file == NULL) return time;
    uint64_t ticks;
    if (fscanf(file, "cpu") == 0)
        for (int i = 0; i < FIELDS && fscanf(file, "%" SCNu64, &ticks) == 1; i++) {
            time.all += ticks;
            if (i == STEAL) time.stolen = ticks;
        }
    fclose(file);
    return time;
}

void host_time_add(struct host_time *sum, struct host_time start)
{
    struct host_time now = host_time_now();
    sum->all += now.all - start.all;
    sum->stolen += now.stolen - start.stolen;
}

double host_stolen_share(struct host_time time)
{
    return time.all == 0 ? 0 : (double)time.stolen / (double)time.all;
}
