/* plan.h -- Compares an import with the store: which parts are new, and whether the others are the
 * same. */
#ifndef SERVER_CATALOGUE_PLAN_H
#define SERVER_CATALOGUE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "onsale/v1/admin.pb-c.h"
#include "server/engine/call.h"

struct catalogue_plan {
    bool concert_is_new;
    bool layout_is_new[LAYOUTS_PER_IMPORT_MAX];
    bool performance_is_new[PERFORMANCES_PER_IMPORT_MAX];
    uint32_t layouts_new;
    uint32_t performances_new;
    uint32_t seats_new;
};

/** @param request   Valid: see catalogue_validate.
 * @param ret_plan  Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if there are too many new seats;
 * STATUS_CATALOGUE_CONFLICT naming what is there with other content. */
enum status catalogue_plan_make(struct call *call,
                                const Onsale__V1__ImportCatalogueRequest *request,
                                struct catalogue_plan *ret_plan);

#endif
