/* cluster_view.h -- What a server tells of its part in a shop on several machines. */
#ifndef SERVER_CLUSTER_VIEW_H
#define SERVER_CLUSTER_VIEW_H

#include "base/status.h"
#include "onsale/v1/admin.pb-c.h"
#include "server/engine/engine.h"

struct arena;

/** Fills in what the server is. Any thread.
 * @param arena     For texts.
 * @param response  Initialised.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status cluster_view_tell(struct engine *engine, struct arena *arena,
                              Onsale__V1__GetClusterStatusResponse *response);

/** Has a leader stop leading, in a moment. Any thread. @return STATUS_OK; STATUS_NOT_LEADER. */
enum status cluster_view_hand_over(struct engine *engine);

#endif
