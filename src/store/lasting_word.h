/* lasting_word.h -- A word that outlives the process: it lies in a page of the file "onsale.clock"
 * in the data folder, which the kernel writes when it likes. So it is what it was after a `kill
 * -9`, but not after a power cut. It is apart from the store, since it is used until the last
 * thread of the server has ended. */
#ifndef STORE_LASTING_WORD_H
#define STORE_LASTING_WORD_H

#include <stdint.h>

struct lasting_word {
    _Atomic uint64_t *at; /* 0 in a new file. Damage is not found: check what is there */
    _Atomic uint64_t own; /* where it is while there is no file for it */
};

/** Opens or makes the file. If that can't be done the word is 0 and lasts as long as the process: a
 * full disk keeps nobody from serving.
 * @param word    Must not be moved.
 * @param folder  One that store_open has locked. */
void lasting_word_open(struct lasting_word *word, const char *folder);

/** A zeroed word is fine. */
void lasting_word_close(struct lasting_word *word);

#endif
