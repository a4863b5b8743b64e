/* following.h -- Inside the subscriptions: what is followed, and by whom. A file for each kind:
 * followed_entries.c, followed_seats.c, followed_events.c. */
#ifndef GATEWAY_FOLLOWING_H
#define GATEWAY_FOLLOWING_H

#include <onsale/onsale.h>

#include "gateway/loop.h"
#include "gateway/subscriptions.h"
#include "gateway/upstream.h"

enum {
    POLL_MS = 1000,         /* between the polls of one thing */
    LOOK_MS = 100,          /* between looks at what is due */
    POLL_TIMEOUT_MS = 5000, /* of a poll that is answered at once */
    UNSENT_MAX = 64 * 1024, /* who has more waiting gets no old events for now */
};

struct entry_wait;
struct followed_entry;
struct followed_seats;

struct subscription {
    struct subscriptions *all;
    struct subscriber subscriber;
    struct subscription *previous, *next; /* in the list of what it follows */
    struct followed_entry *entry;         /* one of these two, or neither: events */
    struct followed_seats *seats;

    /* Of seats and events: what it has got. */
    struct upstream_call *catch_up; /* a call of its own is under way */
    uint64_t known;                 /* version, or number of the last event */
    bool is_current;                /* gets what the shared poll brings */
    bool has_first;                 /* something was told */
    uint8_t token[ONSALE_TOKEN_BYTES];
    size_t token_size;
};

/** Queue entries that are followed, in the order in which they were polled. */
struct followed_entries {
    struct followed_entry *oldest;
    struct followed_entry *newest;
    size_t count;
    struct followed_entry **by_token;
    struct followed_entry **by_number; /* of concert and entry, once they are known */
};

/** The events, and who follows them. */
struct followed_events {
    struct upstream_call *poll;
    struct subscription *subscriptions;
    uint64_t known; /* number of the last event that the poll has brought */
    bool is_started;
    int64_t failed_ms; /* when the last poll failed; 0: it did not */
};

struct subscriptions {
    struct loop *loop;
    struct upstream *upstream;
    struct loop_ticker ticker;
    struct followed_entries entries;
    struct followed_seats *seats;
    struct followed_events events;
    struct entry_wait *waits;
    size_t count; /* of subscriptions */
    bool has_ended;
    struct onsale_error end; /* why */
};

/** A subscription of nothing yet. @return NULL if there is no memory. */
struct subscription *subscription_open(struct subscriptions *all,
                                       const struct subscriber *subscriber);

/** Puts it at the head of a list, or takes it out. */
void subscription_link(struct subscription **list, struct subscription *subscription);
void subscription_unlink(struct subscription **list, struct subscription *subscription);

/** Frees it; it is in no list any more. */
void subscription_free(struct subscription *subscription);

/** Takes all out of a list and tells them that it has ended. */
void subscriptions_end_list(struct subscription **list, const struct onsale_error *error);

/** Whether a poll that has failed is to be made again. */
bool poll_may_heal(const struct onsale_error *error);

bool followed_entries_open(struct followed_entries *entries);
void followed_entries_close(struct followed_entries *entries);
void followed_entries_look(struct subscriptions *all, int64_t now_ms);
void followed_entries_end(struct subscriptions *all, const struct onsale_error *error);
void followed_entry_leave(struct subscription *subscription);

/** The events say that something has become of an entry: it is asked for at once. */
void followed_entries_hint(struct subscriptions *all, uint32_t concert_id, uint64_t number);

/** Ends waits whose time is up. */
void entry_waits_look(struct subscriptions *all, int64_t now_ms);

void followed_seats_look(struct subscriptions *all, int64_t now_ms);
void followed_seats_end(struct subscriptions *all, const struct onsale_error *error);
void followed_seats_leave(struct subscription *subscription);

void followed_events_look(struct subscriptions *all, int64_t now_ms);
void followed_events_end(struct subscriptions *all, const struct onsale_error *error);
void followed_events_leave(struct subscription *subscription);

#endif
