#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/message.h"
#include "client/command/output.h"

enum { WORD_BYTES = 80, HASH_BYTES_SHOWN = 4 };

static struct place find(const struct record *record, const char *name)
{
    struct place place = message_place(record->message, name);
    if (place.field != NULL || record->beside == NULL) return place;
    return message_place(record->beside, name);
}

static void write_hex(FILE *out, const uint8_t *bytes, size_t size)
{
    char digits[TOKEN_TEXT_BYTES];
    *hex_write(bytes, size, digits) = '\0';
    output_print(out, "%s", digits);
}

static void write_bytes(FILE *out, ProtobufCBinaryData bytes)
{
    if (bytes.len == ONSALE_TOKEN_BYTES)
        write_hex(out, bytes.data, bytes.len);
    else
        output_print(out, "%s", text_of_id(bytes).bytes);
}

static void write_numbers(FILE *out, const struct place *place)
{
    for (size_t i = 0; i < place->count; i++)
        output_print(out, "%s%" PRIu64, i == 0 ? "" : " ",
                     (uint64_t)value_number(place->field, place_element(place, i)));
}

static void write_plain(FILE *out, const struct place *place)
{
    if (place->field->label == PROTOBUF_C_LABEL_REPEATED)
        write_numbers(out, place);
    else if (place->field->type == PROTOBUF_C_TYPE_STRING)
        output_print(out, "%s", *(char *const *)place->at);
    else if (place->field->type == PROTOBUF_C_TYPE_BYTES)
        write_bytes(out, *(const ProtobufCBinaryData *)place->at);
    else if (place->field->type == PROTOBUF_C_TYPE_ENUM)
        output_print(out, "%s", text_of_enum(place->field->descriptor, (int)place_number(place)));
    else
        output_print(out, "%" PRIu64, (uint64_t)place_number(place));
}

static void write_seats(FILE *out, const struct place *place)
{
    bool is_list = place->field->label == PROTOBUF_C_LABEL_REPEATED;
    Onsale__V1__Seat *const *seats = (const void *)place->at;
    for (size_t i = 0; i < (is_list ? place->count : 1); i++)
        output_print(out, "%s%s-%s-%" PRIu32, i == 0 ? "" : " ", seats[i]->section, seats[i]->row,
                     seats[i]->number);
}

static void write_hash(FILE *out, const ProtobufCBinaryData *hash)
{
    write_hex(out, hash->data, hash->len < HASH_BYTES_SHOWN ? hash->len : HASH_BYTES_SHOWN);
}

/* The word at a place of "a|b|c". */
static void write_choice(FILE *out, const char *choices, int64_t number)
{
    for (; number > 0 && strchr(choices, '|') != NULL; number--)
        choices = strchr(choices, '|') + 1;
    output_print(out, "%.*s", (int)strcspn(choices, "|"), choices);
}

static struct text text_of_size(int64_t bytes)
{
    return text_of_bytes((uint64_t)bytes);
}

static struct text text_from_now(int64_t moment_ms)
{
    return text_of_distance(moment_ms, clock_now_ms());
}

static const struct {
    const char *word;
    struct text (*text_of)(int64_t number);
} number_words[] = {
    {"money", text_of_money},   {"instant", text_of_instant}, {"size", text_of_size},
    {"moment", text_of_moment}, {"minute", text_of_minute},   {"span", text_of_span},
    {"ahead", text_from_now},   {"distance", text_from_now},  {"second", text_of_second},
};

static bool asks(const char *word, const struct place *place, bool *ret_holds)
{
    int64_t number = place_number(place);
    if (strcmp(word, "if") == 0)
        *ret_holds = number != 0;
    else if (strcmp(word, "over") == 0)
        *ret_holds = number <= clock_now_ms();
    else if (strncmp(word, "is ", 3) == 0)
        *ret_holds = strcmp(text_of_enum(place->field->descriptor, (int)number), word + 3) == 0;
    else
        return false;
    return true;
}

/* @param word  How it is written; empty: by its type. @return False: take the text back. */
static bool write_field(FILE *out, const struct record *record, const struct place *place,
                        const char *word)
{
    bool holds;
    int64_t number = place_number(place);
    if (asks(word, place, &holds)) return holds;
    if (strcmp(word, "ahead") == 0 && number <= clock_now_ms()) return false;
    if (word[0] == '\0')
        write_plain(out, place);
    else if (strcmp(word, "seats") == 0)
        write_seats(out, place);
    else if (strcmp(word, "hash") == 0)
        write_hash(out, place->at);
    else if (strcmp(word, "wait") == 0)
        output_print(out, "%s",
                     text_of_wait((const Onsale__V1__QueueEntry *)record->message).bytes);
    else if (strchr(word, '|') != NULL)
        write_choice(out, word, number);
    else {
        size_t i = 0;
        while (i < sizeof number_words / sizeof number_words[0] &&
               strcmp(number_words[i].word, word) != 0)
            i++;
        REQUIRE(i < sizeof number_words / sizeof number_words[0]);
        output_print(out, "%s", number_words[i].text_of(number).bytes);
    }
    return true;
}

/* What is between the braces. */
static bool write_part(FILE *out, const char *part, const struct record *record)
{
    char name[WORD_BYTES], *dot, *word;
    size_t length = (size_t)snprintf(name, sizeof name, "%s", part);
    REQUIRE(length > 0 && length < sizeof name);
    char last = name[length - 1];
    if (last == '?' || last == '!') name[length - 1] = '\0';
    if ((word = strchr(name, ':')) != NULL) *word++ = '\0';
    if ((dot = strchr(name, '.')) != NULL) *dot++ = '\0';
    struct place place = find(record, name);
    if (last == '!') return place.field == NULL || place_number(&place) == 0;
    if (last == '?' && (place.field == NULL || place_number(&place) == 0)) return false;
    REQUIRE(place.field != NULL);
    if (dot == NULL) return write_field(out, record, &place, word == NULL ? "" : word);
    for (size_t i = 0; i < place.count; i++) {
        struct record element = {((ProtobufCMessage *const *)(const void *)place.at)[i], NULL};
        struct place inner = find(&element, dot);
        REQUIRE(inner.field != NULL);
        if (i > 0) fputc('\n', out);
        write_field(out, &element, &inner, word == NULL ? "" : word);
    }
    return true;
}

/* One of the texts that || stands between. */
static bool write_alternative(FILE *out, const char *text, const char *end,
                              const struct record *record)
{
    while (text < end) {
        char part[WORD_BYTES];
        size_t length = *text == '{' ? strcspn(text, "}") - 1 : 0;
        snprintf(part, sizeof part, "%.*s", (int)length, text + 1);
        if (*text != '{')
            fputc(*text++, out);
        else if (write_part(out, part, record))
            text += length + 2;
        else
            return false;
    }
    return true;
}

bool template_write(FILE *out, const char *template, const struct record *record)
{
    for (const char *text = template; text != NULL;) {
        char *written;
        size_t size;
        const char *end = strstr(text, "||");
        FILE *stream = open_memstream(&written, &size);
        REQUIRE(stream != NULL);
        bool is_kept =
            write_alternative(stream, text, end == NULL ? text + strlen(text) : end, record);
        fclose(stream);
        if (is_kept) output_again(out, written);
        free(written);
        if (is_kept) return true;
        text = end == NULL ? NULL : end + 2;
    }
    return false;
}
