#include "client/command/top_page.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/output.h"
#include "client/command/text.h"

/* Lines that are always there, and those of methods and reasons where there is no more room. */
enum { METHODS_MIN = 4, REASONS_MIN = 3, METHODS_WITHOUT_LIMIT = 12 };

struct page {
    const struct top_view *view;
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

static int64_t took_ms(const struct top_view *view)
{
    return view->before == NULL ? 0 : view->now->taken_ms - view->before->taken_ms;
}

/* --- The sale --------------------------------------------------------------------------------- */

static void write_head(struct page *page)
{
    const struct top_view *view = page->view;
    const struct top_sample *now = view->now;
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
    const struct top_sample *now = page->view->now;
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
    const struct top_view *view = page->view;
    const struct top_sample *now = view->now, *before = view->before, *minute = view->minute;
    line(page, "%-18s%12s%12s%14s%14s", "", "a second", "last minute", "since start", "seats");
    for (size_t i = 0; i < TOP_COUNTS; i++) {
        uint64_t earlier = before == NULL ? now->counts[i] : before->counts[i];
        uint64_t count = now->counts[i];
        uint64_t of_minute =
            minute == NULL || minute->counts[i] > count ? 0 : count - minute->counts[i];
        line(page, "%-18s%12s%12s%14s%14s", rows[i].title,
             text_of_rate(top_rate(earlier, count, took_ms(view))).bytes,
             text_of_money((int64_t)of_minute).bytes, text_of_money((int64_t)count).bytes,
             rows[i].has_seats ? text_of_money((int64_t)now->seats_of[i]).bytes : "");
    }
}

/* --- Methods and refusals, the most frequent first ---------------------------------------------
 */

/* A name with how often it was called of late. */
struct ranked {
    size_t place; /* in the sample */
    double rate;
    uint64_t calls;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->rate != b->rate) return a->rate < b->rate ? 1 : -1;
    return (a->calls < b->calls) - (a->calls > b->calls);
}

/* Rows of which there were calls.
 * @param before  NULL: there is no sample before, and the rate is 0. */
static size_t rank(const struct top_view *view, const struct top_list *before,
                   const struct top_list *now, struct ranked ret_list[TOP_ROWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < now->count; i++) {
        const struct top_row *row = &now->rows[i];
        const struct top_row *earlier = before == NULL ? row : top_row_named(before, row->name);
        uint64_t calls = earlier == NULL ? 0 : earlier->calls;
        if (row->calls > 0)
            ret_list[count++] =
                (struct ranked){i, top_rate(calls, row->calls, took_ms(view)), row->calls};
    }
    qsort(ret_list, count, sizeof *ret_list, compare_ranked);
    return count;
}

static void write_method(struct page *page, const struct ranked *ranked)
{
    const struct top_row *now = &page->view->now->methods.rows[ranked->place];
    const struct top_row *before =
        page->view->before == NULL ? NULL : top_row_named(&page->view->before->methods, now->name);
    const struct top_spread *spread = before == NULL ? NULL : &before->took_us;
    line(page, "%-26.26s%12s%12s%12s%14s", now->name, text_of_rate(ranked->rate).bytes,
         text_of_quantile(spread, &now->took_us, 0.5).bytes,
         text_of_quantile(spread, &now->took_us, 0.99).bytes,
         text_of_money((int64_t)ranked->calls).bytes);
}

static void write_methods(struct page *page, size_t count_max)
{
    struct ranked list[TOP_ROWS_MAX];
    const struct top_view *view = page->view;
    size_t count =
        rank(view, view->before == NULL ? NULL : &view->before->methods, &view->now->methods, list);
    line(page, "%-26s%12s%12s%12s%14s", "CALLS", "a second", "half in", "99 % in", "since start");
    for (size_t i = 0; i < count_max; i++) {
        if (i < count)
            write_method(page, &list[i]);
        else if (page->height > 0)
            line(page, "%s", "");
    }
}

static void write_reasons(struct page *page, size_t count_max)
{
    struct ranked list[TOP_ROWS_MAX];
    const struct top_view *view = page->view;
    size_t count =
        rank(view, view->before == NULL ? NULL : &view->before->reasons, &view->now->reasons, list);
    double rate = view->before == NULL
                      ? 0
                      : top_rate(view->before->refused, view->now->refused, took_ms(view));
    line(page, "%-26s%12s%24s%14s", "REFUSED", text_of_rate(rate).bytes, "",
         text_of_money((int64_t)view->now->refused).bytes);
    for (size_t i = 0; i < count_max; i++) {
        if (i < count)
            line(page, "%-26.26s%12s%24s%14s", view->now->reasons.rows[list[i].place].name,
                 text_of_rate(list[i].rate).bytes, "", text_of_money((int64_t)list[i].calls).bytes);
        else if (page->height > 0)
            line(page, "%s", "");
    }
}

/* --- The server ------------------------------------------------------------------------------- */

static void write_disk(struct page *page)
{
    const struct top_sample *now = page->view->now, *before = page->view->before;
    double commands = 0;
    bool is_known =
        top_quantile(before == NULL ? NULL : &before->batch, &now->batch, 0.5, &commands);
    line(page, "Flush half in %s, 99 %% in %s   commit %s   batch of %s   %s waiting",
         text_of_quantile(before == NULL ? NULL : &before->flush_us, &now->flush_us, 0.5).bytes,
         text_of_quantile(before == NULL ? NULL : &before->flush_us, &now->flush_us, 0.99).bytes,
         text_of_quantile(before == NULL ? NULL : &before->commit_us, &now->commit_us, 0.5).bytes,
         is_known ? text_of_money((int64_t)(commands + 0.5)).bytes : "-",
         text_of_money(now->writer_waiting).bytes);
}

static void write_memory(struct page *page)
{
    const struct top_sample *now = page->view->now;
    int64_t cpu_us = page->view->before == NULL ? 0 : now->cpu_us - page->view->before->cpu_us;
    line(page,
         "Memory %s of %s (%" PRId64 " %%)   CPU %" PRId64 " %%   connections %s   long polls %s",
         text_of_bytes((uint64_t)now->memory_used).bytes,
         text_of_bytes((uint64_t)now->memory_budget).bytes,
         percent(now->memory_used, now->memory_budget), percent(cpu_us / 1000, took_ms(page->view)),
         text_of_money(now->connections).bytes, text_of_money(now->long_polls).bytes);
}

/* What wants somebody to look; the store if nothing does. */
static void write_store(struct page *page)
{
    const struct top_sample *now = page->view->now;
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
    struct page page = {view, out, width, height, 0};
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
