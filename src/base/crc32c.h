/* crc32c.h -- The checksum CRC-32C (Castagnoli), as in ext4, iSCSI and RocksDB.
 *
 * It detects every error of one bit and every burst of up to 32 bits. Where the processor has an
 * instruction for it (x86-64 with SSE4.2, ARMv8 if built for it), it costs about half an
 * instruction a byte: for records of some fifty bytes a third of XXH3, which the journal uses for
 * its larger records. */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** The checksum of the bytes that gave `crc` and these behind them.
 * @param crc    0 to begin with, or any number to begin differently.
 * @param bytes  May be NULL if size is 0. Safe from any thread. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

/** The same without the instruction: for machines that lack it, and to hold the two against each
 * other. */
uint32_t crc32c_plain(uint32_t crc, const void *bytes, size_t size);

#endif
