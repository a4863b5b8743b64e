/* log_size -- How large a log in PostgreSQL is, and what it takes to compress it.
 * Usage: log_size URL
 * Prints a line: rows, their bytes as they are kept, the bytes of their entries, seconds of
 * processor time to uncompress all of them, and to compress them again. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zstd.h>

#include "base/require.h"

/* As src/log/row.c has it. */
enum { LEVEL = 1, HEAD_BYTES = 1 };

struct sums {
    uint64_t rows, kept, entries;
    clock_t unpack, pack;
};

struct room {
    ZSTD_CCtx *packer;
    ZSTD_DCtx *unpacker;
    char *plain, *packed;
    size_t size;
};

static void make_room(struct room *room, size_t size)
{
    if (size <= room->size) return;
    room->size = size;
    room->plain = realloc(room->plain, size);
    room->packed = realloc(room->packed, ZSTD_compressBound(size));
    REQUIRE(room->plain != NULL);
    REQUIRE(room->packed != NULL);
}

static void add(struct sums *sums, struct room *room, const char *body, size_t size)
{
    REQUIRE(size > HEAD_BYTES);
    unsigned long long plain_size = ZSTD_getFrameContentSize(body + HEAD_BYTES, size - HEAD_BYTES);
    REQUIRE(!ZSTD_isError((size_t)plain_size));
    make_room(room, (size_t)plain_size);
    clock_t began = clock();
    size_t unpacked = ZSTD_decompressDCtx(room->unpacker, room->plain, room->size,
                                          body + HEAD_BYTES, size - HEAD_BYTES);
    REQUIRE(unpacked == plain_size);
    clock_t unpacked_at = clock();
    size_t packed = ZSTD_compressCCtx(room->packer, room->packed, ZSTD_compressBound(room->size),
                                      room->plain, unpacked, LEVEL);
    REQUIRE(!ZSTD_isError(packed));
    sums->pack += clock() - unpacked_at;
    sums->unpack += unpacked_at - began;
    sums->rows++;
    sums->kept += size;
    sums->entries += unpacked;
}

int main(int argc, char **argv)
{
    struct sums sums = {0};
    struct room room = {.packer = ZSTD_createCCtx(), .unpacker = ZSTD_createDCtx()};
    REQUIRE(argc == 2);
    REQUIRE(room.packer != NULL);
    REQUIRE(room.unpacker != NULL);
    PGconn *conn = PQconnectdb(argv[1]);
    REQUIRE(PQsendQueryParams(conn, "SELECT body FROM onsale_log ORDER BY shard, idx", 0, NULL,
                              NULL, NULL, NULL, 1) == 1);
    REQUIRE(PQsetSingleRowMode(conn) == 1);
    for (PGresult *result; (result = PQgetResult(conn)) != NULL; PQclear(result)) {
        if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
            add(&sums, &room, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
        else
            REQUIRE(PQresultStatus(result) == PGRES_TUPLES_OK);
    }
    PQfinish(conn);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %.6f %.6f\n", sums.rows, sums.kept, sums.entries,
           (double)sums.unpack / CLOCKS_PER_SEC, (double)sums.pack / CLOCKS_PER_SEC);
    return EXIT_SUCCESS;
}
