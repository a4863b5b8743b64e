/* method_table.h -- The table of methods, one row each. The row has the method's policy: the engine
 * and the dispatcher enforce it, and the method does not check it again. */
#ifndef SERVER_METHOD_TABLE_H
#define SERVER_METHOD_TABLE_H

#include <stddef.h>

#include "rpc/method.h"

extern const struct method method_table[];
extern const size_t method_table_count;

#endif
