#include "server/clock_log.h"

#include <stdio.h>

/* Much worse is twice as far. */
enum { WORSE = 2 };

static long long seconds(int64_t span_ms)
{
    return (long long)(span_ms / MS_PER_SECOND);
}

static bool is_worse(int64_t before_ms, int64_t now_ms)
{
    return now_ms > 0 && (before_ms == 0 || now_ms / WORSE >= before_ms);
}

static bool tell_jump(struct clock_log *log, int64_t jumped_ms, char *ret_text)
{
    log->jumped_ms = jumped_ms;
    snprintf(ret_text, CLOCK_LOG_BYTES,
             "the system clock has jumped ahead by %lld s: writes are refused, and time goes on as "
             "before, until the clock is set right or 'onsale admin confirm-clock' says that it is",
             seconds(jumped_ms));
    return true;
}

static bool tell_behind(struct clock_log *log, int64_t behind_ms, char *ret_text)
{
    log->behind_ms = behind_ms;
    snprintf(ret_text, CLOCK_LOG_BYTES,
             "the system clock is %lld s behind the server's time, which stands still until it has "
             "caught up: nothing expires meanwhile",
             seconds(behind_ms));
    return true;
}

/* One trouble may give way to the other: what begins says that the other is over. */
bool clock_log_next(struct clock_log *log, struct clock_view view, char ret_text[CLOCK_LOG_BYTES])
{
    bool had_jumped = log->jumped_ms > 0;
    bool was_behind = log->behind_ms > 0;
    if (view.jumped_ms == 0) log->jumped_ms = 0;
    if (view.behind_ms == 0) log->behind_ms = 0;
    if (is_worse(log->jumped_ms, view.jumped_ms)) return tell_jump(log, view.jumped_ms, ret_text);
    if (is_worse(log->behind_ms, view.behind_ms)) return tell_behind(log, view.behind_ms, ret_text);
    bool is_over = (had_jumped && view.jumped_ms == 0) || (was_behind && view.behind_ms == 0);
    if (is_over)
        snprintf(ret_text, CLOCK_LOG_BYTES, "the system clock is followed again%s",
                 had_jumped ? ": writes are served" : "");
    return is_over;
}
