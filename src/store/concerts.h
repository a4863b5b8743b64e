/* concerts.h -- The names of concerts. */
#ifndef STORE_CONCERTS_H
#define STORE_CONCERTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalog.h"
#include "store/store.h"

/** @return Whether the concert is there; *ret is filled only if it is. */
bool concert_get(struct store_txn *txn, uint32_t concert_id, struct concert *ret);

/** The concert with the next greater id; begin with 0. */
bool concert_next(struct store_txn *txn, uint32_t after_id, struct concert *ret);

/** Puts it, also over what is there. In a write. */
void concert_put(struct store_txn *txn, const struct concert *concert);

#endif
