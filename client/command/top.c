/* top.c -- onsale admin top */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/connection.h"
#include "client/command/output.h"
#include "client/command/top_page.h"
#include "client/command/top_screen.h"

enum {
    EVERY_MS = 1000,
    SAMPLES_KEPT = 61,
    MINUTE_MS = 60 * 1000,
    TELL_MS = 5 * 1000,
    TITLE_BYTES = 256
};

struct top {
    struct run *run;
    uint32_t concert_id;
    int ended[2]; /* a pipe: a thread of the channel writes the status that a call has ended with */
    struct top_sample answer; /* of that call, unless it was refused */
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
    int64_t next_ms;                         /* when to ask again */
    size_t count;                            /* of the samples of this server */
    struct top_sample samples[SAMPLES_KEPT]; /* the last of them, in turns */
};

/* --- Asking ----------------------------------------------------------------------------------- */

static void read_sample(struct top *top, const ProtobufCMessage *answer)
{
    top_sample_read(&top->answer, (const void *)answer, top->concert_id, onsale_now_ms());
}

static void on_answer(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response)
{
    struct top *top = context;
    enum onsale_status status = error == NULL ? ONSALE_OK : error->status;
    if (error == NULL) read_sample(top, response);
    REQUIRE(write(top->ended[1], &status, sizeof status) == (ssize_t)sizeof status);
}

static void ask(struct top *top)
{
    static const Onsale__V1__GetMetricsRequest request = ONSALE__V1__GET_METRICS_REQUEST__INIT;
    if (top->is_asked) return;
    top->is_asked = true;
    top->call = onsale_channel_call_async(top->run->channel, &onsale_admin_get_metrics_method,
                                          &request.base, NULL, on_answer, top);
}

/* Waits until the call has ended. */
static enum onsale_status take_status(struct top *top)
{
    enum onsale_status status;
    while (read(top->ended[0], &status, sizeof status) != (ssize_t)sizeof status)
        continue; /* interrupted */
    top->is_asked = false;
    return status;
}

/* Nobody writes to `top` any more. */
static void stop_asking(struct top *top)
{
    if (top->is_asked) {
        onsale_channel_cancel(top->run->channel, top->call);
        take_status(top);
    }
    close(top->ended[0]);
    close(top->ended[1]);
}

/* --- Samples ---------------------------------------------------------------------------------- */

static void keep_sample(struct top *top)
{
    top->samples[top->count++ % SAMPLES_KEPT] = top->answer;
}

/* @param back  0: the newest. */
static const struct top_sample *sample(const struct top *top, size_t back)
{
    return &top->samples[(top->count - 1 - back) % SAMPLES_KEPT];
}

/* The newest that is a minute old; the oldest if none is. */
static const struct top_sample *of_a_minute_ago(const struct top *top)
{
    size_t kept = top->count < SAMPLES_KEPT ? top->count : SAMPLES_KEPT, back = 1;
    while (back + 1 < kept && sample(top, 0)->taken_ms - sample(top, back)->taken_ms < MINUTE_MS)
        back++;
    return sample(top, back);
}

static void tell(struct top *top, const char *text)
{
    snprintf(top->notice, sizeof top->notice, "%s", text);
    top->notice_until_ms = onsale_now_ms() + TELL_MS;
    if (!top->is_screen) output_line(stderr, "%s", text);
}

static void take_sample(struct top *top)
{
    bool is_new_server = sample(top, 0)->started_at_ms != top->answer.started_at_ms;
    if (is_new_server) top->count = 0;
    if (is_new_server)
        tell(top, "connected again: the server was started anew, and counts from 0");
    else if (top->is_away)
        tell(top, "connected again");
    top->is_away = false;
    keep_sample(top);
}

static void take_failure(struct top *top, enum onsale_status status)
{
    char text[TITLE_BYTES];
    snprintf(text, sizeof text, "waiting for the server ... (%s)", onsale_status_text(status));
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
    struct top_view view = {
        .title = top->title,
        .now = sample(top, 0),
        .before = top->count < 2 ? NULL : sample(top, 1),
        .minute = top->count < 2 ? NULL : of_a_minute_ago(top),
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
    snprintf(top->title, sizeof top->title, "all concerts");
    if (top->concert_id == 0) return true;
    const Onsale__V1__GetConcertResponse *answer =
        run_look_up(top->run, &onsale_catalog_get_concert_method, "concert_id", top->concert_id);
    if (answer == NULL) return false;
    snprintf(top->title, sizeof top->title, "%u %s", top->concert_id, answer->concert->title);
    return true;
}

/* --- The loop --------------------------------------------------------------------------------- */

/* @return Whether all that was wanted has been shown. */
static bool take_and_show(struct top *top)
{
    enum onsale_status status = take_status(top);
    bool is_new = status == ONSALE_OK;
    if (is_new)
        take_sample(top);
    else
        take_failure(top, status);
    bool is_enough = top->count > 1;
    if (top->is_screen || (is_new && (is_enough || !top->is_once))) show(top);
    return top->is_once && is_enough;
}

static void run_loop(struct top *top)
{
    bool is_over = false;
    top->next_ms = onsale_now_ms() + top->every_ms;
    while (!is_over) {
        int64_t left_ms = top->next_ms - onsale_now_ms();
        switch (top_screen_wait(&top->screen, top->ended[0], (int)left_ms)) {
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
    read_sample(top, answer);
    keep_sample(top);
    return name_sale(top);
}

static void run_screen(struct top *top)
{
    top_screen_open(&top->screen, top->is_screen);
    if (!top->is_once) show(top);
    run_loop(top);
    top_screen_close(&top->screen);
}

enum exit_code top_run(struct run *run)
{
    struct top *top = run_alloc(run, 1, sizeof *top);
    top->run = run;
    top->concert_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_TOP_CONCERT, 0);
    top->is_once = arguments_has(&run->arguments, PARAMETER_ONCE);
    top->every_ms = (int64_t)arguments_number(&run->arguments, PARAMETER_EVERY, EVERY_MS);
    top->is_screen = run->terminal.is_terminal && run->terminal.height > 0 && !top->is_once;
    REQUIRE(pipe2(top->ended, O_CLOEXEC) == 0);
    bool has_begun = run->json ? run_fail(run, ONSALE_ARGUMENT_INVALID,
                                          "for programs the numbers are in: onsale admin metrics "
                                          "--json")
                               : begin(top);
    if (has_begun) run_screen(top);
    stop_asking(top);
    return run_end(run, has_begun);
}
