#include "gateway/access.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/access_file.h"

_Static_assert(ACCESS_HASH_BYTES == SHA256_DIGEST_LENGTH, "keys are kept as SHA-256");

struct access {
    const char *path;
    struct access_list list;
};

struct access *access_open(const char *path, char *ret_problem)
{
    struct access *access = calloc(1, sizeof *access);
    ret_problem[0] = '\0';
    if (access == NULL) return NULL;
    access->path = path;
    if (path == NULL || access_file_read(path, &access->list, ret_problem)) return access;
    free(access);
    return NULL;
}

void access_close(struct access *access)
{
    if (access == NULL) return;
    free(access->list.rules);
    free(access);
}

bool access_reload(struct access *access, char *ret_problem)
{
    struct access_list list;
    if (access->path == NULL) return true;
    if (!access_file_read(access->path, &list, ret_problem)) return false;
    free(access->list.rules);
    access->list = list;
    return true;
}

bool access_has_rules(const struct access *access)
{
    return access->path != NULL;
}

const struct access_rule *access_everybody(const struct access *access)
{
    for (size_t i = 0; i < access->list.count; i++)
        if (access->list.rules[i].kind == ACCESS_EVERYBODY) return &access->list.rules[i];
    return NULL;
}

const struct access_rule *access_of_certificate(const struct access *access,
                                                const struct byte_stream *stream)
{
    if (stream->type->is_named == NULL || !stream->type->is_named(stream, NULL)) return NULL;
    for (size_t i = 0; i < access->list.count; i++) {
        const struct access_rule *rule = &access->list.rules[i];
        if (rule->kind == ACCESS_CERTIFICATE && stream->type->is_named(stream, rule->name))
            return rule;
    }
    return NULL;
}

const struct access_rule *access_of_key(const struct access *access, const char *key)
{
    const struct access_rule *found = NULL;
    uint8_t hash[ACCESS_HASH_BYTES];
    SHA256((const uint8_t *)key, strlen(key), hash);
    for (size_t i = 0; i < access->list.count; i++) {
        const struct access_rule *rule = &access->list.rules[i];
        bool is_same = CRYPTO_memcmp(rule->hash, hash, sizeof hash) == 0;
        if (is_same && rule->kind == ACCESS_KEY) found = rule;
    }
    return found;
}
