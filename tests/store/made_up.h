/* made_up.h -- Records with made-up fields. Each field depends on the seed and its own name only.
 */
#ifndef TESTS_STORE_MADE_UP_H
#define TESTS_STORE_MADE_UP_H

#include "store/codec.h"

/* For each record and group: fills it; and copies what unpacking it needs to know before. */
#define RECORD(name)                                                                               \
    void made_up_##name(struct name *ret, uint32_t seed);                                          \
    void made_up_key_##name(struct name *ret, const struct name *from);
#define GROUP(name) RECORD(name)
#define FIELD(...)
#define ADDED(...)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(...)
#define END(...)
#include "store/records.def"
#include "store/records_end.def"

#endif
