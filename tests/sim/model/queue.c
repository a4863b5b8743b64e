#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED
#define LEFT ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT

Onsale__V1__QueueEntryStatus model_entry_status(const struct model *model,
                                                const struct model_concert *concert,
                                                const struct model_entry *entry)
{
    if (entry->status == WAITING && model_wait_is_over(model, concert, entry)) return EXPIRED;
    if (entry->status == ACTIVE && entry->expires_at_ms <= model->now_ms) return EXPIRED;
    return entry->status;
}

struct model_entry *model_newest_entry(struct model_concert *concert, uint64_t user_id)
{
    for (size_t i = concert->entries_count; i > 0; i--)
        if (concert->entries[i - 1].user_id == user_id) return &concert->entries[i - 1];
    return NULL;
}

uint32_t model_count_entries(const struct model_concert *concert,
                             Onsale__V1__QueueEntryStatus status)
{
    uint32_t count = 0;
    for (size_t i = 0; i < concert->entries_count; i++)
        if (concert->entries[i].status == status) count++;
    return count;
}

void model_end_entry(struct model_entry *entry, Onsale__V1__QueueEntryStatus status,
                     unix_ms ended_at_ms)
{
    entry->status = status;
    entry->ended_at_ms = ended_at_ms;
}

/* --- Tokens ----------------------------------------------------------------------------------- */

/* An entry that is over may be forgotten an hour later. */
static bool is_purgeable(const struct model *model, const struct model_concert *concert,
                         const struct model_entry *entry)
{
    if (model_entry_status(model, concert, entry) == WAITING) return false;
    unix_ms ended_at_ms = entry->ended_at_ms > 0 ? entry->ended_at_ms : entry->expires_at_ms;
    return ended_at_ms + QUEUE_ENTRY_KEPT_MS <= model->now_ms;
}

static bool has_token(const struct model_entry *entry, ProtobufCBinaryData token)
{
    return entry->token_known && token.len == MODEL_TOKEN_BYTES &&
           memcmp(entry->token, token.data, MODEL_TOKEN_BYTES) == 0;
}

enum status model_find_token(struct model *model, ProtobufCBinaryData token, struct answer *answer,
                             struct model_concert **ret_concert, struct model_entry **ret_entry)
{
    if (token.len == 0) return STATUS_TOKEN_MISSING;
    for (size_t i = 0; i < model->concerts_count; i++)
        for (size_t k = 0; k < model->concerts[i].entries_count; k++) {
            struct model_entry *entry = &model->concerts[i].entries[k];
            if (!has_token(entry, token)) continue;
            if (entry->purged) return STATUS_TOKEN_UNKNOWN;
            if (is_purgeable(model, &model->concerts[i], entry)) answer->purgeable = entry;
            *ret_concert = &model->concerts[i];
            *ret_entry = entry;
            return STATUS_OK;
        }
    return STATUS_TOKEN_UNKNOWN;
}

enum status model_check_active(const struct model *model, const struct model_concert *concert,
                               const struct model_entry *entry)
{
    switch (model_entry_status(model, concert, entry)) {
    case WAITING:
        return STATUS_TOKEN_NOT_ACTIVE;
    case ACTIVE:
        return STATUS_OK;
    case EXPIRED:
    case LEFT:
    case ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_UNSPECIFIED:
    case _ONSALE__V1__QUEUE_ENTRY_STATUS_IS_INT_SIZE:
    default:
        return STATUS_TOKEN_EXPIRED;
    }
}

/* --- Answers ---------------------------------------------------------------------------------- */

static uint32_t count_ahead(const struct model *model, const struct model_concert *concert,
                            const struct model_entry *entry)
{
    uint32_t count = 0;
    for (uint64_t number = 1; number < entry->number; number++)
        if (model_entry_status(model, concert, &concert->entries[number - 1]) == WAITING) count++;
    return count;
}

/* Divides and rounds up. */
static int64_t parts(int64_t whole, int64_t part)
{
    return whole <= 0 ? 0 : (whole + part - 1) / part;
}

