/* Stores that are damaged: the server says so, in a line that names the store, or refuses what it
 * can't read and serves the rest. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/e2e/buyer.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"

enum { EXIT_CANT_START = 1, USER = 1, OPTIONS_BYTES = 1024 };

/* --- Starts that are refused ------------------------------------------------------------------ */

static char *data_path(const struct shop *shop, const char *name)
{
    return temp_folder_join(shop->server.data, name);
}

static void assert_start_is_refused(struct shop *shop, const char *why)
{
    server_process_start(&shop->server, NULL);
    assert_int_equal(server_process_wait(&shop->server), EXIT_CANT_START);
    bool is_said =
        server_process_said(&shop->server, why) && server_process_said(&shop->server, "can't open");
    if (!is_said) server_process_print_log(&shop->server);
    assert_true(is_said);
}

static void use_shop(struct shop *shop)
{
    shop_open(shop, NULL);
    shop_import(shop);
    buyer_make(shop, USER, PRICE);
}

static void a_link_to_a_volume_that_is_not_there_is_no_new_store(void **state)
{
    static const char *const names[] = {"data.mdb", "onsale.journal"};
    struct shop *shop = *state;
    use_shop(shop);
    shop_close(shop);
    for (size_t i = 0; i < 2; i++) {
        char *path = data_path(shop, names[i]);
        char *away = temp_folder_join(shop->server.folder, names[i]);
        assert_int_equal(rename(path, away), 0);
        assert_int_equal(symlink("/nonexistent/volume/file", path), 0);
        assert_start_is_refused(shop, "is its volume mounted?");
        assert_true(server_process_said(&shop->server, names[i]));
        assert_int_equal(unlink(path), 0);
        assert_int_equal(symlink(away, path), 0); /* now it is */
        shop_open(shop, NULL);
        assert_int_equal(call_balance(shop->channel, USER, NULL), ONSALE_OK);
        shop_close(shop);
        free(path);
        free(away);
    }
}

static void a_data_file_that_is_empty_or_gone_is_no_new_store(void **state)
{
    struct shop *shop = *state;
    char *data = data_path(shop, "data.mdb");
    char *journal = data_path(shop, "onsale.journal");
    use_shop(shop);
    shop_close(shop);
    assert_int_equal(truncate(data, 0), 0);
    assert_start_is_refused(shop, "data.mdb is empty");
    assert_int_equal(unlink(data), 0);
    assert_start_is_refused(shop, "data.mdb is missing, and onsale.journal is there");
    assert_int_equal(unlink(journal), 0);
    assert_start_is_refused(shop, "data.mdb is missing, and lock.mdb tells");
    free(data);
    free(journal);
}

static void a_damaged_checkpoint_is_refused_by_its_name(void **state)
{
    struct shop *shop = *state;
    static const char zeros[512 * 1024];
    char *journal = data_path(shop, "onsale.journal");
    use_shop(shop);
    server_process_kill(&shop->server);
    int fd = open(journal, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, zeros, sizeof zeros, 0), sizeof zeros);
    close(fd);
    assert_start_is_refused(shop, "onsale.journal is damaged: it has no checkpoint that is whole");
    free(journal);
}

/* --- Damage that is met ----------------------------------------------------------------------- */

struct health {
    struct shop *shop;
    Onsale__Rpc__V1__ServingStatus wanted;
};

static bool has_health(void *context)
{
    const struct health *health = context;
    return shop_health(health->shop) == health->wanted;
}

