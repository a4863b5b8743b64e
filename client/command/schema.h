/* schema.h -- What can be asked, by names as people type them: for list, describe and call. */
#ifndef CLIENT_COMMAND_SCHEMA_H
#define CLIENT_COMMAND_SCHEMA_H

#include "client/command/command.h"
#include "schema/symbols.h"

/** All that the .proto files define, from what is built into the program: opened at the first call,
 * and there until schema_close. One thread. Ends the process if memory is used up. */
const struct symbols *schema_symbols(void);

/** Frees what was opened, if anything was. */
void schema_close(void);

/** Finds what a person means.
 * @param kinds  Of enum symbol_kind.
 * @param what   How they are called: "method".
 * @return NULL if it is not one: run->error tells that there is none, and perhaps which was meant;
 * or that there are several. */
const struct symbol *schema_find(struct run *run, unsigned kinds, const char *what,
                                 const char *typed);

#endif
