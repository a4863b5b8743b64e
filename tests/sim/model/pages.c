#include <stdio.h>
#include <string.h>

#include "tests/sim/model/model.h"

void model_learn_page(struct model *model, const char *token, const uint8_t after[ID_BYTES])
{
    struct model_page *page = &model->pages[model->pages_count++ % MODEL_PAGES_MAX];
    snprintf(page->token, sizeof page->token, "%s", token);
    memcpy(page->after, after, ID_BYTES);
}

enum status model_open_page(const struct model *model, const char *token,
                            uint8_t ret_after[ID_BYTES])
{
    memset(ret_after, 0, ID_BYTES);
    if (token[0] == '\0') return STATUS_OK;
    for (size_t i = 0; i < MODEL_PAGES_MAX; i++)
        if (strcmp(model->pages[i].token, token) == 0) {
            memcpy(ret_after, model->pages[i].after, ID_BYTES);
            return STATUS_OK;
        }
    return STATUS_PAGE_TOKEN_INVALID;
}

size_t model_page_size(uint32_t page_size)
{
    if (page_size > PAGE_SIZE_MAX) return PAGE_SIZE_MAX;
    return page_size == 0 ? PAGE_SIZE_DEFAULT : page_size;
}

void model_put_page_number(uint8_t after[ID_BYTES], uint64_t number)
{
    memset(after, 0, ID_BYTES);
    memcpy(after, &number, sizeof number);
}

uint64_t model_page_number(const uint8_t after[ID_BYTES])
{
    uint64_t number;
    memcpy(&number, after, sizeof number);
    return number;
}