static uint64_t damaged_records(struct shop *shop)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    assert_int_equal(onsale_admin_get_stats(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    uint64_t damaged = response->damaged_records;
    onsale__v1__get_stats_response__free_unpacked(response, NULL);
    return damaged;
}

static enum onsale_status ask_for_concert(struct shop *shop, uint32_t concert_id)
{
    Onsale__V1__GetConcertRequest request = ONSALE__V1__GET_CONCERT_REQUEST__INIT;
    Onsale__V1__GetConcertResponse *response;
    request.concert_id = concert_id;
    enum onsale_status status =
        onsale_catalog_get_concert(shop->channel, &request, NULL, &response, NULL);
    if (status == ONSALE_OK) onsale__v1__get_concert_response__free_unpacked(response, NULL);
    return status;
}

/* Every copy that LMDB's pages have of a text says that it is as long as no text is. */
static unsigned spoil_text(const char *path, const char *text)
{
    struct stat info;
    unsigned spoiled = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    REQUIRE(fd >= 0 && fstat(fd, &info) == 0);
    uint8_t *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(bytes != MAP_FAILED);
    uint8_t *end = bytes + info.st_size, *at = bytes;
    while ((at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL) {
        at[-1] = UINT8_MAX;
        at++;
        spoiled++;
    }
    munmap(bytes, (size_t)info.st_size);
    close(fd);
    return spoiled;
}

static bool is_found_by_check(struct shop *shop, const char *invariant)
{
    bool found = false;
    Onsale__V1__CheckInvariantsRequest request = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    Onsale__V1__CheckInvariantsResponse *response;
    assert_int_equal(onsale_admin_check_invariants(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    for (size_t i = 0; i < response->n_violations; i++)
        found |= strcmp(response->violations[i]->invariant, invariant) == 0;
    onsale__v1__check_invariants_response__free_unpacked(response, NULL);
    return found;
}

static void a_damaged_record_is_refused_counted_told_once_and_turns_health_red(void **state)
{
    struct shop *shop = *state;
    struct health red = {shop, ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_DAMAGED};
    struct health green = {shop, ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING};
    char *data = data_path(shop, "data.mdb");
    use_shop(shop);
    shop_close(shop);
    assert_true(spoil_text(data, "Rain") >= 1);

    shop_open(shop, NULL);
    assert_true(has_health(&green));
    /* of which that is the title */
    assert_int_equal(ask_for_concert(shop, OTHER_CONCERT), ONSALE_STORE_DAMAGED);
    assert_true(has_health(&red));
    assert_true(damaged_records(shop) >= 1);
    assert_true(server_process_will_say(&shop->server, "of its tree catalog can't be read"));
    assert_true(
        server_process_will_say(&shop->server, "status=STORE_DAMAGED code=DATA_LOSS took_ms="));
    assert_int_equal(ask_for_concert(shop, CONCERT), ONSALE_OK);
    assert_int_equal(call_balance(shop->channel, USER, NULL), ONSALE_OK);
    assert_int_equal(call_create_user(shop->channel, USER + 1), ONSALE_OK);
    assert_true(is_found_by_check(shop, "record-damaged"));
    server_process_kill(&shop->server); /* it would not pass the check after the test */
    free(data);
}

/* --- Faults in the map ------------------------------------------------------------------------ */

/* A server that is built with a sanitizer would lose them to it. */
static void leave_the_signals_to_the_server(void)
{
    static const char *const names[] = {"ASAN_OPTIONS", "TSAN_OPTIONS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char options[OPTIONS_BYTES];
        const char *before = getenv(names[i]);
        snprintf(options, sizeof options, "%s:handle_segv=0:handle_sigbus=0",
                 before == NULL ? "" : before);
        assert_int_equal(setenv(names[i], options, 1), 0);
    }
}

static bool has_ended(void *context)
{
    struct shop *shop = context;
    const struct onsale_call_options brief = {.timeout_ms = 200};
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__GetBalanceResponse *response;
    request.user_id = USER;
    if (!server_process_is_alive(&shop->server)) return true;
    if (onsale_wallet_get_balance(shop->channel, &request, &brief, &response, NULL) == ONSALE_OK)
        onsale__v1__get_balance_response__free_unpacked(response, NULL);
    return false;
}

static void a_page_that_cant_be_read_ends_the_server_with_a_line_that_names_the_store(void **state)
{
    struct shop *shop = *state;
    char *data = data_path(shop, "data.mdb");
    leave_the_signals_to_the_server();
    use_shop(shop);
    assert_int_equal(truncate(data, 2 * 4096), 0);
    assert_true(wait_until(has_ended, shop));
    assert_int_equal(server_process_wait(&shop->server), SERVER_KILLED);
    assert_true(server_process_said(&shop->server, "is damaged: a page of data.mdb can't be read"));
    assert_true(server_process_said(&shop->server, shop->server.data));
    free(data);
}

static void a_signal_from_elsewhere_says_nothing_of_the_store(void **state)
{
    struct shop *shop = *state;
    leave_the_signals_to_the_server();
    use_shop(shop);
    assert_int_equal(kill(shop->server.pid, SIGSEGV), 0);
    assert_int_equal(server_process_wait(&shop->server), SERVER_KILLED);
    assert_false(server_process_said(&shop->server, "is damaged"));
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_link_to_a_volume_that_is_not_there_is_no_new_store, argv[1]),
        CLOSED_SHOP_TEST(a_data_file_that_is_empty_or_gone_is_no_new_store, argv[1]),
        CLOSED_SHOP_TEST(a_damaged_checkpoint_is_refused_by_its_name, argv[1]),
        CLOSED_SHOP_TEST(a_damaged_record_is_refused_counted_told_once_and_turns_health_red,
                         argv[1]),
        CLOSED_SHOP_TEST(a_page_that_cant_be_read_ends_the_server_with_a_line_that_names_the_store,
                         argv[1]),
        CLOSED_SHOP_TEST(a_signal_from_elsewhere_says_nothing_of_the_store, argv[1]),
    };
    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
