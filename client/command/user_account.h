/* user_account.h -- All that the server knows of a user, gathered by several calls: so it is no
 * single moment. */
#ifndef CLIENT_COMMAND_USER_ACCOUNT_H
#define CLIENT_COMMAND_USER_ACCOUNT_H

#include "client/command/command.h"
#include "client/command/event_tail.h"

/** The newest place in one queue. */
struct user_place {
    const Onsale__V1__Concert *concert;
    Onsale__V1__LookUpQueueEntryResponse *entry;
};

/** A performance that the user has seats of. */
struct user_date {
    uint32_t performance_id;
    Onsale__V1__LookUpPerformanceResponse *about;
};

/** Zeroed but for `user_id` to begin with. Free it with user_account_free. */
struct user_account {
    uint64_t user_id;
    int64_t balance;
    bool is_blocked;
    int64_t charged; /* all of it */
    int64_t paid;
    size_t places_count;
    struct user_place *places;
    size_t holds_count;
    Onsale__V1__Reservation **holds; /* those that are HELD */
    size_t tickets_count;
    Onsale__V1__Ticket **tickets;
    size_t dates_count;
    struct user_date *dates;
    size_t answers_count; /* that the others borrow from */
    ProtobufCMessage **answers;
    struct event_tail history; /* not filled by user_account_get */
};

/** Asks for everything but the history.
 * @return ONSALE_OK; else what run->error tells. What was gathered is there in any case. */
enum onsale_status user_account_get(struct run *run, struct user_account *account);

void user_account_free(struct user_account *account);

/** The date of a hold or ticket of the account. */
const Onsale__V1__LookUpPerformanceResponse *user_account_date(const struct user_account *account,
                                                               uint32_t performance_id);

#endif
