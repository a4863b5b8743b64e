/* `kill -9` while several threads are served: what was acknowledged stays, nothing happens twice.
 */
#include "tests/e2e/load.h"

/* So many commands make the store call for a checkpoint again and again: it is made beside them. */
enum { CYCLES = 5, SERVED_BEFORE_KILL = 200, SERVED_WITH_CHECKPOINTS = 9000 };

static void what_was_acknowledged_survives_kill_9(void **state)
{
    struct shop *shop = *state;
    struct load *load = load_make(shop);
    for (int cycle = 0; cycle < CYCLES; cycle++) {
        load_start(load);
        load_await(load, cycle == 1 ? SERVED_WITH_CHECKPOINTS : SERVED_BEFORE_KILL);
        server_process_kill(&shop->server);
        load_stop(load);
        shop_open(shop, NULL);
        load_join(load);
        shop_check(shop);
        load_verify(load);
    }
    load_free(load);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(what_was_acknowledged_survives_kill_9, argv[1]),
    };
    return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
