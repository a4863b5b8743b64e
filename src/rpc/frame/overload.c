#include "rpc/frame/overload.h"

enum {
    WINDOW_MS = 200,
    /* What serving takes at least: a call with less time left is not begun. */
    TIME_LEFT_MS = 20,
    SIGN_SHARE = 4, /* of a timeout, used up by waiting */
    REFUSALS_MANY_PERCENT = 8,
    REFUSALS_FEW_PERCENT = 3,
    SHARE_MAX = 1024,
    SHARE_MIN = SHARE_MAX / 20,
    REACH_GROWS = 10, /* a tenth a window: doubled in a second and a half */
    REACH_SHRINKS = 4,
    SERVED_PER_SLOT_MIN = 50, /* before it is known what can be served */
    FORGETS_PER_WINDOW = 64,  /* a part of it: few are served also when few come */
};

void overload_init(struct overload *overload, int64_t now_ms)
{
    *overload = (struct overload){
        .in_time_at_ms = now_ms,
        .window_ends_ms = now_ms + WINDOW_MS,
        .served_per_slot = SERVED_PER_SLOT_MIN,
        .share = SHARE_MAX / 2,
        .slots_begin_ms = now_ms,
        .reach = OVERLOAD_REACH_MIN,
        .lock = PTHREAD_MUTEX_INITIALIZER,
    };
}

void overload_deinit(struct overload *overload)
{
    pthread_mutex_destroy(&overload->lock);
}

/* What is noted of every frame is the last of much the same: so no order is kept, and nothing
 * written that is there already, for all threads have to look at it. */
static int64_t noted(const _Atomic int64_t *at_ms)
{
    return atomic_load_explicit(at_ms, memory_order_relaxed);
}

static void note(_Atomic int64_t *at_ms, int64_t now_ms)
{
    if (noted(at_ms) < now_ms) atomic_store_explicit(at_ms, now_ms, memory_order_relaxed);
}

static void note_wait(struct overload *overload, uint32_t wait_ms)
{
    if (atomic_load_explicit(&overload->wait_ms, memory_order_relaxed) != wait_ms)
        atomic_store_explicit(&overload->wait_ms, wait_ms, memory_order_relaxed);
}

/* --- how many are served, and how many are refused ---------------------------------------------
 */

static uint32_t within(uint32_t number, uint32_t least, uint32_t most)
{
    if (number < least) return least;
    return number < most ? number : most;
}

/* Of a frame that is served more calls than one may have been refused. */
static void adapt(struct overload *overload, uint32_t frames, uint32_t refusals,
                  uint32_t windows_ms)
{
    uint32_t served = refusals < frames ? frames - refusals : 0;
    uint32_t per_slot = (uint32_t)((uint64_t)served * OVERLOAD_SLOT_MS / windows_ms);
    uint32_t percent = (uint32_t)((uint64_t)refusals * 100 / frames);
    overload->served_per_slot -= overload->served_per_slot / FORGETS_PER_WINDOW;
    if (per_slot > overload->served_per_slot) overload->served_per_slot = per_slot;
    if (overload->served_per_slot < SERVED_PER_SLOT_MIN)
        overload->served_per_slot = SERVED_PER_SLOT_MIN;
    if (percent > REFUSALS_MANY_PERCENT) {
        overload->share -= overload->share / 4;
        overload->reach += overload->reach / REACH_GROWS;
    } else if (percent < REFUSALS_FEW_PERCENT) {
        overload->share += overload->share / 4;
        overload->reach -= overload->reach / REACH_SHRINKS;
    }
    overload->share = within(overload->share, SHARE_MIN, SHARE_MAX);
    overload->reach = within(overload->reach, OVERLOAD_REACH_MIN, OVERLOAD_SLOTS);
}

static void end_window(struct overload *overload, int64_t now_ms)
{
    pthread_mutex_lock(&overload->lock);
    int64_t ended_ms = now_ms - noted(&overload->window_ends_ms); /* ago, if no other thread came */
    if (ended_ms >= 0) {
        uint32_t frames = atomic_exchange(&overload->frames, 0);
        uint32_t refusals = frames > 0 ? atomic_exchange(&overload->refusals, 0) : 0;
        if (frames > 0) adapt(overload, frames, refusals, WINDOW_MS + (uint32_t)ended_ms);
        note(&overload->window_ends_ms, now_ms + WINDOW_MS);
    }
    pthread_mutex_unlock(&overload->lock);
}

static void count_frame(struct overload *overload, int64_t now_ms)
{
    if (now_ms >= noted(&overload->window_ends_ms)) end_window(overload, now_ms);
    atomic_fetch_add_explicit(&overload->frames, 1, memory_order_relaxed);
}

/* --- who is served -----------------------------------------------------------------------------
 */

static bool is_over(const struct overload *overload, int64_t now_ms)
{
    return now_ms >= noted(&overload->over_ms);
}

static void note_sign(struct overload *overload, int64_t now_ms)
{
    note(&overload->over_ms, now_ms + OVERLOAD_LASTS_MS);
}

static bool refuse(struct overload *overload)
{
    atomic_fetch_add_explicit(&overload->refusals, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&overload->refusals_in_all, 1, memory_order_relaxed);
    return false;
}

