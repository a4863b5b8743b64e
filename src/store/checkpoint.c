#include "store/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"

enum { HEADER_PAGES = 2 };

_Static_assert(HEADER_PAGES * 32 * 1024 <= JOURNAL_STATE_BYTES_MAX,
               "the headers fit, whatever size LMDB gives pages");

/* What is written by others meanwhile is less in each pass. */
enum { PASSES = 3 };

_Static_assert(PASSES >= 1, "the file is gone through");

/* Half of the ring, or so many pages: what is written again after a crash stays small, and so
 * does the part of the data file that waits for the checkpoint to be used again. */
enum { RING_PARTS = 2, PAGES_MAX = 32 * 1024, PAGES_PER_WRITE = 24, NEW_BYTES_PER_PAGE = 1024 };

/* A checkpoint is urgent with so little of the ring left, or with as many pages written again. */
enum { URGENT_PARTS = 4 };

_Static_assert((int)URGENT_PARTS > (int)RING_PARTS, "a checkpoint is urgent later than it is due");

/* --- The headers ------------------------------------------------------------------------------ */

/* Where LMDB has the number of the last write in each: its format 1, on 64 bits. */
enum { NUMBER_AT = 144 };

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "LMDB counts in words of the machine");

static uint64_t last_number(const uint8_t *headers, size_t size)
{
    uint64_t numbers[HEADER_PAGES];
    for (size_t i = 0; i < HEADER_PAGES; i++)
        memcpy(&numbers[i], headers + i * (size / HEADER_PAGES) + NUMBER_AT, sizeof numbers[i]);
    return numbers[0] > numbers[1] ? numbers[0] : numbers[1];
}

/* A data file that has not come as far as the checkpoint is not the one that the journal is of. */
static enum status check_file(int fd, const uint8_t *headers, size_t size)
{
    uint8_t found[JOURNAL_STATE_BYTES_MAX];
    ssize_t got = pread(fd, found, size, 0);
    if (got < 0) return STATUS_STORAGE_FAILED;
    if ((size_t)got < size) return STATUS_STORE_DAMAGED;
    return last_number(found, size) >= last_number(headers, size) ? STATUS_OK
                                                                  : STATUS_STORE_DAMAGED;
}

static enum status open_file(const char *data_file, int *ret_fd)
{
    *ret_fd = open(data_file, O_RDWR | O_CLOEXEC);
    if (*ret_fd >= 0) return STATUS_OK;
    return errno == ENOENT ? STATUS_STORE_DAMAGED : STATUS_STORAGE_FAILED;
}

static enum status put_back(int fd, const void *headers, size_t size)
{
    REQUIRE(size > 0);
    if (pwrite(fd, headers, size, 0) == (ssize_t)size && fdatasync(fd) == 0) return STATUS_OK;
    return STATUS_STORAGE_FAILED;
}

enum status checkpoint_restore(const char *data_file, const struct journal *journal)
{
    REQUIRE(journal != NULL);
    REQUIRE(!journal_is_closed(journal));
    size_t size;
    int fd;
    const void *headers = journal_state(journal, &size);
    enum status err = open_file(data_file, &fd);
    if (err != STATUS_OK) return err;
    err = check_file(fd, headers, size);
    if (err == STATUS_OK) err = put_back(fd, headers, size);
    close(fd);
    return err;
}

static size_t differing_bytes(const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t differing = 0;
    for (size_t i = 0; i < size; i++)
        differing += a[i] != b[i];
    return differing;
}

/* Every commit changes more than a byte: a number and the place of a root. */
enum status checkpoint_mend(const char *data_file, const struct journal *journal)
{
    REQUIRE(journal != NULL);
    REQUIRE(journal_is_closed(journal));
    uint8_t found[JOURNAL_STATE_BYTES_MAX];
    size_t size;
    int fd;
    const void *headers = journal_state(journal, &size);
    enum status err = open_file(data_file, &fd);
    if (err != STATUS_OK) return err;
    bool is_damaged =
        pread(fd, found, size, 0) == (ssize_t)size && differing_bytes(found, headers, size) == 1;
    if (is_damaged) err = put_back(fd, headers, size);
    close(fd);
    return err;
}

