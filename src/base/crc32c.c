#include "base/crc32c.h"

#include <stdbool.h>
#include <string.h>

/* The remainder of each four bits, of the polynomial 0x1EDC6F41 with its bits reversed. */
uint32_t crc32c_plain(uint32_t crc, const void *bytes, size_t size)
{
    static const uint32_t remainders[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
        0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    const uint8_t *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *at,
                                                                 size_t size)
{
    uint64_t sum = (uint32_t)~crc;
    for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        sum = _mm_crc32_u64(sum, word);
    }
    if ((size & sizeof(uint32_t)) != 0) {
        uint32_t half;
        memcpy(&half, at, sizeof half);
        sum = _mm_crc32_u32((uint32_t)sum, half);
        at += sizeof half;
    }
    if ((size & sizeof(uint16_t)) != 0) {
        uint16_t quarter;
        memcpy(&quarter, at, sizeof quarter);
        sum = _mm_crc32_u16((uint32_t)sum, quarter);
        at += sizeof quarter;
    }
    if ((size & 1) != 0) sum = _mm_crc32_u8((uint32_t)sum, *at);
    return ~(uint32_t)sum;
}

static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2");
}

#elif defined(__ARM_FEATURE_CRC32) && defined(__aarch64__)

#include <arm_acle.h>

static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size)
{
    crc = ~crc;
    for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        crc = __crc32cd(crc, word);
    }
    for (; size > 0; size--, at++)
        crc = __crc32cb(crc, *at);
    return ~crc;
}

static bool has_instruction(void)
{
    return true;
}

#else

static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size)
{
    return crc32c_plain(crc, at, size);
}

static bool has_instruction(void)
{
    return false;
}

#endif

uint32_t crc32c(uint32_t crc, const void *bytes, size_t size)
{
    return has_instruction() ? by_instruction(crc, bytes, size) : crc32c_plain(crc, bytes, size);
}
