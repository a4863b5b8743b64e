/* topic.h -- What subscribers follow together: looked at again and again, and told to all of them
 * when it has changed. Inside of subscriptions.c and what watches the server for it. */
#ifndef GATEWAY_TOPIC_H
#define GATEWAY_TOPIC_H

#include "base/arena.h"
#include "gateway/loop.h"
#include "gateway/subscriptions.h"
#include "gateway/upstream.h"

enum {
    TOPIC_KEY_BYTES = 32, /* of a token those that are looked up: a longer one is unknown anyway */
    TOPIC_BUCKETS = 8 * 1024,
    WHEEL_MS = 50, /* of a slot */
    WHEEL_SLOTS = 128,
    NEWS_KINDS = NEWS_EVENTS + 1,
};

struct topic_key {
    size_t size;
    uint8_t bytes[TOPIC_KEY_BYTES];
};

struct topic {
    struct subscriptions *table;
    enum news_kind kind;
    struct topic_key key;
    struct subscription *subscribers; /* the new ones first */
    struct subscription *cursor;      /* while it is told: who is next */
    bool is_telling;
    struct topic *next_in_bucket;

    /* Looks: the topic is in a slot of the wheel, or a call is under way, or neither. */
    struct upstream_call *call;
    struct topic *previous_due, *next_due;
    size_t slot; /* WHEEL_SLOTS: none */
    int64_t made_ms;
    int64_t looked_ms;
    int64_t due_ms;  /* of a topic in a slot */
    bool is_hurried; /* something has become of it since */
    bool is_changed; /* of a QUEUE_ENTRY: its queue has changed since */
    uint64_t round;  /* of SALE: the last look that it was told of */

    /* What was told last, for those who come later; not of SEATS and EVENTS. */
    bool is_known;
    uint64_t version;
    uint8_t *message;
    size_t message_size;
    size_t message_room;
    bool has_new; /* subscribers, and waits to tell them */
    struct topic *next_welcome;

    /* Of a QUEUE_ENTRY that is known: by which events name it, and what it said beside its version.
     */
    int64_t opens_at_ms;
    bool admission_paused;
    bool estimate_unknown;
    uint32_t concert_id;
    uint64_t number;
    bool is_numbered;
    struct topic *next_numbered;
};

/** The one call of ListEvents, and where it is. */
struct feed {
    struct upstream_call *call;
    bool knows_place;
    bool is_live; /* it tells what happens, so what nothing happens to need not be looked at */
    uint64_t after;
    int64_t next_ms;
};

/** The one call of GetStats. */
struct sale_watch {
    struct upstream_call *call;
    uint64_t round;
    int64_t looked_ms;
    int64_t next_ms;
};

struct subscriptions {
    struct loop *loop;
    struct upstream *open;
    struct upstream *trusted;
    struct loop_ticker ticker;
    struct loop_task welcome;
    struct topic *welcomed; /* topics with new subscribers */
    size_t count;           /* of subscriptions */
    size_t topics_count[NEWS_KINDS];
    struct topic *buckets[TOPIC_BUCKETS];
    struct topic *numbered[TOPIC_BUCKETS];
    struct topic *wheel[WHEEL_SLOTS];
    size_t slot; /* the next one to be run */
    struct entry_wait *waits;
    struct entrance *waiting; /* those that ask at the next tick */
    struct feed feed;
    struct sale_watch sale;
    struct arena arena; /* of the answer that is looked at */
};

/** The key of what has a number. */
struct topic_key topic_key_of(uint32_t id);
uint32_t topic_id(const struct topic *topic);

/** @return NULL if there is none. */
struct topic *topic_find(const struct subscriptions *table, enum news_kind kind,
                         const struct topic_key *key);

/** Finds it or makes it: then it has no subscriber yet, and is gone when it has none again.
 * @return NULL if there is no memory. */
struct topic *topic_get(struct subscriptions *table, enum news_kind kind,
                        const struct topic_key *key);

/** Frees a topic without subscribers that is not being told. Any other is left alone. */
void topic_release(struct topic *topic);

/** Adds a subscriber. @param is_new  It is to be told what the topic has told last. */
void topic_add(struct topic *topic, struct subscription *subscription, bool is_new);

/** Takes a subscriber out; the topic may be gone then. */
void topic_remove(struct subscription *subscription);

/** Looks again after so many milliseconds, 1..WHEEL_MS * (WHEEL_SLOTS - 1). */
void topic_look_after(struct topic *topic, int64_t ms);

/** Something has become of it: looks as soon as it may again. */
void topic_hurry(struct topic *topic);

/** A queue has changed: its entries are looked at when their time between looks is over, a few at a
 * time. @param concert_id  0: all queues. */
void watch_entries_changed(struct subscriptions *table, uint32_t concert_id);

/** A sale has: likewise. */
void watch_sale_changed(struct subscriptions *table);

/** Keeps the message for those who come later, and tells all. The topic may be gone then. */
void topic_tell(struct topic *topic, struct news *news);

/** Ends every subscription. The topic may be gone then. */
void topic_end(struct topic *topic, const struct onsale_error *error);

/** Tells one subscriber. */
void subscription_tell(struct subscription *subscription, struct news *news);

/** The entry that events call so. @return NULL: nobody follows it. */
struct topic *topic_find_entry(const struct subscriptions *table, uint32_t concert_id,
                               uint64_t number);

/** Notes how events call it. */
void topic_number_entry(struct topic *topic, uint32_t concert_id, uint64_t number);

/** Whether what went wrong may be over in a moment, so that who follows something can wait. */
bool error_is_passing(const struct onsale_error *error);

/** Likewise, of who has yet to be told anything and waits since then: not for long. */
bool error_is_borne(const struct subscriptions *table, const struct onsale_error *error,
                    int64_t since_ms);

/** A call with the time that looks have.
 * @param who  A subscriber that it is made for; NULL: the last one has left. */
struct upstream_call *watch_call(struct upstream *upstream, const struct subscription *who,
                                 const struct onsale_method *method,
                                 const ProtobufCMessage *request, upstream_done *done,
                                 void *context);

/* --- What watches the server ------------------------------------------------------------------ */

/** Asks the server for a topic: of a queue entry, of seats. */
void watch_entry_look(struct topic *topic);
void watch_seats_look(struct topic *topic);

/** Once a slot. */
void watch_sale_tick(struct subscriptions *table, int64_t now_ms);
void watch_events_tick(struct subscriptions *table, int64_t now_ms);

/** Lets a subscriber in, who may be told at once and is told with all others then.
 * @return False if there is no memory. */
bool watch_seats_enter(struct subscriptions *table, struct subscription *subscription,
                       uint32_t performance_id, const uint8_t *token, size_t token_size);
bool watch_events_enter(struct subscriptions *table, struct subscription *subscription);

/** Whose it is. */
struct subscriptions *entrance_table(const struct entrance *entrance);

/** Gives up an entrance. */
void entrance_leave(struct entrance *entrance);

/** Ends waits whose time is up. */
void entry_waits_tick(struct subscriptions *table, int64_t now_ms);

/** Those that wait ask. */
void entrances_tick(struct subscriptions *table);

#endif
