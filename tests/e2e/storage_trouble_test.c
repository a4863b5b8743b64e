/* No room: writes are refused, reads go on, and with room everything goes on. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/buyer.h"
#include "tests/e2e/crowd.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"

enum { USER = 1, CHARGES_MAX = 20000 };

struct filling {
    struct shop *shop;
    atomic_int charges;
    atomic_int unexpected; /* refusals for another reason */
};

static enum onsale_status try_charge(struct filling *filling)
{
    const struct caller_id id = id_make();
    return call_charge(filling->shop->channel, USER, &id, 1, NULL, NULL);
}

static void charge_until_full(void *context, size_t index)
{
    struct filling *filling = context;
    (void)index;
    enum onsale_status status = ONSALE_OK;
    for (int i = 0; i < CHARGES_MAX && status == ONSALE_OK; i++) {
        status = try_charge(filling);
        if (status == ONSALE_OK) atomic_fetch_add(&filling->charges, 1);
    }
    if (status != ONSALE_STORAGE_FULL) atomic_fetch_add(&filling->unexpected, 1);
}

static bool charge_succeeds(void *context)
{
    struct filling *filling = context;
    bool succeeds = try_charge(filling) == ONSALE_OK;
    if (succeeds) atomic_fetch_add(&filling->charges, 1);
    return succeeds;
}

/* Alone, for the last pages: what is too much for many in one batch may be little for one. A write
 * that is refused leaves the next one a little more room. */
static void fill(struct filling *filling)
{
    enum { REFUSALS = 5 };
    crowd_run(CROWD_MAX, charge_until_full, filling);
    for (int refusals = 0; refusals < REFUSALS;)
        refusals = charge_succeeds(filling) ? 0 : refusals + 1;
    assert_int_equal(filling->unexpected, 0);
}

static void assert_reads_go_on_and_writes_are_refused(struct filling *filling, struct buyer *buyer)
{
    assert_int_equal(shop_health(filling->shop),
                     ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_STORAGE_FULL);
    assert_int_equal(buyer_balance(buyer), filling->charges);
    assert_int_equal(try_charge(filling), ONSALE_STORAGE_FULL);
    shop_check(filling->shop);
}

static void a_full_map_refuses_writes_until_a_restart_with_a_larger_one(void **state)
{
    struct shop *shop = *state;
    struct filling filling = {.shop = shop};
    shop_open(shop, (const char *[]){"--map-size", "2M", NULL});
    shop_import(shop);
    struct buyer buyer = buyer_make(shop, USER, 0);
    fill(&filling);
    assert_reads_go_on_and_writes_are_refused(&filling, &buyer);
    assert_true(server_process_will_say(&shop->server, "no room left"));

    shop_reopen(shop, (const char *[]){"--map-size", "64M", NULL});
    buyer_hold(&buyer, (uint32_t[]){0}, 1);
    assert_int_equal(shop_health(shop), ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING);
    assert_int_equal(buyer_balance(&buyer), filling.charges);
}

/* Mounts a small disk where the data will be, seen by this process and its servers only. */
static bool mount_small_disk(const char *path)
{
    if (mkdir(path, 0700) == 0 && unshare(CLONE_NEWNS) == 0 &&
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("small", path, "tmpfs", 0, "size=224M") == 0)
        return true;
    print_message("can't mount a small disk here (%s): not tested\n", strerror(errno));
    return false;
}

/* @return false if the disk did not get full. */
static bool fill_disk(const char *path)
{
    static const char block[64 * 1024];
    ssize_t written;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    do
        written = write(fd, block, sizeof block);
    while (written > 0);
    bool is_full = errno == ENOSPC;
    close(fd);
    return is_full;
}

static void a_full_disk_refuses_writes_until_there_is_space(void **state)
{
    struct shop *shop = *state;
    struct filling filling = {.shop = shop};
    if (!mount_small_disk(shop->server.data)) skip();
    char *ballast = temp_folder_join(shop->server.data, "ballast");
    shop_open(shop, NULL);
    shop_import(shop);
    struct buyer buyer = buyer_make(shop, USER, 0);
    assert_true(fill_disk(ballast));
    fill(&filling);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, (uint32_t[]){0}, 1, NULL),
                     ONSALE_STORAGE_FULL);
    assert_reads_go_on_and_writes_are_refused(&filling, &buyer);

    assert_int_equal(unlink(ballast), 0);
    assert_true(wait_until(charge_succeeds, &filling));
    assert_int_equal(buyer_balance(&buyer), filling.charges);
    assert_true(server_process_will_say(&shop->server, "there is room again"));
    shop_check(shop);
    shop_close(shop);
    assert_int_equal(umount(shop->server.data), 0);
    free(ballast);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_full_map_refuses_writes_until_a_restart_with_a_larger_one, argv[1]),
        CLOSED_SHOP_TEST(a_full_disk_refuses_writes_until_there_is_space, argv[1]),
    };
    return cmocka_run_group_tests_name("storage trouble", tests, NULL, NULL);
}
