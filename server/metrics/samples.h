/* samples.h -- Families that have many samples, told apart by labels. */
#ifndef SERVER_METRICS_SAMPLES_H
#define SERVER_METRICS_SAMPLES_H

#include "server/metrics/telling.h"

void samples_of_version(struct telling *telling);

/** Of every method how often it succeeded, and of refusals those that there were. */
void samples_of_calls(struct telling *telling);

/** Of the methods that were called. */
void samples_of_durations(struct telling *telling);

void samples_of_refused_frames(struct telling *telling);

/** Of the concerts that something happened to. */
void samples_of_events(struct telling *telling);
void samples_of_event_seats(struct telling *telling);

#endif
