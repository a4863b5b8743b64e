/* catalogue.h -- The small concerts of a simulation. */
#ifndef SIM_CATALOGUE_H
#define SIM_CATALOGUE_H

#include "base/arena.h"
#include "onsale/v1/admin.pb-c.h"
#include "tests/sim/random.h"

enum {
    CATALOGUES = 2,            /* concerts 1 and 2: few seats, so that conflicts are frequent */
    CATALOGUE_PERFORMANCES = 2 /* of each, with ids 10 * concert_id + 1, 2 */
};

/** The same for the same seed. The first performances of both concerts are on sale for long, or
 * soon will be. */
Onsale__V1__ImportCatalogueRequest *catalogue_make(struct arena *arena, uint64_t seed,
                                                   uint64_t place);

/** Makes it another one: with other content, or wrong. */
void catalogue_spoil(Onsale__V1__ImportCatalogueRequest *req, struct random *random);

#endif
