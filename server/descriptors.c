#include "server/descriptors.h"

#include <sys/resource.h>

#include "service/log.h"

/* The store, the journal, the threads of nng, a backup. */
enum { OTHERS_MAX = 64 };

void descriptors_provide(uint64_t connections_max)
{
    struct rlimit limit;
    rlim_t wanted = connections_max + OTHERS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted) return;
    log_warning("the limit of open files is %llu: too little for %llu connections",
                (unsigned long long)limit.rlim_cur, (unsigned long long)connections_max);
}
