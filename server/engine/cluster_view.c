#include "server/engine/cluster_view.h"

/* There is no log yet that this engine could lead or follow. */
enum status cluster_view_tell(struct engine *engine, struct arena *arena,
                              Onsale__V1__GetClusterStatusResponse *response)
{
    (void)engine;
    (void)arena;
    response->role = ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_SINGLE;
    return STATUS_OK;
}

enum status cluster_view_hand_over(struct engine *engine)
{
    (void)engine;
    return STATUS_NOT_LEADER;
}
