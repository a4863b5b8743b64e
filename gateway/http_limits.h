/* http_limits.h -- Constants for the rows of http_limits.def. Units are last in the names. */
#ifndef GATEWAY_HTTP_LIMITS_H
#define GATEWAY_HTTP_LIMITS_H

#define GROUP(title)
#define LIMIT(name, value, what) name = (value),
enum {
#include "gateway/http_limits.def"
};
#undef GROUP
#undef LIMIT

#endif
