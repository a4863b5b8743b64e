#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/spare_memory.h"
#include "tests/lib/sanitized.h"

enum { BLOCK_BYTES = 16 << 10, BLOCKS = 4096, SLACK_BYTES = 8 << 20 };

static void *blocks[BLOCKS];

static void take_blocks(void)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        assert_non_null(blocks[i]);
        memset(blocks[i], 1, BLOCK_BYTES);
    }
}

/* But the last, without which malloc gives them back by itself. */
static void free_blocks(void)
{
    for (size_t i = 0; i + 1 < BLOCKS; i++)
        free(blocks[i]);
}

/* Whatever had been looked at before, in the midst of the work. */
static void what_was_freed_is_given_back_at_the_next_look(void **state)
{
    (void)state;
    if (IS_SANITIZED) skip();
    spare_memory_init();
    spare_memory_note_start();
    size_t before = spare_memory_private_bytes();
    for (int round = 0; round < 3; round++) {
        take_blocks();
        spare_memory_give_back(0);
        assert_in_range(spare_memory_private_bytes(), before + (size_t)BLOCKS * BLOCK_BYTES,
                        SIZE_MAX);
        free_blocks();
        spare_memory_give_back(0);
        assert_in_range(spare_memory_private_bytes(), 0, before + SLACK_BYTES);
        free(blocks[BLOCKS - 1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_freed_is_given_back_at_the_next_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
