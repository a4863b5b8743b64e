/* commit_order_test.c -- What numbers say in the middle of a commit: a read never sees more than
 * its number, nor less than was said to be committed. */
#include "tests/store/fixture.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/uio.h>

#include "base/require.h"

enum { USER = 7, WRITES = 20 };

/* The functions at the end take the place of the C library's for the whole process, so there can be
 * but one state. */
static struct {
    struct fixture *fixture; /* NULL: not looking */
    unsigned looks;
} watched;

struct seen {
    int64_t balance; /* of the last write that is seen: 0 if none is */
    uint64_t number;
};

static enum status see(struct store_txn *txn, void *context)
{
    struct seen *seen = context;
    struct wallet wallet = {0};
    seen->number = store_txn_number(txn);
    seen->balance = wallet_get(txn, USER, &wallet) ? wallet.balance : 0;
    return STATUS_OK;
}

static void look(void)
{
    struct fixture *fixture = watched.fixture;
    struct seen seen;
    if (fixture == NULL) return;
    watched.fixture = NULL;
    uint64_t committed = store_committed(fixture->store);
    assert_int_equal(store_read(fixture->store, see, &seen), STATUS_OK);
    assert_true((uint64_t)seen.balance <= seen.number);
    assert_true((uint64_t)seen.balance >= committed);
    watched.looks++;
    watched.fixture = fixture;
}

static enum status put_number(struct store_txn *txn, void *context)
{
    wallet_put(txn, &(struct wallet){.user_id = USER, .balance = *(const int64_t *)context});
    return STATUS_OK;
}

static void a_read_beside_a_commit_sees_what_is_committed_and_no_more_than_its_number(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t number = 1; number <= WRITES; number++) {
        watched.fixture = fixture;
        assert_int_equal(store_execute(fixture->store, put_number, &number), STATUS_OK);
        if (number % 3 == 0) assert_int_equal(store_commit(fixture->store), STATUS_OK);
        if (number % 4 == 0) assert_int_equal(store_flush(fixture->store), STATUS_OK);
        look();
        watched.fixture = NULL;
    }
    assert_true(watched.looks > 2 * WRITES);
}

/* --- Calls ------------------------------------------------------------------------------------ */

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    REQUIRE(function != NULL);
    return function;
}

/* Their names in the C library are given apart, because the headers rename some of them. */
ssize_t watched_pwrite(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite");
ssize_t watched_pwrite64(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite64");
ssize_t watched_writev(int fd, const struct iovec *parts, int count) __asm__("writev");

ssize_t watched_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    ssize_t (*real_pwrite)(int, const void *, size_t, off_t) = real("pwrite");
    look();
    ssize_t written = real_pwrite(fd, bytes, size, offset);
    look();
    return written;
}

ssize_t watched_pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
    return watched_pwrite(fd, bytes, size, offset);
}

ssize_t watched_writev(int fd, const struct iovec *parts, int count)
{
    ssize_t (*real_writev)(int, const struct iovec *, int) = real("writev");
    look();
    ssize_t written = real_writev(fd, parts, count);
    look();
    return written;
}

/* ThreadSanitizer's own, which has to see it. */
__attribute__((weak)) int __interceptor_pthread_mutex_unlock(pthread_mutex_t *mutex);

/* The end of a commit: its last page is written, and who asked for it does not know yet. */
int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int (*real_unlock)(pthread_mutex_t *) = __interceptor_pthread_mutex_unlock;
    if (real_unlock == NULL) real_unlock = real("pthread_mutex_unlock");
    int rc = real_unlock(mutex);
    look();
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_read_beside_a_commit_sees_what_is_committed_and_no_more_than_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
