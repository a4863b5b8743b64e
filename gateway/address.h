/* address.h -- Addresses to listen on, and how many connections each peer's address has. */
#ifndef GATEWAY_ADDRESS_H
#define GATEWAY_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

enum { ADDRESS_BYTES = 64, URL_BYTES = 256 };

/** Whether TLS is spoken there: "https://". */
bool address_is_encrypted(const char *url);

/** Whether it is of this machine alone, as it is written. */
bool address_is_local(const char *url);

/** Opens a socket that listens.
 * @param url      "http://HOST:PORT" or "https://HOST:PORT"; port 0 is any that is free.
 * @param ret_url  Set on success: the URL with the port that it has, for people; URL_BYTES.
 * @return The descriptor, non-blocking; -1 with errno, or with errno 0 if the URL is not of this
 * form or has no such host. */
int address_listen(const char *url, char *ret_url);

/** Writes an address without its port: "127.0.0.1", "::1". */
void address_write(const struct sockaddr_storage *address, char ret_text[ADDRESS_BYTES]);

struct address_counts;

/** @return NULL if there is no memory. */
struct address_counts *address_counts_open(void);

/** NULL is fine. */
void address_counts_close(struct address_counts *counts);

/** Counts one more connection of an address. @return False, and counts nothing, if it has `max`
 * already or there is no memory. */
bool address_counts_add(struct address_counts *counts, const char *address, size_t max);

/** Counts one less. The address must have one. */
void address_counts_remove(struct address_counts *counts, const char *address);

#endif
