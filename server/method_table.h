/* method_table.h -- Every method the server has, one row each. The row is the method's policy: the
 * engine and the dispatcher enforce it, the method never repeats it. */
#ifndef SERVER_METHOD_TABLE_H
#define SERVER_METHOD_TABLE_H

#include <stddef.h>

#include "rpc/method.h"

extern const struct method method_table[];
extern const size_t method_table_count;

#endif
