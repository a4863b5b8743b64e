/* Doors that should open: sockets that a process of an allowed uid can use whatever the umask, and
 * places for root when others, or root itself, took all. */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/require.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"

enum { GUEST = 65534, STRANGER = 65533, OTHER_GROUP = 65532, URL_BYTES = 256 };

/* What becomes of a process that connects. */
enum entry { ENTRY_SERVED, ENTRY_HUNG_UP, ENTRY_REFUSED_BY_THE_SYSTEM, ENTRY_FAILED };

struct doors {
    struct shop *shop;
    mode_t umask_before;
    char url[URL_BYTES];
    char watch_url[URL_BYTES];
    char admin_url[URL_BYTES];
};

static const char *path_of(const char *url)
{
    return url + strlen("ipc://");
}

static mode_t mode_of(const char *path)
{
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    return found.st_mode & ACCESSPERMS;
}

/* The system says no before anybody is asked for a uid. */
static bool may_connect(const char *url)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path_of(url));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool may = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno != EACCES;
    close(fd);
    return may;
}

static enum entry enter(const char *url, uid_t uid, gid_t gid)
{
    if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        return ENTRY_FAILED;
    if (!may_connect(url)) return ENTRY_REFUSED_BY_THE_SYSTEM;
    return raw_check_at(url) ? ENTRY_SERVED : ENTRY_HUNG_UP;
}

/* A real process of another user. */
static enum entry entry_of(const char *url, uid_t uid, gid_t gid)
{
    int wait_status;
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) _exit((int)enter(url, uid, gid));
    REQUIRE(waitpid(pid, &wait_status, 0) == pid);
    return WIFEXITED(wait_status) ? (enum entry)WEXITSTATUS(wait_status) : ENTRY_FAILED;
}

static void skip_unless_root(void)
{
    if (geteuid() == 0) return;
    print_message("only root can be another user: not tested\n");
    skip();
}

/* In folders that the server makes, below one that everybody may search. */
static struct doors open_doors(struct shop *shop, mode_t mask, const char *option,
                               const char *value)
{
    struct doors doors = {.shop = shop, .umask_before = umask(mask)};
    assert_int_equal(chmod(shop->server.folder, 0755), 0);
    snprintf(doors.url, URL_BYTES, "ipc://%s/run/onsale/onsale.sock", shop->server.folder);
    snprintf(doors.watch_url, URL_BYTES, "ipc://%s/run/onsale/watch.sock", shop->server.folder);
    snprintf(doors.admin_url, URL_BYTES, "ipc://%s/run/onsale/admin.sock", shop->server.folder);
    shop_open(shop, (const char *[]){"--listen", doors.url, "--watch", shop->server.watch_url,
                                     "--watch", doors.watch_url, "--admin", shop->server.admin_url,
                                     "--admin", doors.admin_url, option, value, NULL});
    umask(doors.umask_before);
    return doors;
}

static void assert_guests_are_served_and_strangers_are_not(struct shop *shop, mode_t mask)
{
    struct doors doors = open_doors(shop, mask, "--allow-uid", mask == 022 ? "nobody" : "65534");
    assert_int_equal(entry_of(doors.url, GUEST, GUEST), ENTRY_SERVED);
    assert_int_equal(entry_of(doors.watch_url, GUEST, GUEST), ENTRY_SERVED);
    assert_int_equal(entry_of(doors.url, STRANGER, STRANGER), ENTRY_HUNG_UP);
    assert_int_equal(entry_of(doors.admin_url, GUEST, GUEST), ENTRY_REFUSED_BY_THE_SYSTEM);
    assert_int_equal(mode_of(path_of(doors.url)), 0666);
    assert_int_equal(mode_of(path_of(doors.admin_url)), 0600);
    assert_true(raw_check_at(doors.admin_url));
}

static void a_process_of_an_allowed_uid_is_served_under_umask_022(void **state)
{
    skip_unless_root();
    assert_guests_are_served_and_strangers_are_not(*state, 022);
}

static void a_process_of_an_allowed_uid_is_served_under_umask_077(void **state)
{
    skip_unless_root();
    assert_guests_are_served_and_strangers_are_not(*state, 077);
}

static void without_allow_uid_nobody_else_can_connect_under_umask_0(void **state)
{
    skip_unless_root();
    struct doors doors = open_doors(*state, 0, NULL, NULL);
    assert_int_equal(entry_of(doors.url, GUEST, GUEST), ENTRY_REFUSED_BY_THE_SYSTEM);
    assert_int_equal(mode_of(path_of(doors.url)), 0600);
    assert_true(raw_check_at(doors.url));
}

static void a_socket_mode_is_obeyed_under_umask_077(void **state)
{
    skip_unless_root();
    struct doors doors = open_doors(*state, 077, "--socket-mode", "0666");
    assert_int_equal(mode_of(path_of(doors.url)), 0666);
    assert_int_equal(entry_of(doors.url, GUEST, GUEST), ENTRY_HUNG_UP);
}

/* Debian's group of nobody is nogroup, 65534. */
static void a_socket_group_lets_its_members_connect_and_nobody_else(void **state)
{
    skip_unless_root();
    if (getgrnam("nogroup") == NULL) skip();
    gid_t nogroup = getgrnam("nogroup")->gr_gid;
    struct doors doors = open_doors(*state, 077, "--socket-group", "nogroup");
    assert_int_equal(mode_of(path_of(doors.url)), 0660);
    assert_int_equal(entry_of(doors.url, GUEST, nogroup), ENTRY_HUNG_UP); /* no --allow-uid */
    assert_int_equal(entry_of(doors.url, GUEST, OTHER_GROUP), ENTRY_REFUSED_BY_THE_SYSTEM);
    assert_true(raw_check_at(doors.url));
}

