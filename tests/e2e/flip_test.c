/* flip_test.c -- One bit of the journal that `kill -9` left is flipped: the next start tells the
 * same events as without, or names the journal. ONSALE_FLIPS says how many bits are tried. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"
#include "journal/inside.h"
#include "journal/note.h"
#include "tests/e2e/load.h"
#include "tests/e2e/wait_until.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/random.h"

/* More than a small store and its journal use of their files. */
enum { IMAGE_BYTES = 8 << 20, SERVED = 300, FLIPS = 10, SEED = 1, EXIT_CANT_START = 1 };

/* --- What a kill leaves ----------------------------------------------------------------------- */

struct image {
    char *path;
    size_t size;
    uint8_t *bytes;
};

enum { DATA, JOURNAL, NOTE, IMAGES };

static struct image image_take(const struct shop *shop, const char *name)
{
    struct image image = {.path = temp_folder_join(shop->server.data, name)};
    image.bytes = malloc(IMAGE_BYTES);
    int fd = open(image.path, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && image.bytes != NULL);
    ssize_t size = read(fd, image.bytes, IMAGE_BYTES);
    REQUIRE(size > 0);
    image.size = (size_t)size;
    close(fd);
    return image;
}

static void image_put_back(const struct image *image)
{
    int fd = open(image->path, O_WRONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, image->bytes, image->size) == (ssize_t)image->size);
    close(fd);
}

/* Where the records end that the note proves to be on disk. What a killed server has written behind
 * them was not acknowledged, and with a flipped bit looks torn, as it may. */
static size_t flushed_end(const struct image *journal, const struct image *noted)
{
    struct note note;
    struct record_head head;
    size_t end = RING_AT;
    REQUIRE(noted->size >= sizeof note);
    memcpy(&note, noted->bytes, sizeof note);
    for (uint64_t sequence = 1; sequence < note.flushed; sequence++) {
        REQUIRE(end + sizeof head <= journal->size);
        memcpy(&head, journal->bytes + end, sizeof head);
        REQUIRE(head.sequence == sequence);
        end += sizeof head + head.size;
    }
    return end;
}

/* A byte of the checkpoints or of the flushed records that is in use, which most are not. */
static size_t draw_byte(const struct image *image, size_t end, bool is_of_record,
                        struct random *random)
{
    size_t byte;
    REQUIRE(end > RING_AT);
    do
        byte = is_of_record ? RING_AT + (size_t)random_below(random, end - RING_AT)
                            : (size_t)random_below(random, RING_AT);
    while (image->bytes[byte] == 0);
    return byte;
}

/* --- What is told ----------------------------------------------------------------------------- */

struct told {
    uint64_t events;
    uint64_t digest;
};

static void add_event(struct told *told, const Onsale__V1__Event *event)
{
    uint8_t bytes[4096];
    size_t size = onsale__v1__event__get_packed_size(event);
    REQUIRE(size <= sizeof bytes);
    onsale__v1__event__pack(event, bytes);
    for (size_t i = 0; i < size; i++)
        told->digest = (told->digest ^ bytes[i]) * UINT64_C(1099511628211);
    told->events = event->event_number;
}

/* @param max  At least 1. @return Whether there were any. */
static bool add_page(struct shop *shop, uint64_t max, struct told *told)
{
    enum { PAGE = 100 };
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsResponse *response;
    request.after = told->events;
    request.max = max < PAGE ? (uint32_t)max : PAGE;
    assert_int_equal(onsale_event_list_events(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    size_t count = response->n_events;
    for (size_t i = 0; i < count; i++)
        add_event(told, response->events[i]);
    onsale__v1__list_events_response__free_unpacked(response, NULL);
    return count > 0;
}

/* The first `last` of all that has happened: the state is what they add up to, which the check sees
 * to. What the start itself adds, since time has passed, is left out. */
static struct told ask_for_events(struct shop *shop, uint64_t last)
{
    struct told told = {.digest = UINT64_C(14695981039346656037)};
    while (told.events < last && add_page(shop, last - told.events, &told))
        continue;
    return told;
}

/* --- Flips ------------------------------------------------------------------------------------ */

static bool serves_or_has_ended(void *context)
{
    const struct shop *shop = context;
    return server_process_serves(&shop->server) || !server_process_is_alive(&shop->server);
}

static void judge_start(struct shop *shop, struct told wanted, unsigned *refused)
{
    server_process_start(&shop->server, NULL);
    assert_true(wait_until(serves_or_has_ended, shop));
    if (server_process_serves(&shop->server)) {
        shop_await(shop);
        struct told told = ask_for_events(shop, wanted.events);
        assert_int_equal(told.events, wanted.events);
        assert_int_equal(told.digest, wanted.digest);
        shop_check(shop);
        server_process_kill(&shop->server);
        return;
    }
    assert_int_equal(server_process_wait(&shop->server), EXIT_CANT_START);
    assert_true(server_process_said(&shop->server, "onsale.journal is damaged: "));
    ++*refused;
}

static void try_flips(struct shop *shop, struct image *images, struct told wanted)
{
    const char *text = getenv("ONSALE_FLIPS");
    unsigned flips = text != NULL ? (unsigned)strtoul(text, NULL, 10) : FLIPS;
    struct random random = random_make(SEED);
    size_t end = flushed_end(&images[JOURNAL], &images[NOTE]);
    unsigned refused = 0;
    for (unsigned i = 0; i < flips; i++) {
        size_t byte = draw_byte(&images[JOURNAL], end, i % 3 != 0, &random);
        uint8_t bit = (uint8_t)(1 << random_below(&random, 8));
        images[JOURNAL].bytes[byte] ^= bit;
        for (size_t image = 0; image < IMAGES; image++)
            image_put_back(&images[image]);
        images[JOURNAL].bytes[byte] ^= bit;
        print_message("byte %zu, bits %02x\n", byte, bit);
        judge_start(shop, wanted, &refused);
    }
    print_message("%u of %u refused\n", refused, flips);
    assert_in_range(refused, 1, flips - 1); /* a checkpoint has a copy */
}

static void no_flipped_bit_of_the_journal_changes_what_is_told(void **state)
{
    static const char *const names[IMAGES] = {"data.mdb", "onsale.journal",
                                              "onsale.journal.flushed"};
    struct shop *shop = *state;
    struct image images[IMAGES];
    struct load *load = load_make(shop);
    load_start(load);
    load_await(load, SERVED);
    server_process_kill(&shop->server);
    load_stop(load);
    load_join(load);
    for (size_t i = 0; i < IMAGES; i++)
        images[i] = image_take(shop, names[i]);

    shop_open(shop, NULL);
    uint64_t last;
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    struct told wanted = ask_for_events(shop, last);
    server_process_kill(&shop->server);
    try_flips(shop, images, wanted);
    for (size_t i = 0; i < IMAGES; i++) {
        free(images[i].path);
        free(images[i].bytes);
    }
    load_free(load);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(no_flipped_bit_of_the_journal_changes_what_is_told, argv[1]),
    };
    return cmocka_run_group_tests_name("flip", tests, NULL, NULL);
}
