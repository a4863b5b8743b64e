/* sends_none.c -- Without liburing everybody sends by itself: nobody is given a struct sends. */
#include <stddef.h>

#include "gateway/sends.h"

struct sends *sends_open(struct loop *loop)
{
    (void)loop;
    return NULL;
}

void sends_close(struct sends *sends)
{
    (void)sends;
}

void sends_add(struct sends *sends, struct sending *sending)
{
    (void)sends, (void)sending;
}

void sends_forget(struct sending *sending)
{
    (void)sending;
}
