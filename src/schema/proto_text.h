/* proto_text.h -- A service, a method, a message or an enum as it stands in its .proto file, with
 * its comments. */
#ifndef SCHEMA_PROTO_TEXT_H
#define SCHEMA_PROTO_TEXT_H

#include "base/arena.h"
#include "schema/symbols.h"

/** Types are named in full, so that each can be looked up.
 * @return Lines that end with "\n", in the arena. Ends the process if the arena is used up. */
const char *proto_text(const struct symbol *symbol, struct arena *arena);

#endif
