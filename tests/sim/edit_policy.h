/* edit_policy.h -- Changes one thing of a queue's policy and leaves the rest. */
#ifndef SIM_EDIT_POLICY_H
#define SIM_EDIT_POLICY_H

#include <stdbool.h>

#include "tests/sim/desk.h"

/** The policy as it is, to be changed and sent. */
Onsale__V1__QueuePolicy *edit_policy(struct desk *desk, uint32_t concert_id);

void edit_caps(struct desk *desk, uint32_t concert_id, uint32_t active_max,
               uint32_t admissions_per_second);
void edit_rule(struct desk *desk, uint32_t concert_id, Onsale__V1__WaitingRule rule);
void edit_lead(struct desk *desk, uint32_t concert_id, int64_t lead_ms);
void edit_pause(struct desk *desk, uint32_t concert_id, bool paused);

#endif
