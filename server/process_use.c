#include "server/process_use.h"

#include <sys/resource.h>

#include "server/spare_memory.h"

struct engine_process process_use(void *context)
{
    enum { US_PER_SECOND = 1000000 };
    struct rusage usage;
    (void)context;
    getrusage(RUSAGE_SELF, &usage);
    int64_t seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
    int64_t us = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    return (struct engine_process){
        .cpu_us = (uint64_t)(seconds * US_PER_SECOND + us),
        .resident_bytes = spare_memory_private_bytes(),
    };
}
