/* access_key.c -- onsale-gateway --make-key: a key, and the line of the file for it. */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "gateway/access.h"
#include "json/base64.h"

static const char prefix[] = "onsale-"; /* so that people and scanners know one when they see it */

enum { SECRET_BYTES = 32, KEY_BYTES = sizeof prefix + 44 };

static bool is_name(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size < ACCESS_NAME_BYTES && strcspn(name, " \t\r\n#") == size;
}

/* In the alphabet that needs no quotes anywhere, without padding. */
static void write_key(const uint8_t secret[SECRET_BYTES], char ret_key[KEY_BYTES])
{
    strcpy(ret_key, prefix);
    char *text = ret_key + sizeof prefix - 1;
    base64_write(secret, SECRET_BYTES, text);
    text[base64_length(SECRET_BYTES)] = '\0';
    text[strcspn(text, "=")] = '\0';
    for (; *text != '\0'; text++) {
        if (*text == '+') *text = '-';
        if (*text == '/') *text = '_';
    }
}

bool access_make_key(const char *name)
{
    uint8_t secret[SECRET_BYTES], hash[ACCESS_HASH_BYTES];
    char key[KEY_BYTES];
    if (!is_name(name)) {
        fprintf(stderr, "onsale-gateway: a key has a name of 1..127 characters without blanks\n");
        return false;
    }
    if (RAND_priv_bytes(secret, sizeof secret) != 1) {
        fprintf(stderr, "onsale-gateway: the system gives no randomness\n");
        return false;
    }
    write_key(secret, key);
    SHA256((const uint8_t *)key, strlen(key), hash);
    printf("%s\nkey %s ", key, name);
    for (size_t i = 0; i < sizeof hash; i++)
        printf("%02x", hash[i]);
    printf(" service\n");
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(key, sizeof key);
    return true;
}
