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
#define CURL_ROW(name) {"curl_" #name, offsetof(struct curl_library, name)},
    CURL_FUNCTIONS(CURL_ROW)
#undef CURL_ROW
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
