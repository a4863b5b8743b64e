#include "base/url_list.h"

#include <stdio.h>
#include <string.h>

enum { BETWEEN = ',' };

/* @return The list behind its first url; NULL if that is the last. */
static const char *next(const char *list)
{
    const char *comma = strchr(list, BETWEEN);
    return comma == NULL ? NULL : comma + 1;
}

static size_t first_length(const char *list)
{
    return strcspn(list, ",");
}

size_t url_list_count(const char *list)
{
    size_t count = 0;
    for (; list != NULL; list = next(list))
        count++;
    return count;
}

bool url_list_has_any(const char *list)
{
    return list != NULL && list[strspn(list, ",")] != '\0';
}

enum status url_list_copy(const char *list, size_t index, char **ret_url)
{
    *ret_url = NULL;
    for (; list != NULL && index > 0; index--)
        list = next(list);
    if (list == NULL || first_length(list) == 0) return STATUS_OK;
    *ret_url = strndup(list, first_length(list));
    return *ret_url == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

/* With its slash. @return 0 if the url is not ipc. */
static size_t folder_length(const char *url, size_t length)
{
    static const char ipc[] = "ipc://";
    if (strncmp(url, ipc, strlen(ipc)) != 0) return 0;
    while (url[length - 1] != '/')
        length--;
    return length;
}

bool url_list_beside(const char *list, const char *name, char *ret_list, size_t capacity)
{
    size_t used = 0;
    bool has_any = false;
    ret_list[0] = '\0';
    for (const char *url = list; url != NULL; url = next(url)) {
        size_t folder = folder_length(url, first_length(url));
        int written = snprintf(ret_list + used, capacity - used, "%s%.*s%s", url == list ? "" : ",",
                               (int)folder, url, folder == 0 ? "" : name);
        used += (size_t)written;
        if (used >= capacity) return false;
        if (folder > 0) has_any = true;
    }
    if (!has_any) ret_list[0] = '\0';
    return true;
}
