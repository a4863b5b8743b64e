/* tls_inside.h -- What tls.c and tls_stream.c share. */
#ifndef GATEWAY_TLS_INSIDE_H
#define GATEWAY_TLS_INSIDE_H

#include <openssl/ssl.h>

#include "gateway/tls.h"

struct tls {
    struct tls_files files;
    SSL_CTX *context; /* the newest; connections hold theirs */
};

#endif
