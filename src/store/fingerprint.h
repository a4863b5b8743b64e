/* fingerprint.h -- What distinguishes one format of records from another. For src/store only. */
#ifndef STORE_FINGERPRINT_H
#define STORE_FINGERPRINT_H

#include <stdint.h>

/** The checksum of all rows of records.def that a format has: it changes when a row of that format
 * is changed, added or taken away, and only then.
 * @param format  STORE_FORMAT_OLDEST..STORE_FORMAT_VERSION. */
uint32_t format_fingerprint(uint32_t format);

#endif
