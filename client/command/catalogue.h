/* catalogue.h -- A catalogue in a JSON file, as `onsale admin import` takes it.
 *
 * {"concert": {"concert_id": 1, "title": "...", "artist": "...", "venue": "..."},
 *  "layouts": [{"layout_id": 1, "sections": [
 *     {"name": "F1", "tier": 0, "row_range": {"from": "A", "count": 20, "seats": 24}},
 *     {"name": "BOX", "tier": 1, "rows": [{"name": "1", "first_number": 1, "seats": 6}]}]}],
 *  "performances": [{"performance_id": 11, "layout_id": 1, "starts_at":
 * "2026-12-24T19:00:00+09:00", "sale_opens_at": "...", "sale_closes_at": "...", "tiers": [{"name":
 * "VIP", "price": 165000}]}]}
 *
 * A row may have places for wheelchairs, "wheelchairs": {"from": 3, "count": 2}: seats 3 and 4.
 * A performance may have a "currency", three letters of ISO 4217; without it, it has "KRW".
 *
 * Strict: a key that is not known, is missing or has another type is a problem that names its path.
 */
#ifndef CLIENT_COMMAND_CATALOGUE_H
#define CLIENT_COMMAND_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "onsale/v1/admin.pb-c.h"

enum { CATALOGUE_PROBLEM_BYTES = 384 };

/** Reads a catalogue.
 * @param text         UTF-8 JSON, `size` bytes; a byte order mark at the beginning is fine.
 * @param arena        Where the request is made; it lives as long.
 * @param ret_request  Set if true is returned only.
 * @param ret_problem  Set if false is returned only, for example
 *                     "layouts[0].sections[2].tier: must be a whole number, 0..15". */
bool catalogue_parse(const char *text, size_t size, struct arena *arena,
                     Onsale__V1__ImportCatalogueRequest *ret_request,
                     char ret_problem[CATALOGUE_PROBLEM_BYTES]);

#endif
