#include "store/redo.h"

#include <stddef.h>
#include <string.h>

#include "base/require.h"

/* Before the key and the value of a change. */
struct redo_head {
    uint8_t kind;
    uint8_t tree;
    uint16_t key_size;
    uint32_t value_size;
};

/* The head of a change and its key. */
struct redo_name {
    struct redo_head head;
    uint8_t key[KEY_BYTES_MAX];
};

_Static_assert(offsetof(struct redo_name, key) == sizeof(struct redo_head), "nothing in between");

static bool add(struct journal_record *record, struct redo_head head, struct reader key,
                struct reader value)
{
    struct redo_name name;
    size_t key_size = (size_t)(key.end - key.at);
    size_t value_size = (size_t)(value.end - value.at);
    REQUIRE(key_size >= 1);
    REQUIRE(key_size <= KEY_BYTES_MAX);
    REQUIRE(value_size <= UINT32_MAX);
    head.key_size = (uint16_t)key_size;
    head.value_size = (uint32_t)value_size;
    name.head = head;
    memcpy(name.key, key.at, key_size);
    return journal_record_add(record, &name, sizeof head + key_size) &&
           journal_record_add(record, value.at, value_size);
}

bool redo_add_put(struct journal_record *record, enum tree tree, struct reader key,
                  struct reader value)
{
    REQUIRE(tree < TREES);
    return add(record, (struct redo_head){.kind = REDO_PUT, .tree = (uint8_t)tree}, key, value);
}

bool redo_add_change(struct journal_record *record, enum tree tree, struct reader key,
                     struct reader change)
{
    REQUIRE(tree == TREE_SEATS);
    return add(record, (struct redo_head){.kind = REDO_CHANGE, .tree = (uint8_t)tree}, key, change);
}

bool redo_add_delete(struct journal_record *record, enum tree tree, struct reader key)
{
    REQUIRE(tree < TREES);
    struct redo_head head = {.kind = REDO_DELETE, .tree = (uint8_t)tree};
    return add(record, head, key, reader_make(NULL, 0));
}

static bool is_good(const struct reader *reader, const struct redo_head *head)
{
    return !reader->is_damaged && head->kind >= REDO_PUT && head->kind <= REDO_CHANGE &&
           head->tree < TREES && head->key_size >= 1 && head->key_size <= KEY_BYTES_MAX &&
           (uint64_t)head->key_size + head->value_size <= (size_t)(reader->end - reader->at);
}

bool redo_take(struct reader *reader, struct redo_change *ret)
{
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
