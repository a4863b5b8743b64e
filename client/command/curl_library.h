/* curl_library.h -- libcurl, loaded when it is first needed: with what it brings it takes three
 * times as long to load as all the rest of the command, which most runs of it would pay for
 * nothing. */
#ifndef CLIENT_COMMAND_CURL_LIBRARY_H
#define CLIENT_COMMAND_CURL_LIBRARY_H

#include <curl/curl.h>

/** Its functions, by their names without "curl_". */
struct curl_library {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
    CURLcode (*easy_perform)(CURL *curl);
    CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
    void (*easy_cleanup)(CURL *curl);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
};

/** Loads it and begins its use. One thread.
 * @return NULL if it is not on this machine, or lacks a function. */
const struct curl_library *curl_library_load(void);

#endif
