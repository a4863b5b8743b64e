/* formats_test.c -- Random records of every format come back as they were, and no format that was
 * written down changes. Usage: test_formats FORMATS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"
#include "store/codec.h"
#include "store/fingerprint.h"
#include "tests/store/made_up.h"

enum { TRIES = 200 };

static const char *formats_path;

/* --- There and back --------------------------------------------------------------------------- */

/* What is the same in both, of a format: the fields that it lacks have their defaults. */
#define SAME_number(a, b, ...) ((a) == (b))
#define SAME_u8 SAME_number
#define SAME_u32 SAME_number
#define SAME_u64 SAME_number
#define SAME_i64 SAME_number
#define SAME_small SAME_number
#define SAME_flag SAME_number
#define SAME_within SAME_number
#define SAME_varint SAME_number
#define SAME_varint32 SAME_number
#define SAME_signed_varint SAME_number
#define SAME_id(a, b) (memcmp((a).bytes, (b).bytes, ID_BYTES) == 0)
#define SAME_optional_id SAME_id
#define SAME_bytes(a, b, count) (memcmp(a, b, count) == 0)
#define SAME_u32s(a, b, count) (memcmp(a, b, 4 * (count)) == 0)
#define SAME_text(a, b, max) (strcmp(a, b) == 0)

/* Parts are compared by their bytes, which check_bytes does. */
#define RECORD(name)                                                                               \
    static bool name##_is_same(const struct name *a, const struct name *b, uint32_t format)        \
    {                                                                                              \
        (void)a, (void)b, (void)format;
#define GROUP(name) RECORD(name)
#define FIELD(type, member, ...)                                                                   \
    if (!SAME_##type(a->member, b->member, ##__VA_ARGS__)) return false;
#define ADDED(since, default, type, member, ...)                                                   \
    if (format >= (since)) {                                                                       \
        FIELD(type, member, ##__VA_ARGS__)                                                         \
    } else if (!IS_DEFAULT_##type(b->member, default)) {                                           \
        return false;                                                                              \
    }
#define SPAN(member, from)                                                                         \
    if (a->member != b->member) return false;
#define LIST(type, count, items, group, min, max)                                                  \
    if (a->count != b->count) return false;                                                        \
    for (uint32_t i = 0; i < a->count; i++)                                                        \
        if (!group##_is_same(&a->items[i], &b->items[i], format)) return false;
#define PART(...)
#define ADDED_PART(...)
#define END(name)                                                                                  \
    return true;                                                                                   \
    }
#define IS_DEFAULT_i64(value, default) ((value) == (default))
#define IS_DEFAULT_u32 IS_DEFAULT_i64
#define IS_DEFAULT_varint IS_DEFAULT_i64
#define IS_DEFAULT_within IS_DEFAULT_i64
#define IS_DEFAULT_flag IS_DEFAULT_i64
#define IS_DEFAULT_text(value, default) (strcmp(value, default) == 0)
#include "store/records.def"
#include "store/records_end.def"

static uint8_t packed[8192], again[8192];

static struct writer begin(uint8_t bytes[8192], uint32_t format)
{
    struct writer value = writer_make(bytes, 8192);
    value.format = (uint8_t)format;
    return value;
}

static struct reader open_again(const struct writer *value)
{
    struct reader reader = reader_make(value->start, writer_size(value));
    reader.format = value->format;
    return reader;
}

/* @return The checksum of what is packed. */
#define RECORD(name)                                                                               \
    static uint32_t name##_check(uint32_t seed, uint32_t format)                                   \
    {                                                                                              \
        struct name made;                                                                          \
        struct name found;                                                                         \
        struct writer value = begin(packed, format);                                               \
        made_up_##name(&made, seed);                                                               \
        made_up_##name(&found, seed + 1); /* what is left over shows */                            \
        made_up_key_##name(&found, &made);                                                         \
        name##_pack(&value, &made);                                                                \
        assert_in_range(writer_size(&value), 0, name##_bytes_max);                                 \
        struct reader reader = open_again(&value);                                                 \
        name##_unpack(&reader, &found);                                                            \
        assert_true(reader_is_whole(&reader));                                                     \
        if (!name##_is_same(&made, &found, format)) fail_msg("%s of format %u", #name, format);    \
        struct writer second = begin(again, format);                                               \
        name##_pack(&second, &found);                                                              \
        assert_int_equal(writer_size(&second), writer_size(&value));                               \
        assert_memory_equal(again, packed, writer_size(&value));                                   \
        return crc32c(0, packed, writer_size(&value));                                             \
    }
#define GROUP(name) RECORD(name)
#define FIELD(...)
#define ADDED(...)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(...)
#define END(...)
#include "store/records.def"
#include "store/records_end.def"

typedef uint32_t check_record(uint32_t seed, uint32_t format);

static const struct {
    const char *name;
    check_record *check;
} records[] = {
#define RECORD(name) {#name, name##_check},
#define GROUP(name) RECORD(name)
#define FIELD(...)
#define ADDED(...)
#define SPAN(...)
#define LIST(...)
#define PART(...)
#define ADDED_PART(...)
#define END(...)
#include "store/records.def"
#include "store/records_end.def"
};

static void random_records_of_every_format_come_back(void **state)
{
    (void)state;
    for (uint32_t format = STORE_FORMAT_OLDEST; format <= STORE_FORMAT_VERSION; format++)
        for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
            for (uint32_t seed = 0; seed < TRIES; seed++)
                records[i].check(seed, format);
}

/* --- What was written down -------------------------------------------------------------------- */

/* Of the bytes of records that are always made up in the same way, each by itself: so a field more
 * changes nothing in the formats before it. */
static uint32_t bytes_of(uint32_t format)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        for (uint32_t seed = 0; seed < 10; seed++)
            sum ^= records[i].check(seed, format);
    return sum;
}

static void print_formats(void)
{
    print_message("These are the formats of src/store/records.def now:\n");
    for (uint32_t format = STORE_FORMAT_OLDEST; format <= STORE_FORMAT_VERSION; format++)
        print_message("%u %08x %08x\n", format, format_fingerprint(format), bytes_of(format));
}

static void refuse(const char *why)
{
    print_formats();
    fail_msg("%s", why);
}

static void no_format_that_was_written_down_has_changed(void **state)
{
    unsigned format = 0, fields, bytes;
    unsigned rows = 0;
    char line[200];
    (void)state;
    FILE *file = fopen(formats_path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%u %x %x", &format, &fields, &bytes) != 3) continue;
        assert_int_equal(format, ++rows);
        if (format > STORE_FORMAT_VERSION) refuse("STORE_FORMAT_VERSION was lowered");
        if (fields != format_fingerprint(format))
            refuse("A row of records.def that stores have already was changed. Records of that "
                   "format could not be read any more. Take the change back; for a new field raise "
                   "STORE_FORMAT_VERSION, write an ADDED row with it, and give format.c a step");
        if (bytes != bytes_of(format))
            refuse("What a type or a part of records.def packs has changed: records that are in "
                   "stores could not be read any more");
    }
    fclose(file);
    if (rows != STORE_FORMAT_VERSION)
        refuse("A format was added: append its row to tests/store/formats, and never change it "
               "after a release; make golden folders of the format before "
               "(tests/store/golden/make.sh)");
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    formats_path = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_records_of_every_format_come_back),
        cmocka_unit_test(no_format_that_was_written_down_has_changed),
    };
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
