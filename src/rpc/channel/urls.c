#include "rpc/channel/urls.h"

#include <string.h>

enum { BETWEEN = ',' };

size_t channel_urls_count(const char *list)
{
    if (list == NULL) return 0;
    size_t count = 1;
    while ((list = strchr(list, BETWEEN)) != NULL) {
        list++;
        count++;
    }
    return count;
}

enum status channel_urls_copy(const char *list, size_t index, char **ret_url)
{
    *ret_url = NULL;
    for (; list != NULL && index > 0; index--) {
        list = strchr(list, BETWEEN);
        if (list != NULL) list++;
    }
    if (list == NULL) return STATUS_OK;
    size_t length = strcspn(list, ",");
    if (length == 0) return STATUS_OK;
    *ret_url = strndup(list, length);
    return *ret_url == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
