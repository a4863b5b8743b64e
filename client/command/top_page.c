#include "client/command/top_page.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/require.h"
#include "client/command/output.h"
#include "client/command/text.h"

/* Lines that are always there, and those of methods and reasons where there is no more room. */
enum { METHODS_MIN = 4, REASONS_MIN = 3, METHODS_WITHOUT_LIMIT = 12 };

struct page {
    const struct top_view *view;
    const struct top_sample *now;
    const struct top_sample *before; /* nothing if there is none yet */
    int64_t took_ms;                 /* from before until now; 0 if there is none */
    FILE *out;
    size_t width;
    size_t height; /* 0: there is no limit */
    size_t lines;
};

/* As many characters as fit. */
__attribute__((format(printf, 2, 3))) static void line(struct page *page, const char *format, ...)
{
    char *text;
    size_t length;
    va_list values;
    if (page->height > 0 && page->lines + 1 >= page->height) return; /* the last is the notice's */
    va_start(values, format);
    REQUIRE(vasprintf(&text, format, values) >= 0);
    va_end(values);
    const char *rest = text;
    const char *first = text_take_line(&rest, page->width, &length);
    output_print(page->out, "%.*s", first == NULL ? 0 : (int)length, first == NULL ? "" : first);
    fputc('\n', page->out);
    page->lines++;
    free(text);
}

/* --- Numbers ---------------------------------------------------------------------------------- */

static struct text text_of_rate(double rate)
{
    struct text text;
    if (rate >= 9.95 || rate == 0) return text_of_money((int64_t)(rate + 0.5));
    snprintf(text.bytes, sizeof text.bytes, "%.1f", rate);
    return text;
}

static struct text text_of_quantile(const struct top_spread *before, const struct top_spread *now,
                                    double quantile)
{
    double us;
    return top_quantile(before, now, quantile, &us) ? text_of_latency((uint64_t)(us * 1000))
                                                    : (struct text){"-"};
}

static int64_t percent(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (int64_t)((double)part * 100 / (double)whole + 0.5);
}

/* --- The sale --------------------------------------------------------------------------------- */

static void write_head(struct page *page)
{
    const struct top_view *view = page->view;
    const struct top_sample *now = page->now;
    line(page, "%s   %s   onsaled %s, up %s", text_of_second(view->clock_ms).bytes, view->title,
         now->version, text_of_span(view->clock_ms - now->started_at_ms).bytes);
}

static const char *word_of_admission(const struct top_sample *now)
{
    if (now->queues_open == now->queues) return "on";
    return now->queues_open == 0 ? "off" : "partly on";
}

static const char *word_of_stops(const struct top_sample *now)
{
    if (now->holding_stopped > 0 && now->paying_stopped > 0) return "   HOLDING AND PAYING STOPPED";
    if (now->holding_stopped > 0) return "   HOLDING STOPPED";
    return now->paying_stopped > 0 ? "   PAYING STOPPED" : "";
}

static void write_queue_and_seats(struct page *page)
{
    const struct top_sample *now = page->now;
    int64_t taken = now->seats - now->available;
    line(page, "Queue  waiting %s   active %s of %s   admission %s%s",
         text_of_money(now->waiting).bytes, text_of_money(now->active).bytes,
         text_of_money(now->active_limit).bytes, word_of_admission(now), word_of_stops(now));
    line(page, "Seats  taken %s of %s (%" PRId64 " %%)   left %s", text_of_money(taken).bytes,
         text_of_money(now->seats).bytes, percent(taken, now->seats),
         text_of_money(now->available).bytes);
}

static void write_counts(struct page *page)
{
    static const struct {
        const char *title;
        bool has_seats;
    } rows[TOP_COUNTS] = {
        [TOP_ENTERED] = {"entered the queue", false},
        [TOP_ADMITTED] = {"admitted", false},
        [TOP_HELD] = {"holds", true},
        [TOP_PAID] = {"paid", true},
        [TOP_CANCELLED] = {"given back", true},
        [TOP_EXPIRED] = {"holds expired", true},
        [TOP_LEFT_QUEUE] = {"left the queue", false},
    };
    const struct top_sample *now = page->now, *minute = page->view->minute;
    if (minute == NULL) minute = now;
    line(page, "%-18s%12s%12s%14s%14s", "", "a second", "last minute", "since start", "seats");
    for (size_t i = 0; i < TOP_COUNTS; i++) {
        uint64_t count = now->counts[i];
        uint64_t of_minute = minute->counts[i] > count ? 0 : count - minute->counts[i];
        line(page, "%-18s%12s%12s%14s%14s", rows[i].title,
             text_of_rate(top_rate(page->before->counts[i], count, page->took_ms)).bytes,
             text_of_money((int64_t)of_minute).bytes, text_of_money((int64_t)count).bytes,
             rows[i].has_seats ? text_of_money((int64_t)now->seats_of[i]).bytes : "");
    }
}

/* --- Methods and refusals, the most frequent first ---------------------------------------------
 */

/* A row with how often it was called of late. */
struct ranked {
    const struct top_row *row;
    const struct top_row *before; /* NULL: it is new */
    double rate;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    uint64_t calls = a->row->calls, other_calls = b->row->calls;
    if (a->rate != b->rate) return a->rate < b->rate ? 1 : -1;
    return (calls < other_calls) - (calls > other_calls);
}

