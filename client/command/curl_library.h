/* curl_library.h -- libcurl, loaded when it is first needed: with what it brings it takes three
 * times as long to load as all the rest of the command, which most runs of it would pay for
 * nothing. */
#ifndef CLIENT_COMMAND_CURL_LIBRARY_H
#define CLIENT_COMMAND_CURL_LIBRARY_H

#include <curl/curl.h>

/** What is used of it: curl_NAME. */
#define CURL_FUNCTIONS(FUNCTION)                                                                   \
    FUNCTION(global_init)                                                                          \
    FUNCTION(easy_init)                                                                            \
    FUNCTION(easy_setopt)                                                                          \
    FUNCTION(easy_perform)                                                                         \
    FUNCTION(easy_getinfo)                                                                         \
    FUNCTION(easy_cleanup)                                                                         \
    FUNCTION(easy_strerror)                                                                        \
    FUNCTION(slist_append)                                                                         \
    FUNCTION(slist_free_all)

struct curl_library {
#define CURL_MEMBER(name) __typeof__(&curl_##name) name;
    CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/** Loads it and begins its use. One thread.
 * @return NULL if it is not on this machine, or lacks a function. */
const struct curl_library *curl_library_load(void);

#endif
