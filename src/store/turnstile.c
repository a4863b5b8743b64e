#include "store/turnstile.h"

#include "base/require.h"

void turnstile_init(struct turnstile *turnstile)
{
    *turnstile = (struct turnstile){0};
    REQUIRE(pthread_mutex_init(&turnstile->lock, NULL) == 0);
    REQUIRE(pthread_cond_init(&turnstile->turned, NULL) == 0);
}

void turnstile_deinit(struct turnstile *turnstile)
{
    REQUIRE(turnstile->turn == turnstile->next_turn);
    pthread_cond_destroy(&turnstile->turned);
    pthread_mutex_destroy(&turnstile->lock);
}

void turnstile_enter(struct turnstile *turnstile)
{
    pthread_mutex_lock(&turnstile->lock);
    uint64_t own = turnstile->next_turn++;
    REQUIRE(own >= turnstile->turn);
    while (turnstile->turn != own)
        pthread_cond_wait(&turnstile->turned, &turnstile->lock);
    pthread_mutex_unlock(&turnstile->lock);
}

void turnstile_leave(struct turnstile *turnstile)
{
    pthread_mutex_lock(&turnstile->lock);
    REQUIRE(turnstile->turn < turnstile->next_turn);
    turnstile->turn++;
    pthread_cond_broadcast(&turnstile->turned);
    pthread_mutex_unlock(&turnstile->lock);
}

uint64_t turnstile_count(struct turnstile *turnstile)
{
    pthread_mutex_lock(&turnstile->lock);
    REQUIRE(turnstile->turn <= turnstile->next_turn);
    uint64_t count = turnstile->next_turn - turnstile->turn;
    pthread_mutex_unlock(&turnstile->lock);
    return count;
}
