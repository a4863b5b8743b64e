/* Clients that die with frames in flight leave nothing behind: over ipc and tcp, with large replies
 * under way and messages cut off, by close, reset and `kill -9`.
 *
 * Under nng 1.5 without its cures a handful of them ends the server's life as a listener. So few
 * deaths of each kind are tried in a run of the suite; DEATHS=10000 in the environment tries more.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/death.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/wait_until.h"

enum { DEATHS_OF_A_KIND = 24, URL_BYTES = 128, DOORS = 2, UNREAD_PER_DOOR = 4 };

struct scene {
    struct shop *shop;
    char tcp_url[URL_BYTES];
    const char *urls[DOORS];
    size_t descriptors; /* of the server, before anybody died */
    uint32_t connections;
};

static size_t deaths_of_a_kind(void)
{
    const char *more = getenv("DEATHS");
    return more == NULL ? DEATHS_OF_A_KIND : strtoul(more, NULL, 10);
}

static size_t count_descriptors(const struct scene *scene)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)scene->shop->server.pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static uint32_t count_connections(const struct scene *scene)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    assert_int_equal(onsale_admin_get_stats(scene->shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    uint32_t connections = response->connections;
    onsale__v1__get_stats_response__free_unpacked(response, NULL);
    return connections;
}

/* The channel has all its connections when the counting begins. */
static void open_scene(struct shop *shop, struct scene *scene)
{
    snprintf(scene->tcp_url, URL_BYTES, "tcp://127.0.0.1:%u", raw_peer_free_port());
    scene->shop = shop;
    scene->urls[0] = shop->server.url;
    scene->urls[1] = scene->tcp_url;
    shop_open(shop, (const char *[]){"--listen", scene->tcp_url, NULL});
    shop_import(shop);
    death_prepare(shop);
    scene->connections = count_connections(scene);
    scene->descriptors = count_descriptors(scene);
}

static bool all_is_as_before(void *context)
{
    const struct scene *scene = context;
    return count_connections(scene) <= scene->connections &&
           count_descriptors(scene) <= scene->descriptors;
}

static void assert_nothing_is_left(struct scene *scene, const char *door)
{
    if (!wait_until(all_is_as_before, scene))
        fail_msg("%s: %zu descriptors were %zu, %u connections were %u", door,
                 count_descriptors(scene), scene->descriptors, count_connections(scene),
                 scene->connections);
    for (size_t i = 0; i < DOORS; i++)
        assert_true(raw_check_at_in_time(scene->urls[i]));
}

static void assert_deaths_leave_nothing(struct shop *shop, enum death_ending ending)
{
    struct scene scene;
    open_scene(shop, &scene);
    for (size_t door = 0; door < DOORS; door++)
        for (enum death_cargo cargo = 0; cargo < DEATH_CARGOES; cargo++) {
            assert_true(death_repeat(scene.urls[door], cargo, ending, deaths_of_a_kind()));
            assert_nothing_is_left(&scene, scene.urls[door]);
        }
}

static void clients_that_close_with_frames_in_flight_leave_nothing(void **state)
{
    assert_deaths_leave_nothing(*state, DEATH_CLOSE);
}

static void clients_that_reset_with_frames_in_flight_leave_nothing(void **state)
{
    assert_deaths_leave_nothing(*state, DEATH_RESET);
}

static void clients_killed_with_frames_in_flight_leave_nothing(void **state)
{
    assert_deaths_leave_nothing(*state, DEATH_KILL);
}

/* The teardown stops the server and looks at its exit code. */
static void a_server_stops_while_clients_read_no_replies_and_send_half_messages(void **state)
{
    struct shop *shop = *state;
    struct scene scene;
    int unread[DOORS * DEATH_CARGOES * UNREAD_PER_DOOR];
    size_t count = 0;
    open_scene(shop, &scene);
    for (size_t door = 0; door < DOORS; door++)
        for (enum death_cargo cargo = 0; cargo < DEATH_CARGOES; cargo++)
            for (int i = 0; i < UNREAD_PER_DOOR; i++)
                unread[count++] = death_postpone(scene.urls[door], cargo);
    shop_close(shop);
    for (size_t i = 0; i < count; i++) {
        assert_true(unread[i] >= 0);
        close(unread[i]);
    }
    assert_false(server_process_said(&shop->server, "in time"));
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(clients_that_close_with_frames_in_flight_leave_nothing, argv[1]),
        CLOSED_SHOP_TEST(clients_that_reset_with_frames_in_flight_leave_nothing, argv[1]),
        CLOSED_SHOP_TEST(clients_killed_with_frames_in_flight_leave_nothing, argv[1]),
        CLOSED_SHOP_TEST(a_server_stops_while_clients_read_no_replies_and_send_half_messages,
                         argv[1]),
    };
    return cmocka_run_group_tests_name("dying peers", tests, NULL, NULL);
}
