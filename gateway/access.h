/* access.h -- Who is who: names of certificates and API keys, their roles and limits; from a file
 * of one line a rule.
 *
 *     # who                                    role      limits
 *     everybody                                public    rate=20 burst=40 at-once=50
 *     certificate billing.shop.example         service   rate=5000
 *     certificate spiffe://shop/operator       admin
 *     key partner-1 SHA-256-OF-THE-KEY         service   rate=100 at-once=20
 *
 * "everybody" is who shows nothing, by address. A key is 256 random bits, so its plain SHA-256 is
 * enough to keep: nobody can try that many, and hashes that are slow on purpose are for passwords,
 * which people choose. Rates are requests a second, `at-once` requests under way.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_ACCESS_H
#define GATEWAY_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/byte_stream.h"
#include "gateway/exchange.h"

enum { ACCESS_NAME_BYTES = 128, ACCESS_HASH_BYTES = 32, ACCESS_PROBLEM_BYTES = 256 };

enum access_kind { ACCESS_EVERYBODY, ACCESS_CERTIFICATE, ACCESS_KEY };

struct access_rule {
    enum access_kind kind;
    char name[ACCESS_NAME_BYTES]; /* "" of ACCESS_EVERYBODY */
    uint8_t hash[ACCESS_HASH_BYTES];
    enum role role;
    struct rate_limit limit;
};

struct access;

/** Reads the file.
 * @param path         Kept, not copied. NULL: there is none, and everybody has the listener's role.
 * @param ret_problem  On failure, what is wrong in which line; ACCESS_PROBLEM_BYTES.
 * @return NULL if it can't be read. */
struct access *access_open(const char *path, char *ret_problem);

/** NULL is fine. */
void access_close(struct access *access);

/** Reads the file again. @return False if it can't be read: all stays as it was. */
bool access_reload(struct access *access, char *ret_problem);

/** Whether there is a file. */
bool access_has_rules(const struct access *access);

/** The rule of who shows nothing. @return NULL if there is none. */
const struct access_rule *access_everybody(const struct access *access);

/** The first rule whose name the peer's certificate has. @return NULL if there is none. */
const struct access_rule *access_of_certificate(const struct access *access,
                                                const struct byte_stream *stream);

/** The rule of a key; takes as long whichever it is. @return NULL if there is none. */
const struct access_rule *access_of_key(const struct access *access, const char *key);

/** Makes a key and prints it, with the line of the file for it, on stdout.
 * @return False if the name can't be one, or there is no randomness; said so on stderr. */
bool access_make_key(const char *name);

#endif
