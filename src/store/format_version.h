/* format_version.h -- Which formats of a store this server knows. One of STORE_FORMAT_OLDEST or
 * later is brought to the present format when it is opened. */
#ifndef STORE_FORMAT_VERSION_H
#define STORE_FORMAT_VERSION_H

enum { STORE_FORMAT_OLDEST = 1, STORE_FORMAT_VERSION = 4 };

enum { HEADLESS_FORMAT = 2 }; /* the last one whose records have no heads (record_head.h) */

/* The first version of the server that knows the present format: 1.22.333 at most. */
#define STORE_FORMAT_NEEDS "0.2.0"
enum { STORE_VERSION_BYTES = 16 };
_Static_assert(sizeof STORE_FORMAT_NEEDS <= STORE_VERSION_BYTES, "there is room for it");

#endif
