#include <inttypes.h>

#include "tests/e2e/cluster/callers.h"
#include "tests/e2e/cluster/notes.h"

/* What is missing or too much is told once. */
static void compare(struct charger *charger, const char *how, int64_t balance)
{
    if (balance == charger->charged) return;
    notes_wrong(balance < charger->charged ? "lost" : "twice",
                "user %" PRIu64 " has %" PRId64 " of %" PRId64 " %s", charger->user_id, balance,
                charger->charged, how);
    charger->charged = balance;
}

static bool charge(struct charger *charger)
{
    int64_t balance = 0, called_us = notes_now_us();
    const struct caller_id id = id_make();
    enum onsale_status status;
    do
        status = call_charge(charger->channel, charger->user_id, &id, 1, &balance, NULL);
    while (!callers_has_answer(status));
    if (status != ONSALE_OK) {
        notes_wrong("wrong", "a charge: %s", onsale_status_name(status));
        return false;
    }
    notes_answered(called_us, true);
    charger->charged++;
    compare(charger, "after a charge", balance);
    return true;
}

static void look(struct charger *charger, const char *how)
{
    int64_t balance = 0, called_us = notes_now_us();
    enum onsale_status status;
    do
        status = call_balance(charger->channel, charger->user_id, &balance);
    while (!callers_has_answer(status));
    if (status != ONSALE_OK) {
        notes_wrong("wrong", "a balance: %s", onsale_status_name(status));
        return;
    }
    notes_answered(called_us, false);
    compare(charger, how, balance);
}

void charger_run(struct charger *charger)
{
    while (!atomic_load(&callers_stop) && charge(charger))
        look(charger, "at the nearest");
}

void charger_verify(struct charger *charger)
{
    look(charger, "in the end");
}
