#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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

/* --- Memory of frames ------------------------------------------------------------------------- */

enum { FRAMES = 50, FRAME_BLOCKS = 180, REPLY_BYTES = 1 << 20, FAULTS_MAX = 2000 };

static void serve_frame(void)
{
    char *reply = malloc(REPLY_BYTES);
    for (size_t i = 0; i < FRAME_BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        memset(blocks[i], 1, BLOCK_BYTES);
    }
    memset(reply, 1, REPLY_BYTES);
    for (size_t i = 0; i < FRAME_BLOCKS; i++)
        free(blocks[i]);
    free(reply);
}

static void *count_faults(void *ret_faults)
{
    struct rusage first, last;
    serve_frame();
    getrusage(RUSAGE_THREAD, &first);
    for (int i = 0; i < FRAMES; i++)
        serve_frame();
    getrusage(RUSAGE_THREAD, &last);
    *(long *)ret_faults = last.ru_minflt - first.ru_minflt;
    return NULL;
}

/* Pages of 4 KiB: if they were given back, each frame would make 900 anew. */
static void what_a_frame_took_is_there_for_the_next(void **state)
{
    long faults = 0;
    pthread_t thread;
    (void)state;
    if (IS_SANITIZED) skip();
    spare_memory_init();
    assert_int_equal(pthread_create(&thread, NULL, count_faults, &faults), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_in_range(faults, 0, FAULTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_freed_is_given_back_at_the_next_look),
        cmocka_unit_test(what_a_frame_took_is_there_for_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
