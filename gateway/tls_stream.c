/* tls_stream.c -- A byte_stream that is TLS over a socket. */
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/tls_inside.h"

enum { NAME_BYTES = 256, ALPN_BYTES = 16 };

struct tls_stream {
    struct byte_stream stream; /* the first member */
    SSL *ssl;
    uint32_t wants;
    bool is_broken; /* nothing more may be asked of `ssl` */
    char protocol[ALPN_BYTES];
};

#define TLS_OF(pointer) ((struct tls_stream *)(void *)(pointer))

/* --- Bytes -------------------------------------------------------------------------------------
 */

static ptrdiff_t outcome_of(struct tls_stream *tls, int count)
{
    tls->wants = 0;
    if (count > 0) return count;
    switch (SSL_get_error(tls->ssl, count)) {
    case SSL_ERROR_WANT_READ:
        tls->wants = EPOLLIN;
        return STREAM_WAITS;
    case SSL_ERROR_WANT_WRITE:
        tls->wants = EPOLLOUT;
        return STREAM_WAITS;
    case SSL_ERROR_ZERO_RETURN:
        return STREAM_ENDED;
    default:
        tls->is_broken = true;
        return STREAM_FAILED;
    }
}

static int at_most_int(size_t size)
{
    return size < INT_MAX ? (int)size : INT_MAX;
}

static ptrdiff_t tls_read(struct byte_stream *stream, void *bytes, size_t size)
{
    struct tls_stream *tls = TLS_OF(stream);
    if (tls->is_broken) return STREAM_FAILED;
    ERR_clear_error();
    return outcome_of(tls, SSL_read(tls->ssl, bytes, at_most_int(size)));
}

static bool tls_holds_more(const struct byte_stream *stream)
{
    const struct tls_stream *tls = (const struct tls_stream *)stream;
    return !tls->is_broken && SSL_pending(tls->ssl) > 0;
}

static ptrdiff_t tls_write(struct byte_stream *stream, const void *bytes, size_t size)
{
    struct tls_stream *tls = TLS_OF(stream);
    if (tls->is_broken) return STREAM_FAILED;
    ERR_clear_error();
    ptrdiff_t count = outcome_of(tls, SSL_write(tls->ssl, bytes, at_most_int(size)));
    return count == STREAM_ENDED ? STREAM_FAILED : count;
}

static void tls_finish(struct byte_stream *stream)
{
    struct tls_stream *tls = TLS_OF(stream);
    ERR_clear_error();
    if (!tls->is_broken && SSL_is_init_finished(tls->ssl)) SSL_shutdown(tls->ssl);
    shutdown(stream->fd, SHUT_WR);
}

static uint32_t tls_wants(const struct byte_stream *stream)
{
    return ((const struct tls_stream *)stream)->wants;
}

static const char *tls_protocol(const struct byte_stream *stream)
{
    struct tls_stream *tls = TLS_OF(stream);
    const unsigned char *name;
    unsigned size;
    SSL_get0_alpn_selected(tls->ssl, &name, &size);
    if (size == 0 || size >= ALPN_BYTES) return NULL;
    memcpy(tls->protocol, name, size);
    tls->protocol[size] = '\0';
    return tls->protocol;
}

/* --- Who it is ---------------------------------------------------------------------------------
 */

/* A name with a NUL inside is nobody's. */
static bool is_text(const ASN1_STRING *text, const char *name, bool has_case)
{
    size_t size = (size_t)ASN1_STRING_length(text);
    const char *bytes = (const char *)ASN1_STRING_get0_data(text);
    if (size != strlen(name)) return false;
    return has_case ? memcmp(bytes, name, size) == 0 : strncasecmp(bytes, name, size) == 0;
}

static bool is_alternative(const GENERAL_NAME *alternative, const char *name)
{
    int type;
    const ASN1_STRING *text = GENERAL_NAME_get0_value(alternative, &type);
    if (type == GEN_DNS) return is_text(text, name, false);
    return (type == GEN_URI || type == GEN_EMAIL) && is_text(text, name, true);
}

static bool has_common_name(const X509 *certificate, const char *name)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (place < 0) return false;
    return is_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)), name, true);
}

/* One that has alternative names is called by those only (RFC 6125). */
static bool is_called(X509 *certificate, const char *name)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    bool is_found = false;
    if (names == NULL) return has_common_name(certificate, name);
    for (int i = 0; !is_found && i < sk_GENERAL_NAME_num(names); i++)
        is_found = is_alternative(sk_GENERAL_NAME_value(names, i), name);
    GENERAL_NAMES_free(names);
    return is_found;
}

static bool tls_is_named(const struct byte_stream *stream, const char *name)
{
    const struct tls_stream *tls = (const struct tls_stream *)stream;
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK) return false;
    return name == NULL || is_called(certificate, name);
}

/* --- Life --------------------------------------------------------------------------------------
 */

static void tls_stream_close(struct byte_stream *stream)
{
    struct tls_stream *tls = TLS_OF(stream);
    SSL_free(tls->ssl);
    close(stream->fd);
    free(tls);
}

static const struct byte_stream_type tls_type = {
    .read = tls_read,
    .holds_more = tls_holds_more,
    .write = tls_write,
    .finish = tls_finish,
    .wants = tls_wants,
    .protocol = tls_protocol,
    .is_named = tls_is_named,
    .close = tls_stream_close,
};

struct byte_stream *tls_stream_open(struct tls *shared, int fd)
{
    struct tls_stream *tls = calloc(1, sizeof *tls);
    SSL *ssl = tls == NULL ? NULL : SSL_new(shared->context);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        free(tls);
        close(fd);
        return NULL;
    }
    SSL_set_accept_state(ssl);
    tls->stream = (struct byte_stream){&tls_type, fd};
    tls->ssl = ssl;
    return &tls->stream;
}
