#include "base/id.h"

#include <string.h>

#include "base/hex.h"

bool bytes_equal_constant_time(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint64_t difference = 0;
    for (; size >= sizeof difference; size -= sizeof difference) {
        uint64_t left, right;
        memcpy(&left, a, sizeof left);
        memcpy(&right, b, sizeof right);
        difference |= left ^ right;
        a += sizeof left;
        b += sizeof right;
    }
    for (size_t i = 0; i < size; i++)
        difference |= (uint64_t)(a[i] ^ b[i]);
    return difference == 0;
}

void id_make_v7(uint8_t ret_bytes[ID_BYTES], unix_ms now_ms, const uint8_t random[10])
{
    for (int i = 0; i < 6; i++)
        ret_bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    memcpy(ret_bytes + 6, random, 10);
    ret_bytes[6] = (uint8_t)(0x70 | (ret_bytes[6] & 0x0f));
    ret_bytes[8] = (uint8_t)(0x80 | (ret_bytes[8] & 0x3f));
}

static bool dash_comes_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void id_print(const uint8_t bytes[ID_BYTES], char ret_text[ID_TEXT_BYTES])
{
    char *to = ret_text;
    for (size_t i = 0; i < ID_BYTES; i++) {
        if (dash_comes_before(i)) *to++ = '-';
        to = hex_write(bytes + i, 1, to);
    }
    *to = '\0';
}

bool id_parse(const char *text, uint8_t ret_bytes[ID_BYTES])
{
    uint8_t bytes[ID_BYTES];
    for (size_t i = 0; i < ID_BYTES; i++) {
        if (dash_comes_before(i) && *text == '-') text++;
        if (!hex_read(text, 1, &bytes[i])) return false;
        text += 2;
    }
    if (*text != '\0') return false;
    memcpy(ret_bytes, bytes, ID_BYTES);
    return true;
}
