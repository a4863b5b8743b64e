/* main.c -- onsale-demo: plays an evening of ticket sales on a server that is empty but for
 * examples/seoul_arena.json. Usage: onsale-demo ONSALE, with ONSALE_SERVER, ONSALE_WATCH and
 * ONSALE_ADMIN in the environment; ONSALE is the path of the onsale command. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/command/output.h"
#include "client/command/terminal.h"
#include "client/demo/story.h"

enum { CONCERT = 1, PERFORMANCE = 11 };

static bool play(struct shop *shop, const struct shell *shell)
{
    static struct crowd crowd; /* too large for the stack */
    int64_t began_us = tally_clock_us();
    return story_play(shop, &crowd, shell) &&
           summary_print(shop, shell, tally_clock_us() - began_us);
}

int main(int argc, char **argv)
{
    static struct shop shop = {.concert_id = CONCERT, .performance_id = PERFORMANCE};
    struct onsale_error error;
    struct onsale_channel_options options = {
        .url = getenv("ONSALE_SERVER"),
        .watch_url = getenv("ONSALE_WATCH"),
        .admin_url = getenv("ONSALE_ADMIN"),
    };
    if (argc != 2 || options.url == NULL) {
        output_line(stderr, "usage: ONSALE_SERVER=URL onsale-demo PATH-OF-ONSALE");
        return EXIT_FAILURE;
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    struct terminal terminal = terminal_of(stdout);
    struct shell shell = {.command = argv[1], .colour = terminal.has_colour};
    shell_fit(&terminal);
    if (onsale_channel_open(&options, &shop.channel, &error) != ONSALE_OK) {
        output_line(stderr, "onsale-demo: %s: %s", error.reason, error.message);
        return EXIT_FAILURE;
    }
    bool done = play(&shop, &shell);
    onsale_channel_close(shop.channel);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
