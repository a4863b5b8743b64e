/* schema.h -- What can be asked, by names as people type them: for list, describe and call. */
#ifndef CLIENT_COMMAND_SCHEMA_H
#define CLIENT_COMMAND_SCHEMA_H

#include <onsale/onsale.h>

#include "schema/symbols.h"

/** All .proto files, and what they define. */
struct schema {
    struct descriptors *descriptors;
    struct symbols *symbols;
};

/** Opens what is built into the program. Ends the process if memory is used up. */
void schema_open(struct schema *ret_schema);

/** Frees it. */
void schema_close(struct schema *schema);

/** Finds what a person means.
 * @param kinds      Of enum symbol_kind.
 * @param what       How they are called: "method".
 * @param ret_error  Set if NULL is returned: there is none, and perhaps which was meant; or there
 * are several.
 * @return NULL if it is not one. */
const struct symbol *schema_find(const struct schema *schema, unsigned kinds, const char *what,
                                 const char *typed, struct onsale_error *ret_error);

/** "method", "service", "message" or "enum". */
const char *schema_kind_name(enum symbol_kind kind);

#endif