static void a_folder_that_was_there_stays_as_it_is_and_the_log_says_so(void **state)
{
    skip_unless_root();
    struct shop *shop = *state;
    char folder[URL_BYTES];
    snprintf(folder, sizeof folder, "%s/run", shop->server.folder);
    assert_int_equal(mkdir(folder, 0750), 0);
    struct doors doors = open_doors(shop, 022, "--allow-uid", "65534");
    assert_int_equal(mode_of(folder), 0750);
    assert_true(server_process_said(&shop->server, "stays as it is, mode 0750"));
    assert_int_equal(entry_of(doors.url, GUEST, GUEST), ENTRY_REFUSED_BY_THE_SYSTEM);
}

static void wrong_modes_and_groups_are_refused_at_the_start(void **state)
{
    static const char *const wrong[][2] = {
        {"--socket-mode", "0066"}, {"--socket-mode", "1777"},         {"--socket-mode", "abc"},
        {"--socket-mode", "0680"}, {"--socket-group", "nosuchgroup"},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        server_process_start(&shop->server, (const char *[]){wrong[i][0], wrong[i][1], NULL});
        assert_int_equal(server_process_wait(&shop->server), 2);
        assert_true(server_process_said(&shop->server, wrong[i][0]));
    }
}

/* Everything here is of one user, as where all services run as root. */
static void idle_connections_of_the_same_user_lock_nobody_out(void **state)
{
    struct shop *shop = *state;
    static struct raw_peer idle[CONNECTIONS_PER_PEER_MAX];
    shop_open(shop, NULL);
    for (size_t i = 0; i < CONNECTIONS_PER_PEER_MAX; i++)
        assert_true(raw_peer_open(&idle[i], shop->server.url));
    for (size_t i = 0; i < 2 * CONNECTIONS_RESERVED; i++)
        assert_true(raw_check_at(shop->server.url));
    shop_check(shop);
    for (size_t i = 0; i < CONNECTIONS_PER_PEER_MAX; i++)
        raw_peer_close(&idle[i]);
}

enum { PLACES = ADMIN_CONNECTIONS_MAX + CONNECTIONS_RESERVED, HALVES = 2 * PLACES };

static bool a_place_is_free(void *context)
{
    struct raw_peer *halves = context;
    size_t open = 0;
    for (size_t i = 0; i < HALVES; i++)
        open += raw_peer_is_open(&halves[i]);
    return open < PLACES;
}

/* What nng has of a request that is not whole yet is in no budget. Root gets in by the reserve, at
 * the cost of a connection that is idle, half a request or not, as soon as that one has left its
 * place. */
static void half_sent_requests_on_the_admin_socket_are_few_and_root_gets_in(void **state)
{
    struct shop *shop = *state;
    struct raw_peer halves[HALVES];
    shop_open(shop, NULL);
    for (size_t i = 0; i < HALVES; i++)
        if (raw_peer_open(&halves[i], shop->server.admin_url))
            raw_peer_announce(&halves[i], ADMIN_FRAME_BYTES_MAX);
    assert_true(wait_until(a_place_is_free, halves));
    assert_true(raw_check_at_in_time(shop->server.admin_url));
    for (size_t i = 0; i < HALVES; i++)
        if (halves[i].fd >= 0) raw_peer_close(&halves[i]);
}

static void a_frame_too_large_for_a_long_poll_closes_its_connection(void **state)
{
    struct shop *shop = *state;
    struct raw_peer peer;
    shop_open(shop, NULL);
    assert_true(raw_peer_open(&peer, shop->server.watch_url));
    raw_peer_announce(&peer, WATCH_FRAME_BYTES_MAX + 5);
    assert_true(raw_peer_is_hung_up(&peer));
    raw_peer_close(&peer);
}

static void sighup_is_logged_and_does_no_harm(void **state)
{
    struct shop *shop = *state;
    shop_open(shop, NULL);
    assert_int_equal(kill(shop->server.pid, SIGHUP), 0);
    assert_true(server_process_will_say(&shop->server, "SIGHUP"));
    assert_true(raw_check_at(shop->server.url));
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_process_of_an_allowed_uid_is_served_under_umask_022, argv[1]),
        CLOSED_SHOP_TEST(a_process_of_an_allowed_uid_is_served_under_umask_077, argv[1]),
        CLOSED_SHOP_TEST(without_allow_uid_nobody_else_can_connect_under_umask_0, argv[1]),
        CLOSED_SHOP_TEST(a_socket_mode_is_obeyed_under_umask_077, argv[1]),
        CLOSED_SHOP_TEST(a_socket_group_lets_its_members_connect_and_nobody_else, argv[1]),
        CLOSED_SHOP_TEST(a_folder_that_was_there_stays_as_it_is_and_the_log_says_so, argv[1]),
        CLOSED_SHOP_TEST(wrong_modes_and_groups_are_refused_at_the_start, argv[1]),
        CLOSED_SHOP_TEST(idle_connections_of_the_same_user_lock_nobody_out, argv[1]),
        CLOSED_SHOP_TEST(half_sent_requests_on_the_admin_socket_are_few_and_root_gets_in, argv[1]),
        CLOSED_SHOP_TEST(a_frame_too_large_for_a_long_poll_closes_its_connection, argv[1]),
        CLOSED_SHOP_TEST(sighup_is_logged_and_does_no_harm, argv[1]),
    };
    return cmocka_run_group_tests_name("doors", tests, NULL, NULL);
}
