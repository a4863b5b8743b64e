#include "store/backup_note.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <lmdb.h>
#include <sha256.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "store/bytes.h"
#include "store/record_head.h"
#include "store/store_meta.h"
#include "store/tree.h"

enum { PRIVATE_MODE = 0600, NOTE_BYTES = SHA256_TEXT_BYTES + 16, TREES_MAX = 64 };

_Static_assert((int)SHA256_TEXT_BYTES == (int)SHA256_DIGEST_STRING_LENGTH, "as libmd writes it");

_Static_assert((int)TREES_MAX >= (int)TREES, "LMDB opens a store with all of its trees");
_Static_assert(offsetof(struct store_meta, last_event) == 2 * sizeof(uint64_t),
               "two fields of 8 bytes stand before it");

static bool join(const char *folder, const char *name, char ret_path[PATH_MAX])
{
    REQUIRE(name[0] != '\0');
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

/* The first fields of the counters are those of every format: time, last batch, last event. */
static uint64_t read_last_event(MDB_txn *txn, MDB_dbi meta)
{
    MDB_val key = {strlen("counters"), "counters"};
    MDB_val value;
    if (mdb_get(txn, meta, &key, &value) != MDB_SUCCESS) return 0;
    struct reader body = reader_make(value.mv_data, value.mv_size);
    uint8_t before[RECORD_HEAD_BYTES + 2 * sizeof(uint64_t)];
    reader_bytes(&body, before, sizeof before);
    return reader_u64(&body);
}

static bool find_last_event(const char *folder, uint64_t *ret_last_event)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi meta;
    if (mdb_env_create(&env) != MDB_SUCCESS) return false;
    bool ok = mdb_env_set_maxdbs(env, TREES_MAX) == MDB_SUCCESS &&
              mdb_env_open(env, folder, MDB_RDONLY | MDB_NOLOCK, 0) == MDB_SUCCESS &&
              mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == MDB_SUCCESS;
    if (ok) {
        ok = mdb_dbi_open(txn, "meta", 0, &meta) == MDB_SUCCESS;
        if (ok) *ret_last_event = read_last_event(txn, meta);
        mdb_txn_abort(txn);
    }
    mdb_env_close(env);
    return ok;
}

/* As sha256sum writes it. */
static enum status write_note(const char *path, const char *sha256)
{
    REQUIRE(strlen(sha256) == SHA256_TEXT_BYTES - 1);
    char text[NOTE_BYTES];
    int length = snprintf(text, sizeof text, "%s  data.mdb\n", sha256);
    REQUIRE(length > 0 && length < NOTE_BYTES);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE_MODE);
    if (fd < 0) return errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;
    errno = ENOSPC; /* of a write that is cut short */
    bool is_written = write(fd, text, (size_t)length) == length && fsync(fd) == 0;
    bool is_full = errno == ENOSPC;
    if (close(fd) != 0) is_written = false;
    if (is_written) return STATUS_OK;
    return is_full ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;
}

static enum status flush_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return STATUS_STORAGE_FAILED;
    enum status err = fsync(fd) == 0 ? STATUS_OK : STATUS_STORAGE_FAILED;
    close(fd);
    return err;
}

enum status backup_note_make(const char *folder, struct backup_note *ret_note)
{
    struct backup_note note = {.last_event = 0};
    char data[PATH_MAX], path[PATH_MAX];
    if (!join(folder, "data.mdb", data) || !join(folder, BACKUP_NOTE_NAME, path) ||
        chmod(data, PRIVATE_MODE) != 0 || !find_last_event(folder, &note.last_event) ||
        SHA256File(data, note.sha256) == NULL)
        return STATUS_STORAGE_FAILED;
    enum status err = write_note(path, note.sha256);
    if (err == STATUS_OK) err = flush_folder(folder);
    if (err == STATUS_OK) *ret_note = note;
    return err;
}

enum backup_note_outcome backup_note_check(const char *folder, const char *file)
{
    REQUIRE(file != NULL);
    char path[PATH_MAX];
    char noted[SHA256_TEXT_BYTES] = "";
    char found[SHA256_TEXT_BYTES];
    if (!join(folder, BACKUP_NOTE_NAME, path)) return BACKUP_NOTE_IS_MISSING;
    FILE *note = fopen(path, "re");
    if (note == NULL && errno == ENOENT) return BACKUP_NOTE_IS_MISSING;
    if (note == NULL) return BACKUP_NOTE_DIFFERS;
    bool is_read = fgets(noted, sizeof noted, note) != NULL;
    fclose(note);
    bool agrees = is_read && SHA256File(file, found) != NULL && strcmp(noted, found) == 0;
    return agrees ? BACKUP_NOTE_AGREES : BACKUP_NOTE_DIFFERS;
}
