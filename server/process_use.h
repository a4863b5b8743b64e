/* process_use.h -- What the process has taken of the machine. */
#ifndef SERVER_PROCESS_USE_H
#define SERVER_PROCESS_USE_H

#include "server/engine/engine.h"

/** For the engine's world. Safe from any thread. @param context  Not looked at. */
struct engine_process process_use(void *context);

#endif
