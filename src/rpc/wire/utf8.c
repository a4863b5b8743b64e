#include "rpc/wire/utf8.h"

#include <string.h>

/* Length of a character by its first byte; 0 if none begins with it. */
static size_t character_size(uint8_t first)
{
    if (first < 0x80) return first == 0 ? 0 : 1;
    if (first < 0xc2) return 0;
    if (first < 0xe0) return 2;
    if (first < 0xf0) return 3;
    return first < 0xf5 ? 4 : 0;
}

/* Rules out the longer forms, the surrogates and what lies beyond U+10FFFF. */
static bool second_byte_fits(uint8_t first, uint8_t second)
{
    uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

/* Whether eight bytes are ASCII without NUL: then neither a byte nor a byte less one has its
 * highest bit set. */
static bool are_ascii(const uint8_t *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return ((word | (word - ones)) & ones << 7) == 0;
}

/* How many of the first bytes are ASCII without NUL, counted in steps of eight: most text is. The
 * last step may overlap the one before. */
static size_t skip_ascii(const uint8_t *bytes, size_t size)
{
    size_t i = 0;
    for (; size - i >= 8; i += 8)
        if (!are_ascii(bytes + i)) return i;
    return size >= 8 && are_ascii(bytes + size - 8) ? size : i;
}

bool utf8_is_text(const uint8_t *bytes, size_t size)
{
    for (size_t i = skip_ascii(bytes, size); i < size;) {
        if (bytes[i] >= 1 && bytes[i] < 0x80) {
            i++;
            continue;
        }
        size_t character = character_size(bytes[i]);
        if (character == 0 || character > size - i) return false;
        if (!second_byte_fits(bytes[i], bytes[i + 1])) return false;
        for (size_t j = 2; j < character; j++)
            if ((bytes[i + j] & 0xc0) != 0x80) return false;
        i += character;
    }
    return true;
}
