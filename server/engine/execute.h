/* execute.h -- One call against one transaction: policy first, then the method. */
#ifndef SERVER_EXECUTE_H
#define SERVER_EXECUTE_H

#include "server/engine/call.h"

/** Checks the method's policy, makes the response and calls the handler.
 * @return What the call is to be finished with; STATUS_NOT_YET for a long poll that waits on. */
enum status execute_call(struct call *call);

#endif
