#include "store/redo.h"

#include <string.h>

#include "base/require.h"

/* Before the key and the value of a change. */
struct redo_head {
    uint8_t kind;
    uint8_t tree;
    uint16_t key_size;
    uint32_t value_size;
};

_Static_assert(sizeof(struct redo_head) == 8, "as journals have it");
_Static_assert(KEY_BYTES_MAX <= UINT16_MAX, "the size of a key fits");
_Static_assert(TREES <= UINT8_MAX, "a tree is a byte");
_Static_assert(REDO_CHANGE <= UINT8_MAX, "as is the kind of a change");

bool redo_add(struct journal_record *record, enum redo_kind kind, enum tree tree,
              const struct key *key, struct reader value)
{
    size_t value_size = (size_t)(value.end - value.at);
    struct redo_head head = {(uint8_t)kind, (uint8_t)tree, (uint16_t)key->size,
                             (uint32_t)value_size};
    REQUIRE(tree < TREES);
    REQUIRE(key->size >= 1);
    REQUIRE(key->size <= KEY_BYTES_MAX);
    REQUIRE(value_size <= UINT32_MAX);
    uint8_t *bytes = journal_record_extend(record, sizeof head + key->size + value_size);
    if (bytes == NULL) return false;
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, key->bytes, key->size);
    if (value_size > 0) memcpy(bytes + sizeof head + key->size, value.at, value_size);
    return true;
}

static bool is_good(const struct reader *reader, const struct redo_head *head)
{
    return !reader->is_damaged && head->kind >= REDO_PUT && head->kind <= REDO_CHANGE &&
           head->tree < TREES && head->key_size >= 1 && head->key_size <= KEY_BYTES_MAX &&
           (uint64_t)head->key_size + head->value_size <= (size_t)(reader->end - reader->at);
}

bool redo_take(struct reader *reader, struct redo_change *ret)
{
    REQUIRE(reader->at <= reader->end);
    struct redo_head head;
    reader_bytes(reader, &head, sizeof head);
    if (!is_good(reader, &head)) return false;
    *ret = (struct redo_change){.kind = (enum redo_kind)head.kind,
                                .tree = (enum tree)head.tree,
                                .key = {.size = head.key_size}};
    reader_bytes(reader, ret->key.bytes, head.key_size);
    ret->value = reader_make(reader->at, head.value_size);
    reader->at += head.value_size;
    return true;
}
