#include "store/redo.h"

#include <string.h>

#include "store/kept_seats.h"
#include "store/transaction.h"

enum redo_kind { REDO_PUT = 1, REDO_DELETE = 2, REDO_SEATS = 3 };

/* Before the key and the value of a change. */
struct redo_head {
    uint8_t kind;
    uint8_t tree;
    uint16_t key_size;
    uint32_t value_size;
};

static bool note(struct journal_record *record, struct redo_head head, const MDB_val *key,
                 const MDB_val *value)
{
    REQUIRE(key->mv_size <= KEY_BYTES_MAX);
    REQUIRE(value->mv_size <= UINT32_MAX);
    head.key_size = (uint16_t)key->mv_size;
    head.value_size = (uint32_t)value->mv_size;
    return journal_record_add(record, &head, sizeof head) &&
           journal_record_add(record, key->mv_data, key->mv_size) &&
           journal_record_add(record, value->mv_data, value->mv_size);
}

bool redo_note_put(struct journal_record *record, enum tree tree, const MDB_val *key,
                   const MDB_val *value)
{
    return note(record, (struct redo_head){.kind = REDO_PUT, .tree = (uint8_t)tree}, key, value);
}

bool redo_note_seats(struct journal_record *record, enum tree tree, const MDB_val *key,
                     const MDB_val *value)
{
    return note(record, (struct redo_head){.kind = REDO_SEATS, .tree = (uint8_t)tree}, key, value);
}

bool redo_note_delete(struct journal_record *record, enum tree tree, const MDB_val *key)
{
    const MDB_val nothing = {0};
    struct redo_head head = {.kind = REDO_DELETE, .tree = (uint8_t)tree};
    return note(record, head, key, &nothing);
}

static bool read_head(struct reader *reader, struct redo_head *head)
{
    reader_bytes(reader, head, sizeof *head);
    return !reader->is_damaged && head->kind >= REDO_PUT && head->kind <= REDO_SEATS &&
           head->tree < TREES && head->key_size >= 1 && head->key_size <= KEY_BYTES_MAX &&
           (uint64_t)head->key_size + head->value_size <= (size_t)(reader->end - reader->at);
}

static void apply_one(struct store_txn *txn, const struct redo_head *head, const uint8_t *bytes)
{
    struct key key = {.size = head->key_size};
    memcpy(key.bytes, bytes, key.size);
    const uint8_t *value = bytes + head->key_size;
    if (head->kind == REDO_DELETE)
        record_delete(txn, head->tree, &key);
    else if (head->kind == REDO_SEATS)
        seat_block_redo(txn, &key, reader_make(value, head->value_size));
    else
        record_put_bytes(txn, head->tree, &key, reader_make(value, head->value_size));
}

void redo_apply(struct store_txn *txn, const uint8_t *bytes, size_t size)
{
    struct reader reader = reader_make(bytes, size);
    struct redo_head head;
    while (txn->failure == STATUS_OK && reader.at < reader.end) {
        if (!read_head(&reader, &head)) {
            store_txn_fail(txn, STATUS_STORE_DAMAGED);
            return;
        }
        apply_one(txn, &head, reader.at);
        reader.at += head.key_size + head.value_size;
    }
}
