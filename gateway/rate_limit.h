/* rate_limit.h -- How much one may ask for. */
#ifndef GATEWAY_RATE_LIMIT_H
#define GATEWAY_RATE_LIMIT_H

#include <stdint.h>

/** 0: as much as it likes. */
struct rate_limit {
    uint32_t per_second; /* requests */
    uint32_t burst;      /* at once, when it has asked for nothing for a while */
    uint32_t at_once;    /* requests under way */
};

#endif
