#include "store/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"
#include "store/transaction.h"

enum { HEADER_PAGES = 2, PIECE_BYTES = 1024 * 1024, PASSES = 3 };

/* Half of the ring, or so many pages: what is written again after a crash stays small, and so
 * does the part of the data file that waits for the checkpoint to be used again. */
enum { RING_PARTS = 2, PAGES_MAX = 32 * 1024, PAGES_PER_WRITE = 24, NEW_BYTES_PER_PAGE = 1024 };

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

enum status checkpoint_restore(const char *data_file, const struct journal *journal)
{
    size_t size;
    const void *headers = journal_state(journal, &size);
    int fd = open(data_file, O_RDWR | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? STATUS_STORE_DAMAGED : STATUS_STORAGE_FAILED;
    enum status err = check_file(fd, headers, size);
    if (err == STATUS_OK && (pwrite(fd, headers, size, 0) != (ssize_t)size || fdatasync(fd) != 0))
        err = STATUS_STORAGE_FAILED;
    close(fd);
    return err;
}

size_t checkpoint_read_headers(MDB_env *env, uint8_t ret_headers[JOURNAL_STATE_BYTES_MAX])
{
    MDB_stat stat;
    int fd;
    REQUIRE(mdb_env_stat(env, &stat) == MDB_SUCCESS);
    REQUIRE(mdb_env_get_fd(env, &fd) == MDB_SUCCESS);
    size_t size = (size_t)HEADER_PAGES * stat.ms_psize;
    REQUIRE(size <= JOURNAL_STATE_BYTES_MAX);
    return pread(fd, ret_headers, size, 0) == (ssize_t)size ? size : 0;
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

enum status checkpoints_init(struct checkpoints *checkpoints, MDB_env *env, struct journal *journal)
{
    checkpoints->env = env;
    checkpoints->journal = journal;
    pthread_mutex_init(&checkpoints->lock, NULL);
    for (unsigned i = 0; i < 2; i++) {
        int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &checkpoints->snapshots[i]);
        if (rc != MDB_SUCCESS) return store_status(rc);
    }
    checkpoints->newest = 0;
    mdb_txn_reset(checkpoints->snapshots[1]);
    return STATUS_OK;
}

void checkpoints_deinit(struct checkpoints *checkpoints)
{
    if (checkpoints->env == NULL) return;
    for (unsigned i = 0; i < 2; i++)
        mdb_txn_abort(checkpoints->snapshots[i]);
    pthread_mutex_destroy(&checkpoints->lock);
}

void checkpoints_count(struct checkpoints *checkpoints, uint64_t bytes)
{
    checkpoints->pages += PAGES_PER_WRITE + bytes / NEW_BYTES_PER_PAGE;
}

bool checkpoints_are_due(const struct checkpoints *checkpoints)
{
    const struct journal *journal = checkpoints->journal;
    return checkpoints->pages >= PAGES_MAX ||
           journal_used_bytes(journal) >= journal_ring_bytes(journal) / RING_PARTS;
}

enum status checkpoint_begin(struct checkpoints *checkpoints)
{
    REQUIRE(!atomic_load(&checkpoints->is_pending));
    int rc = mdb_txn_renew(checkpoints->snapshots[!checkpoints->newest]);
    if (rc != MDB_SUCCESS) return store_status(rc);
    checkpoints->headers_size = checkpoint_read_headers(checkpoints->env, checkpoints->headers);
    if (checkpoints->headers_size == 0) return STATUS_STORAGE_FAILED;
    checkpoints->mark = journal_end(checkpoints->journal);
    checkpoints->pages = 0;
    atomic_store(&checkpoints->is_pending, true);
    return STATUS_OK;
}

/* One piece is being written while the next is handed over. */
static void write_in_pieces(const struct checkpoints *checkpoints, int fd)
{
    uint64_t bytes = store_used_bytes(checkpoints->env);
    for (uint64_t at = 0; at < bytes && !checkpoints->is_awaited; at += PIECE_BYTES) {
        sync_file_range(fd, (off_t)(at + PIECE_BYTES), PIECE_BYTES, SYNC_FILE_RANGE_WRITE);
        sync_file_range(fd, (off_t)at, PIECE_BYTES,
                        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                            SYNC_FILE_RANGE_WAIT_AFTER);
    }
}

/* A flush of all at once would keep the disk from the journal for as long as it takes. What is
 * written meanwhile is less in each pass. */
static void write_ahead(const struct checkpoints *checkpoints)
{
    int fd;
    REQUIRE(mdb_env_get_fd(checkpoints->env, &fd) == MDB_SUCCESS);
    for (int pass = 0; pass < PASSES; pass++)
        write_in_pieces(checkpoints, fd);
}

static enum status finish(struct checkpoints *checkpoints, bool is_closing)
{
    write_ahead(checkpoints);
    if (mdb_env_sync(checkpoints->env, 1) != MDB_SUCCESS) return STATUS_STORAGE_FAILED;
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
    enum status err = STATUS_OK;
    pthread_mutex_lock(&checkpoints->lock);
    if (atomic_load(&checkpoints->is_pending)) {
        err = finish(checkpoints, is_closing);
        if (err == STATUS_OK) atomic_store(&checkpoints->is_pending, false);
        checkpoints->is_awaited = false;
    }
    pthread_mutex_unlock(&checkpoints->lock);
    return err;
}
