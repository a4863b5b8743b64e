#include "text/name.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

enum { NOT_UTF8 = -1, JOINER = 0x200d, NON_JOINER = 0x200c, BRAILLE_BLANK = 0x2800 };

/* What a character does beside others. */
enum part { NOTHING, BLANK, SHOWN, SELECTOR, JOINING };

int32_t text_next(const char **text)
{
    utf8proc_int32_t character;
    utf8proc_ssize_t length = utf8proc_iterate((const uint8_t *)*text, -1, &character);
    if (length <= 0) {
        (*text)++;
        return NOT_UTF8;
    }
    *text += length;
    return character;
}

static bool is_in(int32_t character, int32_t first, int32_t last)
{
    return character >= first && character <= last;
}

static bool is_direction_mark(int32_t character)
{
    return is_in(character, 0x202a, 0x202e) || is_in(character, 0x2066, 0x2069) ||
           is_in(character, 0x200e, 0x200f) || character == 0x061c;
}

static bool is_selector(int32_t character)
{
    return is_in(character, 0xfe00, 0xfe0f) || is_in(character, 0xe0100, 0xe01ef) ||
           is_in(character, 0x180b, 0x180d) || character == 0x180f;
}

/* Most names need no tables. */
static bool is_printable_ascii(int32_t character)
{
    return is_in(character, ' ', '~');
}

static bool is_blank(int32_t character)
{
    if (is_printable_ascii(character)) return character == ' ';
    return character == BRAILLE_BLANK || utf8proc_category(character) == UTF8PROC_CATEGORY_ZS;
}

static bool is_combining(int32_t character)
{
    if (is_printable_ascii(character)) return false;
    utf8proc_category_t category = utf8proc_category(character);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

/* U+FDD0..U+FDEF and the last two of each plane: never characters. */
static bool is_noncharacter(int32_t character)
{
    return is_in(character, 0xfdd0, 0xfdef) || (character & 0xfffe) == 0xfffe;
}

/* @return What is wrong with a character by itself; NULL if it is safe. */
static const char *fault_of(int32_t character)
{
    if (is_printable_ascii(character)) return NULL;
    if (character == NOT_UTF8) return "invalid byte";
    if (character == JOINER || character == NON_JOINER || is_selector(character)) return NULL;
    if (is_direction_mark(character)) return "direction mark";
    if (is_noncharacter(character)) return "noncharacter";
    utf8proc_category_t category = utf8proc_category(character);
    if (category == UTF8PROC_CATEGORY_CC) return "control character";
    if (category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP) return "line break";
    if (category == UTF8PROC_CATEGORY_CO) return "private character";
    if (category == UTF8PROC_CATEGORY_CF || utf8proc_get_property(character)->ignorable)
        return "invisible character";
    return NULL;
}

bool character_is_safe(int32_t character)
{
    return fault_of(character) == NULL;
}

static enum part part_of(int32_t character)
{
    if (character == JOINER || character == NON_JOINER) return JOINING;
    if (is_selector(character)) return SELECTOR;
    return is_blank(character) ? BLANK : SHOWN;
}

/* Whether a part may stand behind another. */
static bool may_follow(enum part part, enum part before)
{
    switch (part) {
    case SELECTOR:
        return before == SHOWN;
    case JOINING:
        return before == SHOWN || before == SELECTOR;
    case NOTHING:
    case BLANK:
        return before != JOINING;
    case SHOWN:
        break;
    }
    return true;
}

static bool refuse(char problem[NAME_PROBLEM_BYTES], const char *fault, int32_t character,
                   size_t place)
{
    if (character == NOT_UTF8)
        snprintf(problem, NAME_PROBLEM_BYTES, "must be UTF-8, which its byte %zu is not", place);
    else
        snprintf(problem, NAME_PROBLEM_BYTES, "must not have the %s U+%04X, its byte %zu", fault,
                 (unsigned)character, place);
    return false;
}

bool title_check(const char *text, char ret_problem[NAME_PROBLEM_BYTES])
{
    enum part before = NOTHING;
    int32_t character = NOT_UTF8;
    bool shows = text[0] == '\0';
    size_t place = 1;
    for (const char *at = text; *at != '\0'; before = part_of(character)) {
        place = (size_t)(at - text) + 1;
        character = text_next(&at);
        const char *fault = fault_of(character);
        if (fault != NULL) return refuse(ret_problem, fault, character, place);
        if (!may_follow(part_of(character), before))
            return refuse(ret_problem, "invisible character", character, place);
        shows = shows || part_of(character) == SHOWN;
    }
    if (!may_follow(NOTHING, before))
        return refuse(ret_problem, "invisible character", character, place);
    if (!shows) snprintf(ret_problem, NAME_PROBLEM_BYTES, "must not be blanks alone");
    return shows;
}

bool name_check(const char *text, char ret_problem[NAME_PROBLEM_BYTES])
{
    if (!title_check(text, ret_problem)) return false;
    bool blank_before = true; /* as if one were, so that a blank must not begin it */
    for (const char *at = text; *at != '\0';) {
        bool first = at == text;
        int32_t character = text_next(&at);
        bool blank = is_blank(character);
        if (first && is_combining(character))
            return refuse(ret_problem, "combining mark", character, 1);
        if (blank && (blank_before || *at == '\0')) {
            snprintf(ret_problem, NAME_PROBLEM_BYTES,
                     "must not have a blank at an end or two in a row");
            return false;
        }
        blank_before = blank;
    }
    return true;
}

void text_mend(char *text)
{
    size_t length = strlen(text), start = length;
    while (start > 0 && ((uint8_t)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0 || (uint8_t)text[start - 1] < 0xc0) return;
    const char *at = text + --start;
    if (text_next(&at) == NOT_UTF8) text[start] = '\0';
}

int text_head(const char *text, size_t bytes_max)
{
    size_t length = strnlen(text, bytes_max + 1);
    if (length <= bytes_max) return (int)length;
    for (length = bytes_max; length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80;)
        length--;
    return (int)length;
}
