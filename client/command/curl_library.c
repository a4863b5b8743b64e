#include "client/command/curl_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static struct curl_library library;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    {"curl_global_init", offsetof(struct curl_library, global_init)},
    {"curl_easy_init", offsetof(struct curl_library, easy_init)},
    {"curl_easy_setopt", offsetof(struct curl_library, easy_setopt)},
    {"curl_easy_perform", offsetof(struct curl_library, easy_perform)},
    {"curl_easy_getinfo", offsetof(struct curl_library, easy_getinfo)},
    {"curl_easy_cleanup", offsetof(struct curl_library, easy_cleanup)},
    {"curl_easy_strerror", offsetof(struct curl_library, easy_strerror)},
    {"curl_slist_append", offsetof(struct curl_library, slist_append)},
    {"curl_slist_free_all", offsetof(struct curl_library, slist_free_all)},
};

const struct curl_library *curl_library_load(void)
{
    void *file = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (file == NULL) return NULL;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *function = dlsym(file, functions[i].name);
        if (function == NULL) return NULL;
        memcpy((char *)&library + functions[i].offset, &function, sizeof function);
    }
    return library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? &library : NULL;
}