/* From the opening on: so many admissions cost credit, and each place that is taken is free after
 * an active lifetime at the latest. */
static int64_t estimate(const struct model *model, const struct model_concert *concert,
                        uint32_t ahead)
{
    int64_t admissions = (int64_t)ahead + 1;
    unix_ms opens_at_ms = model_opens_at(model, concert);
    unix_ms from_ms = opens_at_ms > model->now_ms ? opens_at_ms : model->now_ms;
    int64_t rate_ms = parts(admissions * 1000 - model_credit_at(concert, from_ms),
                            concert->policy.admissions_per_second);
    int64_t too_many =
        admissions + model_count_entries(concert, ACTIVE) - concert->policy.active_max;
    int64_t places_ms =
        parts(too_many, concert->policy.active_max) * concert->policy.active_lifetime_ms;
    return from_ms - model->now_ms + (rate_ms > places_ms ? rate_ms : places_ms);
}

static void present_place(const struct model *model, const struct model_concert *concert,
                          const struct model_entry *entry, Onsale__V1__QueueEntry *shown)
{
    bool renews =
        concert->policy.waiting_rule == ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
    int64_t estimate_ms;
    shown->ahead = count_ahead(model, concert, entry);
    shown->position = shown->ahead + 1;
    shown->admission_paused = concert->policy.admission_paused;
    if (model_opens_at(model, concert) > model->now_ms)
        shown->opens_at_ms = model_opens_at(model, concert);
    if (concert->policy.admission_paused) /* what is left, from now or from the opening on */
        shown->expires_at_ms += (shown->opens_at_ms > 0 ? shown->opens_at_ms : model->now_ms) -
                                model_wait_begins(model, concert);
    estimate_ms = estimate(model, concert, shown->ahead);
    shown->estimate_unknown = concert->policy.admission_paused ||
                              (!renews && model->now_ms + estimate_ms >= shown->expires_at_ms);
    if (!shown->estimate_unknown) shown->estimated_wait_ms = estimate_ms;
}

static Onsale__V1__QueueEntry *present(struct arena *arena, const struct model *model,
                                       const struct model_concert *concert,
                                       const struct model_entry *entry)
{
    Onsale__V1__QueueEntry *shown = message_make(arena, &onsale__v1__queue_entry__descriptor);
    shown->concert_id = concert->concert->concert_id;
    shown->user_id = entry->user_id;
    shown->number = entry->number;
    shown->status = model_entry_status(model, concert, entry);
    shown->entered_at_ms = entry->entered_at_ms;
    shown->expires_at_ms = entry->expires_at_ms;
    if (shown->status == WAITING) present_place(model, concert, entry, shown);
    if (shown->status == WAITING || shown->status == ACTIVE)
        shown->remaining_ms = shown->expires_at_ms - model->now_ms;
    return shown;
}

/* Asking renews a waiting entry where the policy says so. */
static void renew(const struct model *model, const struct model_concert *concert,
                  struct model_entry *entry)
{
    if (model_entry_status(model, concert, entry) != WAITING) return;
    if (concert->policy.waiting_rule != ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL)
        return;
    unix_ms renewed_ms = model_wait_begins(model, concert) + concert->policy.waiting_lifetime_ms;
    if (renewed_ms > entry->expires_at_ms) entry->expires_at_ms = renewed_ms;
}

/* --- Methods ---------------------------------------------------------------------------------- */

static struct model_entry *add_entry(const struct model *model, struct model_concert *concert,
                                     uint64_t user_id)
{
    REQUIRE(concert->entries_count < MODEL_ENTRIES_MAX);
    struct model_entry *entry = &concert->entries[concert->entries_count++];
    *entry = (struct model_entry){
        .number = concert->entries_count,
        .user_id = user_id,
        .status = WAITING,
        .entered_at_ms = model->now_ms,
        .expires_at_ms = model_wait_begins(model, concert) + concert->policy.waiting_lifetime_ms,
    };
    return entry;
}

