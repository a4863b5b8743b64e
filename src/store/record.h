/* record.h -- Keys and bytes of records: what the files of records.h stand on. For src/store only.
 *
 * Everything here does nothing, or finds nothing, once the transaction has failed. Bytes that a
 * reader gives lie in the store: unpack them before the next write. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "store/bytes.h"
#include "store/record_head.h"
#include "store/store.h"

/** One LMDB database for each kind of record. */
enum tree {
    TREE_META,
    TREE_CATALOG,
    TREE_PERFORMANCE_STATES,
    TREE_SEATS,
    TREE_RESERVATIONS,
    TREE_QUEUES,
    TREE_QUEUE_ENTRIES,
    TREE_QUEUE_USERS,
    TREE_QUEUE_RANKS,
    TREE_USERS,
    TREE_EVENTS,
    TREE_TIMERS,
    TREE_LEDGER_IDS, /* the journal knows trees by their number: new ones come last */
    TREES,
};

/** Name of the tree in the environment, a constant. */
const char *tree_name(enum tree tree);

/** The first format that has it. */
uint32_t tree_since(enum tree tree);

enum { KEY_BYTES_MAX = 31 };

struct key {
    size_t size;
    uint8_t bytes[KEY_BYTES_MAX + 1]; /* one more, to form the key that comes next */
};

/** Each adds to the end of a key; begin with {0}. */
void key_add_u8(struct key *key, uint8_t value);
void key_add_u32(struct key *key, uint32_t value);
void key_add_u64(struct key *key, uint64_t value);
void key_add_id(struct key *key, const uint8_t bytes[ID_BYTES]);

/** Reads a key with reader_big and reader_bytes. */
struct reader key_reader(const struct key *key);

/** Finds the record with this key. What is found, here and below, is a body: a record whose head is
 * not right is damage. @param ret_value  Set if true is returned only. */
bool record_get(struct store_txn *txn, enum tree tree, const struct key *key,
                struct reader *ret_value);

/** Finds the first record with a greater key that begins with the same `prefix_size` bytes.
 * @param key        Changed to the key found, if true is returned only.
 * @param ret_value  Set if true is returned only. NULL if only the key matters: then the record is
 * not looked at. */
bool record_next(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                 struct reader *ret_value);

/** As record_next, for the first record whose key is this one or greater. */
bool record_from(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                 struct reader *ret_value);

/** As record_next, for the last record whose key is this one or smaller. */
bool record_at_or_before(struct store_txn *txn, enum tree tree, struct key *key, size_t prefix_size,
                         struct reader *ret_value);

/** Calls `visit` for every record whose key begins with `prefix`, in order, until it says false.
 * The values are whole records: see record_open. */
void record_visit(struct store_txn *txn, enum tree tree, const struct key *prefix,
                  bool (*visit)(void *context, struct reader key, struct reader value),
                  void *context);

/** Takes the head of a whole record off; of one that is damaged, or of a format that is not known
 * yet, the transaction fails. @return Whether `record` is its body now. */
bool record_open(struct store_txn *txn, enum tree tree, struct reader key, struct reader *record);

/** Writes the record, also over what is there.
 * @param value  Begun with record_writer (transaction.h): its head is filled in here. */
void record_put(struct store_txn *txn, enum tree tree, const struct key *key,
                const struct writer *value);

/** The two halves of record_put: what a crash brings back (of a block of seats, which were changed:
 * see seat_block_note), and what transactions find. */
void record_note(struct store_txn *txn, enum tree tree, const struct key *key,
                 const struct writer *value);
void record_note_seats(struct store_txn *txn, const struct key *key, const struct writer *changes);
void record_put_noted(struct store_txn *txn, enum tree tree, const struct key *key,
                      const struct writer *value);

/** As record_put for a key that is greater than all others of the tree, which is quicker. */
void record_append(struct store_txn *txn, enum tree tree, const struct key *key,
                   const struct writer *value);

/** Finds and writes all the bytes of a value, whatever they are: for the number of the format, for
 * upgrades, and for what the journal brings back. */
bool record_get_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader *ret_bytes);
void record_put_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader bytes);

/** Deletes the record if it is there. */
void record_delete(struct store_txn *txn, enum tree tree, const struct key *key);

/** Lets the transaction fail; its first failure is kept. */
void store_txn_fail(struct store_txn *txn, enum status failure);

/** Whether a key or body was good and read to its end; if not, the transaction fails as damaged.
 */
bool record_check(struct store_txn *txn, const struct reader *reader);

#endif
