/* other_format.h -- A data folder as a later version of the server may leave it. */
#ifndef TESTS_E2E_OTHER_FORMAT_H
#define TESTS_E2E_OTHER_FORMAT_H

/** Makes a store of format version STORE_FORMAT_VERSION + 1. */
void other_format_make(const char *path);

#endif
