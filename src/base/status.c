#include "base/status.h"

#include <stddef.h>
#include <string.h>

enum grpc_code {
    GRPC_UNSPECIFIED = 0,
    GRPC_CANCELLED = 1,
    GRPC_UNKNOWN = 2,
    GRPC_INVALID_ARGUMENT = 3,
    GRPC_DEADLINE_EXCEEDED = 4,
    GRPC_NOT_FOUND = 5,
    GRPC_ALREADY_EXISTS = 6,
    GRPC_PERMISSION_DENIED = 7,
    GRPC_RESOURCE_EXHAUSTED = 8,
    GRPC_FAILED_PRECONDITION = 9,
    GRPC_OUT_OF_RANGE = 11,
    GRPC_UNIMPLEMENTED = 12,
    GRPC_INTERNAL = 13,
    GRPC_UNAVAILABLE = 14,
    GRPC_DATA_LOSS = 15,
    GRPC_UNAUTHENTICATED = 16,
};

enum retry { FINAL, RETRY };

struct row {
    enum grpc_code code;
    enum retry retry;
    const char *name;
    const char *english;
    const char *korean;
};

/* By number; those without a name are no status. */
static const struct row rows[] = {
#define STATUS(name, number, code, retry, english, korean)                                         \
    [number] = {GRPC_##code, retry, #name, english, korean},
#include "base/statuses.def"
#undef STATUS
};

/* As statuses.def says. */
enum { NOT_SENT_FIRST = 80, NOT_SENT_LAST = 109 };

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS == (int)STATUS_NUMBERS, "the last status is just below it");

static const struct row *row_of(enum status status)
{
    size_t i = (size_t)status;
    return i < ROWS && rows[i].name != NULL ? &rows[i] : &rows[STATUS_INTERNAL];
}

const char *status_name(enum status status)
{
    return row_of(status)->name;
}

int status_grpc_code(enum status status)
{
    return (int)row_of(status)->code;
}

bool status_is_sent(enum status status)
{
    bool is_of_others = (int)status >= NOT_SENT_FIRST && (int)status <= NOT_SENT_LAST;
    return status != STATUS_OK && (!is_of_others || status == STATUS_STORE_DAMAGED);
}

bool status_may_retry(enum status status)
{
    return row_of(status)->retry == RETRY;
}

const char *status_english(enum status status)
{
    return row_of(status)->english;
}

const char *status_korean(enum status status)
{
    return row_of(status)->korean;
}

enum status status_from_name(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].name != NULL && rows[i].name[0] == name[0] && strcmp(rows[i].name, name) == 0)
            return (enum status)i;
    return STATUS_INTERNAL;
}
