/* warnings.h -- Warnings about a catalogue that is valid but odd. Pure. */
#ifndef CLIENT_COMMAND_WARNINGS_H
#define CLIENT_COMMAND_WARNINGS_H

#include "base/time.h"
#include "onsale/v1/admin.pb-c.h"

enum { WARNING_BYTES = 256 };

/** Takes a warning, for example "performances[0]: the sale closes after the show begins". */
typedef void warning_taker(const char *warning, void *context);

/** Finds shows and sales that are over, sales that end after the show begins, tiers without seats,
 * halls without a performance, and seats that only capital letters tell apart.
 * @param request  A catalogue that the server has taken. */
void catalogue_warn(const Onsale__V1__ImportCatalogueRequest *request, unix_ms now_ms,
                    warning_taker *take, void *context);

#endif
