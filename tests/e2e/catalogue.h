/* catalogue.h -- The catalogue of the shop, as it is imported. */
#ifndef TESTS_E2E_CATALOGUE_H
#define TESTS_E2E_CATALOGUE_H

#include <onsale/onsale.h>

/** Imports concerts 1 and 2 with their performances. */
enum onsale_status catalogue_import(struct onsale_channel *channel, struct onsale_error *ret_error);

#endif
