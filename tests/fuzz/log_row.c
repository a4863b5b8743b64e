/* log_row.c -- A row of the log whose checksum is right and whose body is any bytes: it is damaged,
 * or has the entries that it says, of which a later version may know the kind. */
#include <string.h>

#include "base/require.h"
#include "log/row.h"
#include "tests/fuzz/fuzz.h"

struct visits {
    uint64_t next;
    size_t bytes;
};

static enum status visit(void *context, const struct log_entry *entry)
{
    struct visits *visits = context;
    REQUIRE(entry->index == visits->next++);
    REQUIRE(entry->note_size <= LOG_NOTE_BYTES_MAX);
    for (size_t i = 0; i < entry->note_size; i++)
        visits->bytes += entry->note[i] < 128;
    for (size_t i = 0; i < entry->redo_size; i++)
        visits->bytes += entry->redo[i] < 128;
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char problem[LOG_PROBLEM_BYTES] = "";
    struct log_bytes room = {0};
    struct visits visits = {.next = 7};
    struct log_row row = {.head = {.index = 7, .epoch = 1, .format = LOG_ROW_FORMAT}};
    if (size < 1) return 0;
    row.head.count = bytes[0];
    row.body = bytes + 1;
    row.head.body_size = size - 1;
    row.head.checksum = log_row_checksum(&row);
    enum status err = log_row_visit(&row, 0, UINT64_MAX, &room, visit, &visits, problem);
    REQUIRE(err == STATUS_OK || err == STATUS_LOG_DAMAGED || err == STATUS_LOG_NEWER ||
            err == STATUS_OUT_OF_MEMORY);
    REQUIRE((err == STATUS_OK) == (visits.next == 7u + bytes[0]) || bytes[0] == 0);
    REQUIRE((err == STATUS_OK) == (problem[0] == '\0'));
    log_bytes_free(&room);
    return 0;
}