static bool is_live(const struct model *model, const struct model_concert *concert,
                    const struct model_entry *entry)
{
    Onsale__V1__QueueEntryStatus status = model_entry_status(model, concert, entry);
    return status == WAITING || status == ACTIVE;
}

enum status model_enter_queue(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__EnterQueueRequest *req = request;
    Onsale__V1__EnterQueueResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || req->concert_id == 0)
        return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    if (*model_user_block(model, req->user_id)) return STATUS_USER_BLOCKED;
    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;

    struct model_entry *entry = model_newest_entry(concert, req->user_id);
    if (entry == NULL || !is_live(model, concert, entry)) {
        entry = add_entry(model, concert, req->user_id);
        model_admit(model);
    }
    res->entry = present(answer->arena, model, concert, entry);
    answer->shown = entry;
    return STATUS_OK;
}

/* @param ret_entry  Set on STATUS_OK only. */
static enum status poll(struct model *model, ProtobufCBinaryData token, struct answer *answer,
                        Onsale__V1__QueueEntry **ret_entry)
{
    struct model_concert *concert;
    struct model_entry *entry;
    enum status err = model_find_token(model, token, answer, &concert, &entry);
    if (err != STATUS_OK) return err;
    renew(model, concert, entry);
    *ret_entry = present(answer->arena, model, concert, entry);
    return STATUS_OK;
}

enum status model_get_queue_entry(struct model *model, const void *request, void *response,
                                  struct answer *answer)
{
    const Onsale__V1__GetQueueEntryRequest *req = request;
    Onsale__V1__GetQueueEntryResponse *res = response;
    return poll(model, req->token, answer, &res->entry);
}

/* An administrator's look renews nothing. */
enum status model_look_up_queue_entry(struct model *model, const void *request, void *response,
                                      struct answer *answer)
{
    const Onsale__V1__LookUpQueueEntryRequest *req = request;
    Onsale__V1__LookUpQueueEntryResponse *res = response;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    const struct model_entry *entry = model_newest_entry(concert, req->user_id);
    if (entry == NULL || entry->purged) return STATUS_QUEUE_ENTRY_NOT_FOUND;
    if (is_purgeable(model, concert, entry)) answer->or_status = STATUS_QUEUE_ENTRY_NOT_FOUND;
    res->entry = present(answer->arena, model, concert, entry);
    return STATUS_OK;
}

enum status model_wait_queue_entry(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    const Onsale__V1__WaitQueueEntryRequest *req = request;
    Onsale__V1__WaitQueueEntryResponse *res = response;
    return poll(model, req->token, answer, &res->entry);
}

enum status model_leave_queue(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__LeaveQueueRequest *req = request;
    Onsale__V1__LeaveQueueResponse *res = response;
    struct model_concert *concert;
    struct model_entry *entry;

    enum status err = model_find_token(model, req->token, answer, &concert, &entry);
    if (err != STATUS_OK) return err;
    if (model_entry_status(model, concert, entry) == EXPIRED) return STATUS_TOKEN_EXPIRED;
    if (entry->status != LEFT) model_end_entry(entry, LEFT, model->now_ms);
    model_admit(model);
    res->entry = present(answer->arena, model, concert, entry);
    return STATUS_OK;
}

/* Who is blocked leaves every queue. */
enum status model_set_user_blocked(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    const Onsale__V1__SetUserBlockedRequest *req = request;
    Onsale__V1__SetUserBlockedResponse *res = response;
    (void)answer;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    bool *block = model_user_block(model, req->user_id);
    res->changed = *block != (bool)req->blocked;
    *block = req->blocked;
    for (size_t i = 0; i < model->concerts_count && *block; i++) {
        struct model_entry *entry = model_newest_entry(&model->concerts[i], req->user_id);
        if (entry == NULL || !is_live(model, &model->concerts[i], entry)) continue;
        model_end_entry(entry, LEFT, model->now_ms);
        res->places_ended++;
    }
    model_admit(model);
    return STATUS_OK;
}
