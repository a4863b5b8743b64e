#include "rpc/frame/language.h"

#include <stddef.h>
#include <string.h>

enum { WEIGHT_MAX = 1000, SUBTAG_LETTERS_MAX = 8, WEIGHT_DIGITS_MAX = 3 };

/* One range of a list, with its weight in thousandths. */
struct range {
    const char *tag;
    size_t length;
    int weight;
};

static bool is_letter(char c)
{
    return ((unsigned char)c | 0x20) >= 'a' && ((unsigned char)c | 0x20) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *at)
{
    return at + strspn(at, " \t");
}

/* 1..8 letters, then subtags of 1..8 letters and digits; or "*".
 * @return Behind it; `at` itself if there is none. */
static const char *skip_range(const char *at)
{
    const char *begin = at;
    if (*at == '*') return at + 1;
    for (bool is_first = true;; is_first = false) {
        size_t length = 0;
        while (is_letter(at[length]) || (!is_first && is_digit(at[length])))
            length++;
        if (length == 0 || length > SUBTAG_LETTERS_MAX) return begin;
        at += length;
        if (*at != '-') return at;
        at++;
    }
}

/* "0", "1", or these with a point and up to three digits, 1 at most.
 * @return Behind it; NULL if there is none. */
static const char *read_weight(const char *at, int *ret_weight)
{
    if (*at != '0' && *at != '1') return NULL;
    int weight = (*at++ - '0') * WEIGHT_MAX;
    if (*at == '.') {
        at++;
        int unit = WEIGHT_MAX / 10;
        for (int digits = 0; digits < WEIGHT_DIGITS_MAX && is_digit(*at); digits++) {
            weight += (*at++ - '0') * unit;
            unit /= 10;
        }
    }
    *ret_weight = weight;
    return weight <= WEIGHT_MAX ? at : NULL;
}

/* @return Whether the element of the list is a range with or without a weight. */
static bool read_range(const char *at, struct range *ret_range)
{
    int weight = WEIGHT_MAX;
    const char *end = skip_range(at);
    if (end == at) return false;
    *ret_range = (struct range){.tag = at, .length = (size_t)(end - at)};
    at = skip_spaces(end);
    if (*at == ';') {
        at = skip_spaces(at + 1);
        if ((*at | 0x20) != 'q' || at[1] != '=') return false;
        at = read_weight(at + 2, &weight);
        if (at == NULL) return false;
        at = skip_spaces(at);
    }
    ret_range->weight = weight;
    return *at == ',' || *at == '\0';
}

/* @param language  Two small letters. */
static bool is_of(const struct range *range, const char *language)
{
    return range->length >= 2 && (range->tag[0] | 0x20) == language[0] &&
           (range->tag[1] | 0x20) == language[1] && (range->length == 2 || range->tag[2] == '-');
}

/* "ko;q=0" is none of it, whatever else is said; "ko-KP;q=0" excludes only what we do not have. */
static void note(const struct range *range, unsigned place, struct language_wish *wish)
{
    wish->is_excluded |= range->weight == 0 && range->length == 2;
    if (range->weight <= wish->weight) return;
    wish->weight = range->weight;
    wish->place = place;
}

static void take(struct languages *languages, const struct range *range)
{
    unsigned place = ++languages->ranges;
    if (range->tag[0] == '*')
        languages->others = range->weight;
    else if (is_of(range, "ko"))
        note(range, place, &languages->korean);
    else if (is_of(range, "en"))
        note(range, place, &languages->english);
}

void languages_read(struct languages *languages, const char *list)
{
    const char *at = list;
    while (at != NULL) {
        struct range range;
        if (read_range(skip_spaces(at), &range)) take(languages, &range);
        at = strchr(at, ',');
        if (at != NULL) at++;
    }
}

/* "*" stands for what no other range names. */
static int weight_of(const struct languages *languages, const struct language_wish *wish)
{
    if (wish->is_excluded) return 0;
    return wish->weight > 0 ? wish->weight : languages->others;
}

bool languages_prefer_korean(const struct languages *languages)
{
    int korean = weight_of(languages, &languages->korean);
    int english = weight_of(languages, &languages->english);
    if (korean != english) return korean > english;
    return languages->korean.weight > 0 && !languages->korean.is_excluded &&
           (languages->english.weight == 0 || languages->korean.place < languages->english.place);
}
