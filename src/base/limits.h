/* limits.h -- Constants for the rows of limits.def. Units are last in the names. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

#define GROUP(title)
#define LIMIT(name, value, what) name = (value),
#define LARGE(name, what)

enum {
#include "base/limits.def"
};

#undef GROUP
#undef LIMIT
#undef LARGE

#define USER_ID_MAX INT64_MAX
#define CHARGE_AMOUNT_MAX INT64_C(1000000000000)
#define BALANCE_MAX INT64_C(1000000000000000)
#define SEAT_PRICE_MAX INT64_C(1000000000000)

_Static_assert(WATCH_FRAMES_IN_FLIGHT_MAX > WATCHERS_MAX, "health is answered beside long polls");

#endif
