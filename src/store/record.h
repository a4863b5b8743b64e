/* record.h -- Records as keys and bytes in their trees. For src/store only.
 *
 * Everything here does nothing, or finds nothing, once the transaction has failed. Bytes that a
 * reader gives lie in the store: unpack them before the next write. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bytes.h"
#include "store/key.h"
#include "store/record_head.h"
#include "store/store.h"
#include "store/tree.h"

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

/** The format in which a transaction writes records: the present one, but while a store is upgraded
 * that has no heads yet. */
uint8_t record_format(const struct store_txn *txn);

/** A writer for the body of a record.
 * @param size  Of `bytes`: room for the head, which is filled in when the record is put, and for
 * the body. */
struct writer record_writer(const struct store_txn *txn, uint8_t *bytes, size_t size);

/** Writes the record, also over what is there, in a write transaction, as is all below.
 * @param value  Begun with record_writer: its head is filled in here. */
void record_put(struct store_txn *txn, enum tree tree, const struct key *key,
                const struct writer *value);

/** The two halves of record_put: what the journal knows, and what the tree has. Whoever logs a
 * record puts it before the transaction is committed (cache.h). */
void record_log(struct store_txn *txn, enum tree tree, const struct key *key,
                const struct writer *value);
void record_put_logged(struct store_txn *txn, enum tree tree, const struct key *key,
                       const struct writer *value);

/** Logs what is changed of a record instead of all of it. @param tree  TREE_SEATS. */
void record_log_change(struct store_txn *txn, enum tree tree, const struct key *key,
                       const struct writer *change);

/** Whether a key is greater than all of its tree, in a write: then there is no such record, and it
 * is put without a search. The tree is searched for its end the first time only. */
bool record_is_beyond(struct store_txn *txn, enum tree tree, const struct key *key);

/** Finds and writes all the bytes of a value, whatever they are: for the number of the format, for
 * upgrades, and for what the journal brings back. */
bool record_get_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader *ret_bytes);
void record_put_bytes(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader bytes);

/** Deletes the record if it is there. */
void record_delete(struct store_txn *txn, enum tree tree, const struct key *key);

/** Its two halves, as those of record_put; the record need not be there. */
void record_log_delete(struct store_txn *txn, enum tree tree, const struct key *key);
void record_delete_logged(struct store_txn *txn, enum tree tree, const struct key *key);

/** Whether a key or body was good and read to its end; if not, the transaction fails as damaged.
 */
bool record_check(struct store_txn *txn, const struct reader *reader);

#endif