size_t checkpoint_read_headers(const struct environment *environment,
                               uint8_t ret_headers[JOURNAL_STATE_BYTES_MAX])
{
    MDB_stat stat;
    int fd = environment_file(environment);
    REQUIRE(mdb_env_stat(environment->env, &stat) == MDB_SUCCESS);
    size_t size = (size_t)HEADER_PAGES * stat.ms_psize;
    REQUIRE(size <= JOURNAL_STATE_BYTES_MAX);
    return pread(fd, ret_headers, size, 0) == (ssize_t)size ? size : 0;
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

enum status checkpoints_init(struct checkpoints *checkpoints, const struct environment *environment,
                             struct journal *journal)
{
    REQUIRE(journal != NULL);
    REQUIRE(environment->env != NULL);
    REQUIRE(checkpoints->environment == NULL);
    checkpoints->environment = environment;
    checkpoints->journal = journal;
    pthread_mutex_init(&checkpoints->lock, NULL);
    for (unsigned i = 0; i < 2; i++) {
        int rc = mdb_txn_begin(environment->env, NULL, MDB_RDONLY, &checkpoints->snapshots[i]);
        if (rc != MDB_SUCCESS) return environment_status(rc);
    }
    checkpoints->newest = 0;
    mdb_txn_reset(checkpoints->snapshots[1]);
    return STATUS_OK;
}

void checkpoints_deinit(struct checkpoints *checkpoints)
{
    if (checkpoints->environment == NULL) return;
    for (unsigned i = 0; i < 2; i++)
        mdb_txn_abort(checkpoints->snapshots[i]);
    pthread_mutex_destroy(&checkpoints->lock);
}

void checkpoints_count(struct checkpoints *checkpoints, uint64_t bytes)
{
    REQUIRE(checkpoints->environment != NULL);
    checkpoints->pages += PAGES_PER_WRITE + bytes / NEW_BYTES_PER_PAGE;
}

bool checkpoints_are_due(const struct checkpoints *checkpoints)
{
    REQUIRE(checkpoints->environment != NULL);
    const struct journal *journal = checkpoints->journal;
    if (atomic_load(&checkpoints->is_pending)) return false;
    return checkpoints->pages >= PAGES_MAX ||
           checkpoints->logged_bytes >= journal_ring_bytes(journal) / RING_PARTS ||
           journal_used_bytes(journal) >= journal_ring_bytes(journal) / RING_PARTS;
}

void checkpoints_note_urgency(struct checkpoints *checkpoints)
{
    REQUIRE(checkpoints->environment != NULL);
    const struct journal *journal = checkpoints->journal;
    uint64_t ring_bytes = journal_ring_bytes(journal);
    bool is_urgent = checkpoints->pages >= PAGES_MAX ||
                     journal_used_bytes(journal) >= ring_bytes - ring_bytes / URGENT_PARTS;
    atomic_store_explicit(&checkpoints->is_urgent, is_urgent, memory_order_relaxed);
}

enum status checkpoint_begin(struct checkpoints *checkpoints)
{
    REQUIRE(checkpoints->environment != NULL);
    REQUIRE(!atomic_load(&checkpoints->is_pending));
    int rc = mdb_txn_renew(checkpoints->snapshots[!checkpoints->newest]);
    if (rc != MDB_SUCCESS) return environment_status(rc);
    checkpoints->headers_size =
        checkpoint_read_headers(checkpoints->environment, checkpoints->headers);
    if (checkpoints->headers_size == 0) return STATUS_STORAGE_FAILED;
    checkpoints->mark = journal_end(checkpoints->journal);
    checkpoints->pages = 0;
    checkpoints->logged_bytes = 0;
    checkpoints->passes = 0;
    checkpoints->ahead_bytes = 0;
    atomic_store(&checkpoints->is_urgent, false);
    atomic_store(&checkpoints->is_pending, true);
    return STATUS_OK;
}

/* Whether somebody holds the lock: the caller is to. */
static bool is_locked(struct checkpoints *checkpoints)
{
    return pthread_mutex_trylock(&checkpoints->lock) == EBUSY;
}

/* The kernel reports a failed write once: if it does here, the flush will not. */
static enum status write_range(const struct environment *environment, uint64_t at, uint64_t bytes)
{
    REQUIRE(bytes >= 1);
    int fd = environment_file(environment);
    int rc = sync_file_range(fd, (off_t)at, (off_t)bytes,
                             SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                 SYNC_FILE_RANGE_WAIT_AFTER);
    return rc == 0 || errno == ENOSYS ? STATUS_OK : STATUS_STORAGE_FAILED;
}

static enum status write_piece(struct checkpoints *checkpoints, uint64_t bytes)
{
    REQUIRE(is_locked(checkpoints));
    enum status err = write_range(checkpoints->environment, checkpoints->ahead_bytes, bytes);
    checkpoints->ahead_bytes += bytes;
    if (checkpoints->ahead_bytes < environment_used_bytes(checkpoints->environment)) return err;
    checkpoints->ahead_bytes = 0;
    checkpoints->passes++;
    return err;
}

enum status checkpoint_pre_write(struct checkpoints *checkpoints, uint64_t bytes,
                                 bool *ret_is_written)
{
    REQUIRE(bytes >= 1);
    enum status err = STATUS_OK;
    pthread_mutex_lock(&checkpoints->lock);
    bool has_pieces = atomic_load(&checkpoints->is_pending) && checkpoints->passes < PASSES;
    if (has_pieces) err = write_piece(checkpoints, bytes);
    pthread_mutex_unlock(&checkpoints->lock);
    if (err == STATUS_OK) *ret_is_written = has_pieces;
    return err;
}

static enum status finish(struct checkpoints *checkpoints, bool is_closing)
{
    REQUIRE(is_locked(checkpoints));
    REQUIRE(atomic_load(&checkpoints->is_pending));
    REQUIRE(checkpoints->headers_size > 0);
    if (mdb_env_sync(checkpoints->environment->env, 1) != MDB_SUCCESS) return STATUS_STORAGE_FAILED;
    enum status err =
        journal_checkpoint(checkpoints->journal, checkpoints->mark, checkpoints->headers,
                           checkpoints->headers_size, is_closing);
    if (err != STATUS_OK) return err;
    mdb_txn_reset(checkpoints->snapshots[checkpoints->newest]);
    checkpoints->newest = !checkpoints->newest;
    return STATUS_OK;
}

enum status checkpoint_finish(struct checkpoints *checkpoints, bool is_closing)
{
    REQUIRE(checkpoints->environment != NULL);
    enum status err = STATUS_OK;
    pthread_mutex_lock(&checkpoints->lock);
    if (atomic_load(&checkpoints->is_pending)) {
        err = finish(checkpoints, is_closing);
        if (err == STATUS_OK) atomic_store(&checkpoints->is_pending, false);
    }
    pthread_mutex_unlock(&checkpoints->lock);
    return err;
}
