/* reload.h -- What SIGHUP does: the options are read again, and those that can change while the
 * server runs do; help.c names them. */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include <stdbool.h>

#include "server/options.h"

/** Reads command line and file again. Logs each option that changes, with its old and new value,
 * that others take a restart, and what is wrong with the file.
 * @param options  In force; changed where it returns true only.
 * @return Whether anything is to be changed. */
bool reload(struct options *options);

#endif
