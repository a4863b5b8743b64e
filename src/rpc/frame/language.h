/* language.h -- The language of messages to a caller, by the value of its metadata
 * "accept-language". */
#ifndef RPC_FRAME_LANGUAGE_H
#define RPC_FRAME_LANGUAGE_H

#include <stdbool.h>

/** What the lists read so far say of one language. */
struct language_wish {
    int weight;     /* the greatest that a range of it has, in thousandths; 0: none is named */
    unsigned place; /* of that range among all, counted from 1 */
    bool is_excluded;
};

/** What they say of the languages there are. Begin with {0}. */
struct languages {
    unsigned ranges;
    struct language_wish korean;
    struct language_wish english;
    int others; /* the weight of "*" */
};

/** Reads one list: RFC 9110, section 12.5.4, whose ranges are those of BCP 47 without regard to
 * case. "ko-Kore-KR" and "ko" are Korean, "kok" is not. What is not a range, or has a weight that
 * is none, is passed over. Several lists count as one.
 * @param list  Any text. */
void languages_read(struct languages *languages, const char *list);

/** Whether Korean is wanted more than English, or as much and named first. With no list, or with
 * none that names either, English it is. */
bool languages_prefer_korean(const struct languages *languages);

#endif
