/* import.h -- onsale admin import */
#ifndef CLIENT_COMMAND_IMPORT_H
#define CLIENT_COMMAND_IMPORT_H

#include "client/command/command.h"

extern const struct parameter *const import_parameters[];

/** Imports a catalogue from a file, and warns of what is odd in it. */
enum exit_code import_catalogue(struct run *run);

#endif
