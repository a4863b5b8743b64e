#include "tests/e2e/crowd.h"

#include "base/require.h"

static void *run_member(void *context)
{
    struct crowd_member *member = context;
    pthread_barrier_wait(&member->crowd->start);
    member->crowd->act(member->crowd->context, member->index);
    return NULL;
}

void crowd_start(struct crowd *crowd, size_t count, void (*act)(void *context, size_t index),
                 void *context)
{
    REQUIRE(count >= 1);
    REQUIRE(count <= CROWD_MAX);
    crowd->count = count;
    crowd->act = act;
    crowd->context = context;
    REQUIRE(pthread_barrier_init(&crowd->start, NULL, (unsigned)count) == 0);
    for (size_t i = 0; i < count; i++) {
        crowd->members[i] = (struct crowd_member){.crowd = crowd, .index = i};
        REQUIRE(pthread_create(&crowd->members[i].thread, NULL, run_member, &crowd->members[i]) ==
                0);
    }
}

void crowd_join(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++)
        REQUIRE(pthread_join(crowd->members[i].thread, NULL) == 0);
    pthread_barrier_destroy(&crowd->start);
}

void crowd_run(size_t count, void (*act)(void *context, size_t index), void *context)
{
    struct crowd crowd;
    crowd_start(&crowd, count, act, context);
    crowd_join(&crowd);
}
