/* top.c -- onsale admin top */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/connection.h"
#include "client/command/failure.h"
#include "client/command/output.h"
#include "client/command/text.h"
#include "client/command/top_page.h"
#include "client/command/top_screen.h"

enum {
    EVERY_MS = 1000,
    SAMPLES_KEPT = 61,
    MINUTE_MS = 60 * 1000,
    TELL_MS = 5 * 1000,
    TITLE_BYTES = 256
};

/* What an answer is made of, on a thread of the channel. */
struct asking {
    pthread_mutex_t lock;
    int done_fd; /* readable when the call has ended */
    uint32_t concert_id;
    struct top_sample *sample; /* NULL: it was refused */
    struct onsale_error error;
};

struct top {
    struct run *run;
    struct asking asking;
    struct top_screen screen;
    bool is_screen; /* else pages follow one another */
    bool is_once;
    bool is_asked; /* a call is under way */
    struct onsale_call_id call;
    char title[TITLE_BYTES];
    char notice[TITLE_BYTES];
    int64_t notice_until_ms;
    bool is_away;
    int64_t every_ms;
    int64_t next_ms; /* when to ask again */
    size_t samples_count;
    struct top_sample *samples[SAMPLES_KEPT]; /* the newest last */
};

/* --- Asking ----------------------------------------------------------------------------------- */

static struct top_sample *sample_of(const ProtobufCMessage *answer, uint32_t concert_id)
{
    struct top_sample *sample = malloc(sizeof *sample);
    REQUIRE(sample != NULL);
    top_sample_read(sample, (const void *)answer, concert_id, onsale_now_ms());
    return sample;
}

static void answered(void *context, const struct onsale_error *error,
                     const ProtobufCMessage *response)
{
    struct asking *asking = context;
    struct top_sample *sample = response == NULL ? NULL : sample_of(response, asking->concert_id);
    pthread_mutex_lock(&asking->lock);
    asking->sample = sample;
    if (error != NULL) asking->error = *error;
    pthread_mutex_unlock(&asking->lock);
    eventfd_write(asking->done_fd, 1);
}

static void ask(struct top *top)
{
    static const Onsale__V1__GetMetricsRequest request = ONSALE__V1__GET_METRICS_REQUEST__INIT;
    if (top->is_asked) return;
    top->is_asked = true;
    top->call = onsale_channel_call_async(top->run->channel, &onsale_admin_get_metrics_method,
                                          &request.base, NULL, answered, &top->asking);
}

/* Nobody writes to `top` any more. */
static void stop_asking(struct top *top)
{
    eventfd_t count;
    if (top->is_asked) {
        onsale_channel_cancel(top->run->channel, top->call);
        eventfd_read(top->asking.done_fd, &count);
    }
    free(top->asking.sample);
    close(top->asking.done_fd);
}

/* --- Samples ---------------------------------------------------------------------------------- */

static void forget_samples(struct top *top)
{
    for (size_t i = 0; i < top->samples_count; i++)
        free(top->samples[i]);
    top->samples_count = 0;
}

static void keep_sample(struct top *top, struct top_sample *sample)
{
    if (top->samples_count == SAMPLES_KEPT) {
        free(top->samples[0]);
        memmove(top->samples, top->samples + 1, (SAMPLES_KEPT - 1) * sizeof *top->samples);
        top->samples_count--;
    }
    top->samples[top->samples_count++] = sample;
}

static const struct top_sample *newest(const struct top *top)
{
    return top->samples_count == 0 ? NULL : top->samples[top->samples_count - 1];
}

/* The newest that is a minute old; the oldest if none is. */
static const struct top_sample *of_a_minute_ago(const struct top *top)
{
    const struct top_sample *found = top->samples[0];
    for (size_t i = 1; i < top->samples_count; i++)
        if (newest(top)->taken_ms - top->samples[i]->taken_ms >= MINUTE_MS) found = top->samples[i];
    return found;
}

static void tell(struct top *top, const char *text)
{
    snprintf(top->notice, sizeof top->notice, "%s", text);
    top->notice_until_ms = onsale_now_ms() + TELL_MS;
    if (!top->is_screen) output_line(stderr, "%s", text);
}

static void take_sample(struct top *top, struct top_sample *sample)
{
    bool is_new_server = newest(top) != NULL && newest(top)->started_at_ms != sample->started_at_ms;
    if (is_new_server) forget_samples(top);
    if (is_new_server)
        tell(top, "connected again: the server was started anew, and counts from 0");
    else if (top->is_away)
        tell(top, "connected again");
    top->is_away = false;
    keep_sample(top, sample);
}

static void take_failure(struct top *top, const struct onsale_error *error)
{
    char text[TITLE_BYTES];
    snprintf(text, sizeof text, "waiting for the server ... (%s)",
             onsale_status_text(error->status));
    if (!top->is_away) tell(top, text);
    top->is_away = true;
}

/* --- Showing ---------------------------------------------------------------------------------- */

