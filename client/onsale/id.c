#include "onsale/id.h"

#include <sys/random.h>
#include <time.h>

#include "base/id.h"

_Static_assert((int)ONSALE_ID_BYTES == (int)ID_BYTES, "one kind of id");
_Static_assert((int)ONSALE_ID_TEXT_BYTES == (int)ID_TEXT_BYTES, "one way to write it");

static unix_ms clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unix_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

bool onsale_id_new(uint8_t ret_id[ONSALE_ID_BYTES])
{
    uint8_t random[10];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return false;
    id_make_v7(ret_id, clock_ms(), random);
    return true;
}

void onsale_id_print(const uint8_t id[ONSALE_ID_BYTES], char ret_text[ONSALE_ID_TEXT_BYTES])
{
    id_print(id, ret_text);
}

bool onsale_id_parse(const char *text, uint8_t ret_id[ONSALE_ID_BYTES])
{
    return id_parse(text, ret_id);
}