/* An overload lasts as long as there are refusals. */
static bool refuse_for_wait(struct overload *overload, int64_t now_ms)
{
    if (!is_over(overload, now_ms)) note_sign(overload, now_ms);
    return refuse(overload);
}

bool overload_admit_frame(struct overload *overload, uint32_t waited_ms, int64_t now_ms)
{
    count_frame(overload, now_ms);
    note_wait(overload, waited_ms);
    if (waited_ms <= OVERLOAD_WAIT_MS) {
        note(&overload->in_time_at_ms, now_ms);
        return true;
    }
    return is_over(overload, now_ms) || refuse_for_wait(overload, now_ms);
}

/* With so much left there is time to be answered in. */
static bool has_time(uint64_t wait_ms, uint32_t timeout_ms)
{
    uint64_t left_ms = wait_ms < timeout_ms ? timeout_ms - wait_ms : 0;
    uint32_t needed_ms =
        timeout_ms / SIGN_SHARE < TIME_LEFT_MS ? timeout_ms / SIGN_SHARE : (uint32_t)TIME_LEFT_MS;
    return left_ms > needed_ms;
}

bool overload_admit_call(struct overload *overload, uint32_t waited_ms, uint32_t timeout_ms,
                         int64_t now_ms)
{
    int64_t late_ms = now_ms - noted(&overload->in_time_at_ms);
    bool was_quiet = late_ms > OVERLOAD_LASTS_MS;
    if (waited_ms < timeout_ms / SIGN_SHARE || waited_ms <= OVERLOAD_WAIT_MS || was_quiet)
        note(&overload->in_time_at_ms, now_ms);
    else if (late_ms > OVERLOAD_SIGN_MS)
        note_sign(overload, now_ms);
    return waited_ms == 0 || has_time(waited_ms, timeout_ms) || refuse_for_wait(overload, now_ms);
}

/* What is expected may take twice as long. */
bool overload_admit_command(struct overload *overload, struct overload_command command,
                            int64_t now_ms)
{
    uint64_t wait_ms = command.waited_ms + (uint64_t)2 * command.ahead_ms;
    if (command.ahead_ms > OVERLOAD_AHEAD_MS && !is_over(overload, now_ms))
        return refuse_for_wait(overload, now_ms);
    if (!command.is_crowded && (command.ahead_ms == 0 || has_time(wait_ms, command.timeout_ms)))
        return true;
    if (command.is_crowded || command.ahead_ms >= OVERLOAD_AHEAD_LONG_MS)
        note_sign(overload, now_ms);
    return refuse(overload);
}

/* --- appointments ------------------------------------------------------------------------------
 */

/* Slots that are over are empty again, at the other end. */
static void pass_slots(struct overload *overload, int64_t now_ms)
{
    int64_t passed = (now_ms - overload->slots_begin_ms) / OVERLOAD_SLOT_MS;
    overload->slots_begin_ms += passed * OVERLOAD_SLOT_MS;
    for (int64_t i = 0; i < passed && i < OVERLOAD_SLOTS; i++) {
        overload->slots[overload->first_slot] = 0;
        overload->first_slot = (overload->first_slot + 1) % OVERLOAD_SLOTS;
    }
    uint32_t next = overload->next_slot;
    overload->next_slot = passed < next ? next - (uint32_t)passed : 0;
}

/* The first slot with room, not the one that has begun; the last one if none has. */
static uint32_t take_slot(struct overload *overload)
{
    uint32_t room = (uint32_t)((uint64_t)overload->served_per_slot * overload->share / SHARE_MAX);
    uint32_t slot = within(overload->next_slot, 1, overload->reach - 1);
    while (slot < overload->reach - 1 &&
           overload->slots[(overload->first_slot + slot) % OVERLOAD_SLOTS] >= room + 1)
        slot++;
    overload->slots[(overload->first_slot + slot) % OVERLOAD_SLOTS]++;
    overload->next_slot = slot;
    return slot;
}

/* Multiples of the golden ratio, less their whole parts, lie evenly whatever their number. Without
 * room anywhere the whole time is used. */
static uint32_t next_appointment_ms(struct overload *overload, int64_t now_ms)
{
    static const uint32_t golden = 2654435769; /* of 2^32 */
    pass_slots(overload, now_ms);
    uint32_t slot = take_slot(overload);
    uint32_t place = golden * ++overload->spread;
    bool is_full = slot == overload->reach - 1;
    uint32_t begin_ms =
        is_full ? OVERLOAD_SLOT_MS
                : slot * OVERLOAD_SLOT_MS - (uint32_t)(now_ms - overload->slots_begin_ms);
    uint32_t span_ms = is_full ? (overload->reach - 1) * OVERLOAD_SLOT_MS : OVERLOAD_SLOT_MS;
    return begin_ms + 1 + (uint32_t)((uint64_t)span_ms * place >> 32);
}

uint32_t overload_retry_after_ms(struct overload *overload, int64_t now_ms)
{
    pthread_mutex_lock(&overload->lock);
    uint32_t retry_after_ms = next_appointment_ms(overload, now_ms);
    pthread_mutex_unlock(&overload->lock);
    atomic_store_explicit(&overload->retry_after_ms, retry_after_ms, memory_order_relaxed);
    return retry_after_ms;
}
