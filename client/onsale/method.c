#include <onsale/method.h>

#include <stdlib.h>
#include <string.h>

#include <onsale/onsale.h>

/* In the order of their names. */
static const struct onsale_method *const methods[] = {
#define METHOD(function) &function##_method,
#include "onsale/methods.def"
#undef METHOD
};

enum { METHODS = sizeof methods / sizeof methods[0] };

static int compare_to_name(const void *name, const void *element)
{
    const struct onsale_method *const *method = element;
    return strcmp(name, (*method)->name);
}

const struct onsale_method *onsale_method_find(const char *name)
{
    const struct onsale_method *const *method =
        bsearch(name, methods, METHODS, sizeof methods[0], compare_to_name);
    return method == NULL ? NULL : *method;
}

const struct onsale_method *onsale_method_at(size_t index)
{
    return index < METHODS ? methods[index] : NULL;
}
