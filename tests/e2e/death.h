/* death.h -- Clients that end with frames in flight, in every way a client can end. */
#ifndef TESTS_E2E_DEATH_H
#define TESTS_E2E_DEATH_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/e2e/shop.h"

/** What is under way when the client ends. */
enum death_cargo {
    DEATH_SMALL_REPLIES, /* 1..64 frames with a small reply each */
    DEATH_LARGE_REPLIES, /* likewise, and together more than a socket holds; some is read */
    DEATH_HALF_MESSAGE,  /* frames, and one that is cut off in its head or in its body */
    DEATH_CARGOES
};

/** How it ends. */
enum death_ending {
    DEATH_CLOSE,
    DEATH_RESET, /* over tcp; over ipc there is only closing with bytes that were not read */
    DEATH_KILL,  /* `kill -9` of its process */
    DEATH_ENDINGS
};

/** Gives the store events that make large replies. Once, after shop_import. */
void death_prepare(struct shop *shop);

/** Opens clients, sends their frames and ends them, `count` in all, a few at a time.
 * @param url  "ipc://..." or "tcp://127.0.0.1:port".
 * @return false if the server lets nobody in any more. */
bool death_repeat(const char *url, enum death_cargo cargo, enum death_ending ending, size_t count);

/** Opens a client, sends its frames, and leaves it open with replies that nobody reads.
 * @return The descriptor, of the caller; -1 if the server lets nobody in. */
int death_postpone(const char *url, enum death_cargo cargo);

#endif