/* Rows of which there were calls. */
static size_t rank(const struct page *page, const struct top_list *before,
                   const struct top_list *now, struct ranked ret_list[TOP_ROWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < now->count; i++) {
        const struct top_row *row = &now->rows[i];
        const struct top_row *earlier = top_row_named(before, row->name);
        uint64_t calls = earlier == NULL ? 0 : earlier->calls;
        if (row->calls > 0)
            ret_list[count++] =
                (struct ranked){row, earlier, top_rate(calls, row->calls, page->took_ms)};
    }
    qsort(ret_list, count, sizeof *ret_list, compare_ranked);
    return count;
}

/* @param has_times  Whether it is known how long the calls took. */
static void write_row(struct page *page, const struct ranked *ranked, bool has_times)
{
    const struct top_spread *now = &ranked->row->took_us;
    const struct top_spread *before = ranked->before == NULL ? NULL : &ranked->before->took_us;
    line(page, "%-26.26s%12s%12s%12s%14s", ranked->row->name, text_of_rate(ranked->rate).bytes,
         has_times ? text_of_quantile(before, now, 0.5).bytes : "",
         has_times ? text_of_quantile(before, now, 0.99).bytes : "",
         text_of_money((int64_t)ranked->row->calls).bytes);
}

static void write_list(struct page *page, const struct top_list *before, const struct top_list *now,
                       bool has_times, size_t count_max)
{
    struct ranked list[TOP_ROWS_MAX];
    size_t count = rank(page, before, now, list);
    for (size_t i = 0; i < count_max; i++) {
        if (i < count)
            write_row(page, &list[i], has_times);
        else if (page->height > 0)
            line(page, "%s", "");
    }
}

static void write_methods(struct page *page, size_t count_max)
{
    line(page, "%-26s%12s%12s%12s%14s", "CALLS", "a second", "half in", "99 % in", "since start");
    write_list(page, &page->before->calls.methods, &page->now->calls.methods, true, count_max);
}

static void write_reasons(struct page *page, size_t count_max)
{
    const struct top_calls *before = &page->before->calls, *now = &page->now->calls;
    line(page, "%-26s%12s%24s%14s", "REFUSED",
         text_of_rate(top_rate(before->refused, now->refused, page->took_ms)).bytes, "",
         text_of_money((int64_t)now->refused).bytes);
    write_list(page, &before->reasons, &now->reasons, false, count_max);
}

/* --- The server ------------------------------------------------------------------------------- */

static void write_disk(struct page *page)
{
    const struct top_sample *now = page->now, *before = page->before;
    double commands = 0;
    bool is_known = top_quantile(&before->batch, &now->batch, 0.5, &commands);
    line(page, "Flush half in %s, 99 %% in %s   commit %s   batch of %s   %s waiting",
         text_of_quantile(&before->flush_us, &now->flush_us, 0.5).bytes,
         text_of_quantile(&before->flush_us, &now->flush_us, 0.99).bytes,
         text_of_quantile(&before->commit_us, &now->commit_us, 0.5).bytes,
         is_known ? text_of_money((int64_t)(commands + 0.5)).bytes : "-",
         text_of_money(now->writer_waiting).bytes);
}

static void write_memory(struct page *page)
{
    const struct top_sample *now = page->now;
    int64_t cpu_ms = (now->cpu_us - page->before->cpu_us) / 1000;
    line(page,
         "Memory %s of %s (%" PRId64 " %%)   CPU %" PRId64 " %%   connections %s   long polls %s",
         text_of_bytes((uint64_t)now->memory_used).bytes,
         text_of_bytes((uint64_t)now->memory_budget).bytes,
         percent(now->memory_used, now->memory_budget), percent(cpu_ms, page->took_ms),
         text_of_money(now->connections).bytes, text_of_money(now->long_polls).bytes);
}

/* What wants somebody to look; the store if nothing does. */
static void write_store(struct page *page)
{
    const struct top_sample *now = page->now;
    if (now->clock_jumped_ms > 0)
        line(page, "CLOCK JUMPED AHEAD by %s: writes are refused: onsale admin confirm-clock",
             text_of_span(now->clock_jumped_ms).bytes);
    else if (now->has_room == 0)
        line(page, "NO ROOM in the store: writes are refused");
    else if (now->damage_met > 0)
        line(page, "DAMAGED records were met %" PRId64 " times: onsale admin check",
             now->damage_met);
    else if (now->clock_behind_ms > 0)
        line(page, "CLOCK BEHIND by %s: time stands still",
             text_of_span(now->clock_behind_ms).bytes);
    else
        line(page, "Store  %s of %s   journal %" PRId64 " %%",
             text_of_bytes((uint64_t)now->store_used).bytes,
             text_of_bytes((uint64_t)now->store_limit).bytes,
             percent(now->journal_used, now->journal_limit));
}

size_t top_page_write(const struct top_view *view, size_t width, size_t height, FILE *out)
{
    static struct top_sample nothing;
    struct page page = {
        .view = view, .now = view->now, .out = out, .width = width, .height = height};
    page.before = view->before == NULL ? &nothing : view->before;
    page.took_ms = view->before == NULL ? 0 : view->now->taken_ms - view->before->taken_ms;
    size_t spare = height > TOP_HEIGHT_MIN ? height - TOP_HEIGHT_MIN : 0;
    size_t methods = height == 0 ? METHODS_WITHOUT_LIMIT : METHODS_MIN + (spare + 1) / 2;
    size_t reasons = height == 0 ? TOP_ROWS_MAX : REASONS_MIN + spare / 2;
    write_head(&page);
    write_queue_and_seats(&page);
    write_counts(&page);
    write_methods(&page, methods);
    write_reasons(&page, reasons);
    write_disk(&page);
    write_memory(&page);
    write_store(&page);
    page.height = 0;
    if (view->notice != NULL) line(&page, "%s", view->notice);
    return page.lines;
}
