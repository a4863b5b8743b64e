/* story.h -- The demo: an evening of ticket sales, step by step. */
#ifndef CLIENT_DEMO_STORY_H
#define CLIENT_DEMO_STORY_H

#include "client/demo/crowd.h"
#include "client/demo/shell.h"

/** Plays and prints it all. The catalogue must have been imported.
 * @return False, after having said why, if something went otherwise than it must. */
bool story_play(struct shop *shop, struct crowd *crowd, const struct shell *shell);

/** Prints the check of the invariants and the numbers of the evening.
 * @param took_us  How long the story was.
 * @return False if an invariant does not hold. */
bool summary_print(struct shop *shop, const struct shell *shell, int64_t took_us);

#endif
