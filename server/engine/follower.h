/* follower.h -- What a server that does not lead does: it follows the log, and takes over. */
#ifndef SERVER_FOLLOWER_H
#define SERVER_FOLLOWER_H

#include "server/engine/role.h"

/** Applies what is new in the log, and begins a takeover if nobody leads.
 * @return STATUS_OK; as engine_write. */
enum status follower_step(struct engine *engine);

/** One step of a takeover. @return As follower_step. */
enum status takeover_step(struct engine *engine);

/** Begins one. */
void takeover_begin(struct engine *engine);

/** Ends one, if one is under way. */
void takeover_give_up(struct engine *engine);

/** Has one that does not lead any more follow: what was acknowledged is answered, and the rest
 * never happened. */
void role_step_down(struct engine *engine);

/** Has it claim a little later, if nobody leads then. */
void role_claim_later(struct engine *engine);

/** Notes what is the matter with the log; STATUS_OK: nothing. */
void role_note_problem(struct role *role, enum status err, const char *problem);

/** Notes who leads from a START on. */
void role_note_leader(struct role *role, const struct log_entry *start);

#endif
