#include "tests/store/power_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"

static uint8_t *grow(uint8_t *bytes, size_t size, size_t wanted)
{
    if (wanted <= size) return bytes;
    uint8_t *grown = realloc(bytes, wanted);
    REQUIRE(grown != NULL);
    memset(grown + size, 0, wanted - size);
    return grown;
}

static void make_durable_size(struct power_file *file, size_t size)
{
    file->durable = grow(file->durable, file->durable_size, size);
    if (size > file->durable_size) file->durable_size = size;
}

void power_file_load(struct power_file *file, int fd, size_t size)
{
    power_file_free(file);
    make_durable_size(file, size);
    file->size = size;
    REQUIRE(pread(fd, file->durable, size, 0) == (ssize_t)size);
}

void power_file_extend(struct power_file *file, size_t size)
{
    if (size > file->size) file->size = size;
}

static struct power_piece *add_piece(struct power_file *file)
{
    if (file->pieces_count == file->pieces_capacity) {
        file->pieces_capacity = 2 * file->pieces_capacity + 64;
        file->pieces = realloc(file->pieces, file->pieces_capacity * sizeof *file->pieces);
        REQUIRE(file->pieces != NULL);
    }
    return &file->pieces[file->pieces_count++];
}

void power_file_write(struct power_file *file, const uint8_t *bytes, size_t size, size_t offset)
{
    file->writes++;
    power_file_extend(file, offset + size);
    while (size > 0) {
        size_t left = SECTOR_BYTES - offset % SECTOR_BYTES;
        struct power_piece *piece = add_piece(file);
        piece->write = file->writes;
        piece->offset = offset;
        piece->size = size < left ? size : left;
        memcpy(piece->bytes, bytes, piece->size);
        bytes += piece->size;
        offset += piece->size;
        size -= piece->size;
    }
}

/* Sectors are flushed whole, with all that was written to them before. */
void power_file_flush_part(struct power_file *file, size_t offset, size_t size)
{
    size_t first = offset / SECTOR_BYTES;
    size_t last = (offset + size - 1) / SECTOR_BYTES;
    size_t kept = 0;
    make_durable_size(file, offset + size);
    for (size_t i = 0; i < file->pieces_count; i++) {
        const struct power_piece *piece = &file->pieces[i];
        size_t sector = piece->offset / SECTOR_BYTES;
        if (sector < first || sector > last) {
            file->pieces[kept++] = *piece;
            continue;
        }
        make_durable_size(file, piece->offset + piece->size);
        memcpy(file->durable + piece->offset, piece->bytes, piece->size);
    }
    file->pieces_count = kept;
}

void power_file_flush(struct power_file *file)
{
    if (file->size == 0) return;
    make_durable_size(file, file->size);
    power_file_flush_part(file, 0, file->size);
}

/* How the cut takes its choice: a sector, or a page, has what was written to it up to some write.
 */
struct choice {
    struct random *random;
    unsigned percent; /* of the writes that are there */
    size_t unit_bytes;
    struct {
        bool is_over;
        uint64_t write; /* the last one chosen */
    } * units;
};

static bool is_chosen(struct choice *choice, const struct power_piece *piece)
{
    size_t unit = piece->offset / choice->unit_bytes;
    if (choice->units[unit].is_over) return false;
    if (choice->units[unit].write == piece->write) return true;
    choice->units[unit].write = piece->write;
    choice->units[unit].is_over = !random_chance(choice->random, choice->percent);
    return !choice->units[unit].is_over;
}

uint8_t *power_file_after_cut(const struct power_file *file, struct random *random,
                              size_t *ret_size)
{
    static const unsigned percents[] = {0, 10, 50, 90, 100};
    struct choice choice = {
        .random = random,
        .percent = percents[random_below(random, sizeof percents / sizeof percents[0])],
        .unit_bytes = random_chance(random, 50) ? SECTOR_BYTES : SECTOR_BYTES * SECTORS_PER_PAGE,
    };
    choice.units = calloc(file->size / choice.unit_bytes + 1, sizeof *choice.units);
    uint8_t *bytes = calloc(1, file->size + 1);
    REQUIRE(choice.units != NULL && bytes != NULL);

    size_t size = random_chance(random, 50) ? file->size : file->durable_size;
    if (file->durable_size > 0) memcpy(bytes, file->durable, file->durable_size);
    for (size_t i = 0; i < file->pieces_count; i++) {
        const struct power_piece *piece = &file->pieces[i];
        if (!is_chosen(&choice, piece)) continue;
        memcpy(bytes + piece->offset, piece->bytes, piece->size);
        if (piece->offset + piece->size > size) size = piece->offset + piece->size;
    }
    free(choice.units);
    *ret_size = size;
    return bytes;
}

void power_file_free(struct power_file *file)
{
    free(file->durable);
    free(file->pieces);
    *file = (struct power_file){.inode = file->inode};
}