static const char *notice_of(const struct top *top)
{
    if (top->is_away || onsale_now_ms() < top->notice_until_ms) return top->notice;
    return top->is_screen ? "q ends" : NULL;
}

static void show(struct top *top)
{
    char *text;
    size_t size;
    struct terminal terminal = terminal_of(stdout);
    if (newest(top) == NULL) return;
    struct top_view view = {
        .title = top->title,
        .now = newest(top),
        .before = top->samples_count < 2 ? NULL : top->samples[top->samples_count - 2],
        .minute = top->samples_count < 2 ? NULL : of_a_minute_ago(top),
        .clock_ms = clock_now_ms(),
        .notice = notice_of(top),
    };
    FILE *page = open_memstream(&text, &size);
    REQUIRE(page != NULL);
    top_page_write(&view, terminal.width, top->is_screen ? terminal.height : 0, page);
    fclose(page);
    if (top->is_screen)
        top_screen_show(text);
    else
        output_again(stdout, text);
    if (!top->is_screen && !top->is_once) fputc('\n', stdout);
    fflush(stdout);
    free(text);
}

static bool name_sale(struct top *top)
{
    uint32_t concert_id = top->asking.concert_id;
    snprintf(top->title, sizeof top->title, "all concerts");
    if (concert_id == 0) return true;
    const Onsale__V1__GetConcertResponse *answer =
        run_look_up(top->run, &onsale_catalog_get_concert_method, "concert_id", concert_id);
    if (answer == NULL) return false;
    snprintf(top->title, sizeof top->title, "%u %s", concert_id, answer->concert->title);
    return true;
}

/* --- The loop --------------------------------------------------------------------------------- */

/* @return Whether there is a new sample. */
static bool take_answer(struct top *top)
{
    eventfd_t count;
    eventfd_read(top->asking.done_fd, &count);
    pthread_mutex_lock(&top->asking.lock);
    struct top_sample *sample = top->asking.sample;
    struct onsale_error error = top->asking.error;
    top->asking.sample = NULL;
    pthread_mutex_unlock(&top->asking.lock);
    top->is_asked = false;
    if (sample == NULL)
        take_failure(top, &error);
    else
        take_sample(top, sample);
    return sample != NULL;
}

/* @return Whether all that was wanted has been shown. */
static bool take_and_show(struct top *top)
{
    bool is_new = take_answer(top);
    bool is_enough = top->samples_count > 1;
    if (top->is_screen || (is_new && (is_enough || !top->is_once))) show(top);
    return top->is_once && is_enough;
}

static void run_loop(struct top *top)
{
    bool is_over = false;
    top->next_ms = onsale_now_ms() + top->every_ms;
    while (!is_over) {
        int64_t left_ms = top->next_ms - onsale_now_ms();
        switch (top_screen_wait(&top->screen, top->asking.done_fd, (int)left_ms)) {
        case TOP_WAKE_TIME:
            ask(top);
            top->next_ms = onsale_now_ms() + top->every_ms;
            break;
        case TOP_WAKE_FILE:
            is_over = take_and_show(top);
            break;
        case TOP_WAKE_SIZE:
            show(top);
            break;
        case TOP_WAKE_END:
            is_over = true;
            break;
        }
    }
}

/* The first answer says whether there is a server at all. */
static bool begin(struct top *top)
{
    static const Onsale__V1__GetMetricsRequest request = ONSALE__V1__GET_METRICS_REQUEST__INIT;
    uint32_t no_wait_ms = 0;
    struct connection connection = {.wait_ms = &no_wait_ms};
    const ProtobufCMessage *answer = connection_call(&connection, top->run, &request.base, NULL);
    if (answer == NULL) return false;
    keep_sample(top, sample_of(answer, top->asking.concert_id));
    return name_sale(top);
}

static void run_screen(struct top *top)
{
    if (top->is_screen)
        top_screen_open(&top->screen);
    else
        top_signals_note();
    if (!top->is_once) show(top);
    run_loop(top);
    top_screen_close(&top->screen);
}

enum exit_code top_run(struct run *run)
{
    struct top top = {
        .run = run,
        .asking = {.lock = PTHREAD_MUTEX_INITIALIZER, .done_fd = eventfd(0, EFD_CLOEXEC)},
        .is_once = arguments_has(&run->arguments, PARAMETER_ONCE),
        .every_ms = (int64_t)arguments_number(&run->arguments, PARAMETER_EVERY, EVERY_MS),
    };
    REQUIRE(top.asking.done_fd >= 0);
    top.asking.concert_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_TOP_CONCERT, 0);
    top.is_screen = run->terminal.is_terminal && run->terminal.height > 0 && !top.is_once;
    bool has_begun = run->json ? run_fail(run, ONSALE_ARGUMENT_INVALID,
                                          "for programs the numbers are in: onsale admin metrics "
                                          "--json")
                               : begin(&top);
    if (has_begun) run_screen(&top);
    stop_asking(&top);
    forget_samples(&top);
    return run_end(run, has_begun);
}
