#include "server/offline.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "server/check/check.h"
#include "server/restore.h"
#include "server/store_copy.h"
#include "server/store_fault.h"
#include "server/upgrade_log.h"
#include "store/inspect.h"
#include "store/records.h"

enum { ROOM_BYTES = 64 << 20, JOURNAL_BYTES = 64 << 20, READERS = 1, MS_PER_S = 1000 };

/* A folder that is worked on. */
struct work {
    const struct options *options;
    const char *path; /* of the folder, or of its copy */
    struct store *store;
    int64_t begun_ms;
    int64_t step_begun_ms; /* 0: none has */
    struct upgrade_log log;
};

static int64_t now_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

static int64_t ticks_ms(void)
{
    return now_ms(CLOCK_MONOTONIC);
}

/* A line of the report: it shows at once, whatever stdout is. */
__attribute__((format(printf, 2, 3))) static void report(const char *name, const char *format, ...)
{
    va_list arguments;
    printf("%-10s", name);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static enum offline_exit complain(const char *problem)
{
    fprintf(stderr, "onsaled: %s\n", problem);
    return OFFLINE_CANT;
}

/* --- Opening ---------------------------------------------------------------------------------- */

static double seconds(int64_t from_ms, int64_t to_ms)
{
    return (double)(to_ms - from_ms) / (double)MS_PER_S;
}

static void tell_step(struct work *work, const struct store_upgrading *progress)
{
    int64_t now = ticks_ms();
    report("step", "%u of %u, %s: %" PRIu64 " records in %.1f s", progress->number + 1,
           progress->steps, progress->step, progress->done, seconds(work->step_begun_ms, now));
    work->step_begun_ms = now;
}

static void upgrading(void *context, const struct store_upgrading *progress)
{
    struct work *work = context;
    char text[UPGRADE_LOG_BYTES];
    if (work->step_begun_ms == 0) work->step_begun_ms = ticks_ms();
    if (progress->is_over)
        tell_step(work, progress);
    else if (upgrade_log_next(&work->log, progress, ticks_ms(), text))
        report("", "%s", text);
}

static enum offline_exit refuse(const struct work *work, enum status err, const char *problem)
{
    const char *folder = work->options->data;
    if (err != STATUS_STORE_DAMAGED) return complain(problem);
    report("DAMAGED", "%s", problem);
    if (work->path != folder) report("", "(%s is the copy of %s)", work->path, folder);
    return OFFLINE_DAMAGED;
}

static void report_opening(const struct work *work)
{
    uint64_t redone = store_redone_records(work->store);
    uint32_t from = store_upgraded_from(work->store);
    const char *where = work->path == work->options->data ? "" : ", in the copy";
    if (redone == 0)
        report("journal", "nothing to be done again");
    else
        report("journal", "%" PRIu64 " records done again%s: it was not stopped cleanly", redone,
               where);
    if (from == 0)
        report("format", "%u, the present one", (unsigned)STORE_FORMAT_VERSION);
    else
        report("format", "%" PRIu32 ", upgraded to %u%s", from, (unsigned)STORE_FORMAT_VERSION,
               where);
}

static enum offline_exit open_store(struct work *work)
{
    char problem[STORE_PROBLEM_BYTES] = "";
    struct store_options options = {
        .watch = &store_fault_watch,
        .path = work->path,
        .map_bytes = work->options->map_bytes,
        .room_bytes = ROOM_BYTES,
        .journal_bytes = JOURNAL_BYTES,
        .readers_max = READERS,
        .upgrading = upgrading,
        .upgrading_context = work,
        .any_shop = true,
    };
    work->log = upgrade_log_begin(ticks_ms());
    store_fault_begin(work->options->data);
    enum status err = store_open(&options, problem, &work->store);
    if (err != STATUS_OK) return refuse(work, err, problem);
    report_opening(work);
    return OFFLINE_DONE;
}

/* --- What is in it ---------------------------------------------------------------------------- */

static void report_trees(struct store_txn *txn)
{
    const char *name;
    for (unsigned tree = 0; tree < STORE_TREES; tree++) {
        uint64_t records = store_count_records(txn, tree, &name);
        report(tree == 0 ? "records" : "", "%12" PRIu64 " %s", records, name);
    }
}

static void report_check(const struct check_report *found)
{
    report("checked",
           "%" PRIu64 " seats, %" PRIu64 " reservations, %" PRIu64 " tickets, %" PRIu64
           " wallets, %" PRIu64 " queue entries, %" PRIu64 " events",
           found->seats_checked, found->reservations_checked, found->tickets_checked,
           found->wallets_checked, found->queue_entries_checked, found->events_checked);
    for (size_t i = 0; i < found->violations_count; i++)
        report("DAMAGED", "%s: %s", found->violations[i].invariant,
               found->violations[i].description);
    if (found->violations_count == VIOLATIONS_MAX) report("", "and perhaps more");
}

/* The clock of the store, if the system's is behind it. */
static unix_ms check_time(struct store_txn *txn)
{
    unix_ms clock_ms = now_ms(CLOCK_REALTIME);
    unix_ms last_ms = meta_get(txn).now_ms;
    return last_ms > clock_ms ? last_ms : clock_ms;
}

static enum status check_all(struct store_txn *txn, void *context)
{
    static struct check_report found;
    size_t *violations = context;
    struct arena arena;
    arena_init(&arena, FRAME_ARENA_BYTES_MAX);
    report_trees(txn);
    report("events", "%" PRIu64 " is the last", meta_get(txn).last_event);
    unix_ms at_ms = check_time(txn);
    if (store_txn_failure(txn) != STATUS_OK) store_txn_pass_damage(txn);
    enum status err = check_store(txn, &arena, at_ms, &found);
    if (err == STATUS_OK) report_check(&found);
    *violations = found.violations_count;
    arena_deinit(&arena);
    return err;
}

static const char *const whole[] = {
    [TASK_CHECK] = "whole: every invariant holds",
    [TASK_RESTORE] = "restored, and whole: every invariant holds",
};

static enum offline_exit check(struct work *work)
{
    size_t violations = 0;
    enum status err = store_read(work->store, check_all, &violations);
    if (err != STATUS_OK && err != STATUS_STORE_DAMAGED) return complain(status_english(err));
    bool is_damaged = err != STATUS_OK || violations > 0;
    report("result", "%s, %.1f s", is_damaged ? "damaged" : whole[work->options->task],
           seconds(work->begun_ms, ticks_ms()));
    return is_damaged ? OFFLINE_DAMAGED : OFFLINE_DONE;
}

static enum offline_exit conclude_upgrade(struct work *work)
{
    bool is_damaged = store_damage_met(work->store) > 0;
    for (unsigned i = 0; i < STORE_TREES; i++)
        if (store_damaged_tree(work->store, i) != NULL)
            report("DAMAGED",
                   "records of %s that can't be read stay as they are: --check names them",
                   store_damaged_tree(work->store, i));
    bool is_trial = work->path != work->options->data;
    report("result", "%s, %.1f s",
           store_upgraded_from(work->store) == 0 ? "nothing to upgrade"
           : is_trial                            ? "it can be upgraded; nothing was changed"
                                                 : "upgraded",
           seconds(work->begun_ms, ticks_ms()));
    return is_damaged ? OFFLINE_DAMAGED : OFFLINE_DONE;
}

/* --- Tasks ------------------------------------------------------------------------------------ */

static enum offline_exit work_on(struct work *work)
{
    report("store", "%s", work->options->data);
    enum offline_exit outcome = open_store(work);
    if (outcome != OFFLINE_DONE) return outcome;
    outcome = whole[work->options->task] != NULL ? check(work) : conclude_upgrade(work);
    store_close(work->store);
    return outcome;
}

static const char *tell_note(enum backup_note_outcome note)
{
    return note == BACKUP_NOTE_AGREES ? "as " BACKUP_NOTE_NAME " says"
                                      : "there is none to compare with";
}

/* A folder in which a server has worked is no backup any more, whatever lies in it. */
static enum offline_exit compare_with_note(const char *folder, const char *copy)
{
    char data[PATH_MAX + 16], journal[OPTION_TEXT_BYTES + 16];
    snprintf(journal, sizeof journal, "%s/onsale.journal", folder);
    snprintf(data, sizeof data, "%s/data.mdb", copy);
    if (access(journal, F_OK) == 0) return OFFLINE_DONE;
    enum backup_note_outcome note = backup_note_check(folder, data);
    if (note == BACKUP_NOTE_IS_MISSING) return OFFLINE_DONE;
    if (note == BACKUP_NOTE_AGREES)
        report("checksum", "%s", tell_note(note));
    else
        report("DAMAGED", "data.mdb is not what " BACKUP_NOTE_NAME " says");
    return note == BACKUP_NOTE_AGREES ? OFFLINE_DONE : OFFLINE_DAMAGED;
}

static enum offline_exit work_on_restored(struct work *work)
{
    const char *backup = work->options->backup;
    char problem[RESTORE_PROBLEM_BYTES];
    enum backup_note_outcome note;
    enum restore_outcome outcome = restore_copy(backup, work->path, &note, problem);
    if (outcome == RESTORE_CANT) return complain(problem);
    report("backup", "%s", backup);
    if (outcome == RESTORE_DAMAGED) {
        report("DAMAGED", "%s", problem);
        report("result", "nothing was restored");
        return OFFLINE_DAMAGED;
    }
    report("checksum", "%s", tell_note(note));
    return work_on(work);
}

static enum offline_exit work_on_copy(struct work *work)
{
    struct store_copy copy;
    char problem[STORE_COPY_PROBLEM_BYTES];
    if (!store_copy_make(work->options->data, &copy, problem)) return complain(problem);
    work->path = copy.path;
    enum offline_exit noted = compare_with_note(work->options->data, copy.path);
    enum offline_exit outcome = work_on(work);
    if (outcome == OFFLINE_DONE) outcome = noted;
    store_copy_remove(&copy);
    return outcome;
}

/* A folder in which there is none would get a new store. */
enum offline_exit offline_run(const struct options *options)
{
    struct work work = {.options = options, .path = options->data, .begun_ms = ticks_ms()};
    char problem[STORE_COPY_PROBLEM_BYTES];
    if (options->task == TASK_RESTORE) return work_on_restored(&work);
    if (options->task != TASK_UPGRADE) return work_on_copy(&work);
    if (!store_copy_find(options->data, problem)) return complain(problem);
    return work_on(&work);
}
