#include "gateway/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"

enum { BACKLOG = 4096, BUCKETS = 1024 };

static const char plain_scheme[] = "http://", encrypted_scheme[] = "https://";

/* --- Listening ---------------------------------------------------------------------------------
 */

/* "[::1]:8080" or "127.0.0.1:8080", cut in place.
 * @return False if it is neither. */
static bool split_host(char *text, char **ret_host, char **ret_port)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon[1] == '\0') return false;
    if (strspn(colon + 1, "0123456789") != strlen(colon + 1)) return false;
    *colon = '\0';
    *ret_port = colon + 1;
    *ret_host = text;
    if (text[0] != '[') return strchr(text, ':') == NULL;
    if (colon[-1] != ']') return false;
    colon[-1] = '\0';
    *ret_host = text + 1;
    return true;
}

static int listen_at(const struct addrinfo *place)
{
    const int on = 1;
    int fd = socket(place->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, place->ai_addr, place->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int problem = errno;
    close(fd);
    errno = problem;
    return -1;
}

static unsigned port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    REQUIRE(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

bool address_is_encrypted(const char *url)
{
    return strncmp(url, encrypted_scheme, strlen(encrypted_scheme)) == 0;
}

bool address_is_local(const char *url)
{
    static const char *const hosts[] = {"127.", "[::1]:", "localhost:"};
    const char *host = strstr(url, "://");
    for (size_t i = 0; host != NULL && i < sizeof hosts / sizeof hosts[0]; i++)
        if (strncmp(host + 3, hosts[i], strlen(hosts[i])) == 0) return true;
    return false;
}

int address_listen(const char *url, char *ret_url)
{
    const char *scheme = address_is_encrypted(url) ? encrypted_scheme : plain_scheme;
    char text[URL_BYTES];
    char *host, *port;
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *places;
    errno = 0;
    if (strncmp(url, scheme, strlen(scheme)) != 0 || strlen(url) >= sizeof text) return -1;
    strcpy(text, url + strlen(scheme));
    if (!split_host(text, &host, &port)) return -1;
    if (getaddrinfo(host, port, &wanted, &places) != 0) {
        errno = 0;
        return -1;
    }
    int fd = listen_at(places);
    int problem = errno;
    freeaddrinfo(places);
    errno = problem;
    bool is_six = strchr(host, ':') != NULL;
    if (fd >= 0)
        snprintf(ret_url, URL_BYTES, is_six ? "%s[%s]:%u" : "%s%s:%u", scheme, host, port_of(fd));
    return fd;
}

void address_write(const struct sockaddr_storage *address, char ret_text[ADDRESS_BYTES])
{
    const void *bytes = &((const struct sockaddr_in *)address)->sin_addr;
    if (address->ss_family == AF_INET6) bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (inet_ntop(address->ss_family, bytes, ret_text, ADDRESS_BYTES) == NULL)
        strcpy(ret_text, "?");
}

/* --- Counting ----------------------------------------------------------------------------------
 */

struct address_count {
    struct address_count *next;
    size_t connections; /* at least 1 */
    char address[ADDRESS_BYTES];
};

struct address_counts {
    struct address_count *buckets[BUCKETS];
};

struct address_counts *address_counts_open(void)
{
    return calloc(1, sizeof(struct address_counts));
}

void address_counts_close(struct address_counts *counts)
{
    for (size_t i = 0; counts != NULL && i < BUCKETS; i++)
        while (counts->buckets[i] != NULL) {
            struct address_count *next = counts->buckets[i]->next;
            free(counts->buckets[i]);
            counts->buckets[i] = next;
        }
    free(counts);
}

/* FNV-1a. A peer can't choose its address freely enough to make the lists long. */
static size_t bucket_of(const char *address)
{
    uint32_t hash = 2166136261U;
    for (; *address != '\0'; address++)
        hash = (hash ^ (unsigned char)*address) * 16777619U;
    return hash % BUCKETS;
}

/* @return Where the pointer to it is, or to be put. */
static struct address_count **find(struct address_counts *counts, const char *address)
{
    struct address_count **place = &counts->buckets[bucket_of(address)];
    while (*place != NULL && strcmp((*place)->address, address) != 0)
        place = &(*place)->next;
    return place;
}

bool address_counts_add(struct address_counts *counts, const char *address, size_t max)
{
    struct address_count **place = find(counts, address);
    REQUIRE(strlen(address) < ADDRESS_BYTES);
    if (*place == NULL) *place = calloc(1, sizeof **place);
    if (*place == NULL) return false;
    if ((*place)->connections == max) return false;
    if ((*place)->connections++ == 0) strcpy((*place)->address, address);
    return true;
}

void address_counts_remove(struct address_counts *counts, const char *address)
{
    struct address_count **place = find(counts, address);
    REQUIRE(*place != NULL);
    if (--(*place)->connections > 0) return;
    struct address_count *next = (*place)->next;
    free(*place);
    *place = next;
}
