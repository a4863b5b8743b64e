/* validate.h -- Whether an import is valid by itself, whatever is in the store. */
#ifndef SERVER_CATALOGUE_VALIDATE_H
#define SERVER_CATALOGUE_VALIDATE_H

#include "onsale/v1/admin.pb-c.h"
#include "server/engine/call.h"

/** Checks every field, that ids are unique, and that performances fit their halls.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the first field that is wrong. */
enum status catalogue_validate(struct call *call,
                               const Onsale__V1__ImportCatalogueRequest *request);

/** Part of it: one hall, with a path such as "layouts[0]". */
enum status catalogue_validate_layout(struct call *call, const Onsale__V1__SeatLayout *layout,
                                      const char *path);

#endif
