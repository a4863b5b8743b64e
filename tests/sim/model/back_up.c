#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

/* A folder that is not there, in one that is. @return Its name in that one; NULL: it can't be made.
 */
static const char *new_folder(const struct model *model, const char *path)
{
    size_t length = strlen(model->backups_folder);
    if (strncmp(path, model->backups_folder, length) != 0 || path[length] != '/') return NULL;
    const char *name = path + length + 1;
    if (name[0] == '\0' || strchr(name, '/') != NULL) return NULL;
    for (size_t i = 0; i < model->backups_count; i++)
        if (strcmp(model->backups[i], name) == 0) return NULL;
    return name;
}

enum status model_back_up(struct model *model, const void *request, void *response,
                          struct answer *answer)
{
    const Onsale__V1__BackUpRequest *req = request;
    const char *name = new_folder(model, req->path);
    (void)response;
    if (name == NULL) return STATUS_ARGUMENT_INVALID;
    REQUIRE(model->backups_count < MODEL_BACKUPS_MAX);
    REQUIRE(strlen(name) < MODEL_BACKUP_NAME_BYTES);
    strcpy(model->backups[model->backups_count++], name);
    answer->copied = message_make(answer->arena, &onsale__v1__get_stats_response__descriptor);
    answer->copied_at_ms = model->now_ms;
    model_get_stats(model, NULL, answer->copied, answer);
    return STATUS_OK;
}
