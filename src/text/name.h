/* name.h -- Which characters a name may have, how they are told apart, and when two names are the
 * same.
 *
 * A name comes from somebody's file and ends on terminals, on tickets and on the telephone. So it
 * has no characters that forge output (controls, line breaks, direction marks) or that are
 * invisible (soft hyphens, zero-width spaces, fillers, tags), and none of the private use areas.
 * Joiners and variation selectors, of which emoji and Indic and Persian words are made, may stand
 * beside what they join or vary. Characters that Unicode has yet to assign are let through: an
 * emoji of next year is not refused, and an answer does not depend on the version of a library. All
 * functions are pure, and safe from any thread. */
#ifndef TEXT_NAME_H
#define TEXT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NAME_PROBLEM_BYTES = 96,
    NAME_BYTES_READ_MAX = 128,                     /* a longer name has no key */
    NAME_KEY_BYTES = 11 * NAME_BYTES_READ_MAX + 1, /* one character of 3 bytes may become 33 */
};

/** Takes the next character off a text.
 * @param text  UTF-8 that is not at its end; moved on past the character.
 * @return The character; -1 for a byte, one at a time, that is no UTF-8. */
int32_t text_next(const char **text);

/** Whether a character may be in a name, and be printed as it is. False for -1. */
bool character_is_safe(int32_t character);

/** Whether a text is empty or a title: valid UTF-8, safe characters only, joiners and selectors
 * only where they have something to join or vary, and not blanks alone.
 * @param ret_problem  Set if false is returned only: "must not have the control character U+001B,
 *                     its byte 3". */
bool title_check(const char *text, char ret_problem[NAME_PROBLEM_BYTES]);

/** As title_check, for what is also typed and compared: no blank at either end, no two blanks in a
 * row, no combining mark at the beginning. */
bool name_check(const char *text, char ret_problem[NAME_PROBLEM_BYTES]);

/* --- name_key.c ------------------------------------------------------------------------------- */

/** What all ways to write a name have in common. */
struct name_key {
    size_t length;
    char bytes[NAME_KEY_BYTES]; /* ends with NUL */
};

/** The key of a name: its characters in Unicode's normal form NFKC, so that it does not matter how
 * an accent or a Hangul syllable is put together or whether a digit is full-width; blanks and
 * dashes of every kind as ' ' and '-', what nobody sees left out, no blanks at the ends or twice.
 * @param folds_case  Whether capital and small letters become the same.
 * @param ret_key     Set if true is returned only.
 * @return False if the name is longer than NAME_BYTES_READ_MAX or not UTF-8. */
bool name_key_make(const char *name, bool folds_case, struct name_key *ret_key);

/** Whether two texts have the same characters, however these are put together (NFC). */
bool text_is_same(const char *a, const char *b);

/* --- name.c ----------------------------------------------------------------------------------- */

/** Cuts off what a fixed size has left of a last character. */
void text_mend(char *text);

/** Bytes of the longest head of a UTF-8 text that has no more than so many and ends between two
 * characters: for "%.*s". */
int text_head(const char *text, size_t bytes_max);

#endif
